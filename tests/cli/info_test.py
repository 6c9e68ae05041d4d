"""`prong info`: everything known about a module or function."""

import json
import shutil
import unittest

import plugin_files as made
from plugin_files import CULPRITS
from prong_command import EXAMPLES, TRIALS, ProngTest, prong


class Info(ProngTest):
    def info(self, name, *words, status=0):
        ended = prong("info", name, "--json", *words)
        self.assertEqual(ended.status, status, ended.err)
        return json.loads(ended.out)

    def test_of_a_module(self):
        out = prong("info", "trials").out.decode()
        self.assertTrue(out.startswith("trials 2.1: What the tests of the command line call (MIT)\n"
                                       f"  file      {TRIALS}/trials.so\n"), out)
        self.assertRegex(out, r"\n  build-id  [0-9a-f]{40}\n  ABI       1\.0\n  needs     [^\n]*libc\.so\.6[^\n]*\n")
        self.assertIn("\n\n  map scale(x: f64, factor: f64) -> f64\n    x times factor\n"
                      "    symbol _ZN5mapfn6trials5scaleEPK11prong_batch\n", out)
        (module,) = self.info("trials")
        self.assertEqual(len(module["functions"]), 38)
        self.assertEqual((module["module"], module["abi"], module["license"], module["run_path"]),
                         ("trials", [1, 0], "MIT", []))
        self.assertIn("libc.so.6", module["needed"])

    def test_of_a_function_in_both_kinds(self):
        out = prong("info", "examples.square").out.decode()
        self.assertIn("\n  map square(x: f64) -> f64\n    x squared\n    pure: may be run again after a crash\n"
                      "    symbol _ZN5mapfn8examples6squareEPK11prong_batch\n", out)
        self.assertIn("\n  result square(results: [f64]) -> str\n", out)
        self.assertNotIn("cube", out)
        (module,) = self.info("examples.square")
        self.assertEqual([(one["kind"], one["name"], one["symbol"]) for one in module["functions"]],
                         [(kind, "examples.square", f"_ZN{len(space)}{space}8examples6squareEPK11prong_batch")
                          for kind, space in (("map", "mapfn"), ("result", "resultfn"))])
        self.assertIn("prepared: keeps state", prong("info", "text.search").out.decode())

    def test_of_libraries_in_the_run_path(self):
        (module,) = self.info("needs_library", "--plugins", CULPRITS)
        self.assertEqual(module["run_path"], [f"{CULPRITS}/library", f"{CULPRITS}/library/inner"])
        self.assertIn("libprong_test_library.so", module["needed"])
        self.assertIn("libprong_test_inner_library.so", module["needed"])

    def test_names_what_is_shadowed(self):
        folder = self.folder()
        shutil.copy(f"{EXAMPLES}/examples.so", folder)
        ended = prong("info", "examples.cube", "--plugins", str(folder))
        self.assertEqual((ended.status, ended.err), (0, b""))
        self.assertIn(f"  not used: {folder}/examples.so comes first\n  file      {EXAMPLES}/examples.so\n",
                      ended.out.decode())
        used, shadowed = self.info("examples.cube", "--plugins", str(folder))
        self.assertEqual((used["file"], used["shadowed_by"]), (f"{folder}/examples.so", None))
        self.assertEqual((shadowed["file"], shadowed["shadowed_by"]), (f"{EXAMPLES}/examples.so", used["file"]))

    def test_of_a_name_that_is_both(self):
        folder = self.folder()
        shutil.copy(f"{EXAMPLES}/examples.so", folder)
        # A module inside the module, named as a function of that; its notes are about another one.
        shutil.copy(f"{EXAMPLES}/text.so", folder / "examples-_-cube.so")
        modules = self.info("examples.cube", "--plugins", str(folder), status=3)
        self.assertEqual([(one["module"], one["refusal"] and one["refusal"]["code"]) for one in modules[:2]],
                         [("examples.cube", "module-name"), ("examples", None)])

    def test_of_a_name_that_is_not_there(self):
        self.check("info", "examples.sqare", status=3, err=b"prong: cannot find 'examples.sqare': examples.so has no such "
                                                           b"function (did you mean 'square'?)\n")
        for name, missing, suggestion in (("exmples", "exmples.so", "examples"),
                                          ("exmples.square", "exmples.so and no exmples-_-square.so", "examples.square"),
                                          ("zzzzzz", "zzzzzz.so", None)):
            ended = prong("info", name)
            self.assertEqual((ended.status, ended.out), (3, b""), name)
            self.assertTrue(ended.err.decode().startswith(f"prong: cannot find '{name}': there is no {missing} on the plugin path /"))
            self.assertTrue(ended.err.decode().endswith(f" (did you mean '{suggestion}'?)\n" if suggestion else "plugins\n"), ended.err)
        for name in ("", "a b", "../examples", ".", "examples.", "1", "a" * 300, "a" * 2000, "a." * 150 + "a"):
            ended = prong("info", name)
            self.assertEqual((ended.status, ended.out), (3, b""), name)
            self.assertRegex(ended.err.decode(), r"^prong: cannot find '[^\n]*\n$")

    def test_of_a_refused_module(self):
        folder = self.folder()
        made.changed(f"{EXAMPLES}/text.so", folder / "text.so", (b'{"abi":[1,0]', b'{"abi":[3,0]'))
        for name in ("text", "text.count"):
            ended = prong("info", name, "--plugins", str(folder))
            self.assertEqual(ended.status, 3)
            self.assertEqual(ended.err.decode(),
                             f"prong: cannot use '{name}': {folder}/text.so: required plugin ABI 1.0, or an older minor; "
                             "found plugin ABI 3.0; to mend it: update Prong, or build the plugin with the headers of "
                             "this version [abi-major]\n")
            self.assertIn("\n  refused [abi-major]\n    required  plugin ABI 1.0", ended.out.decode())
            # The file behind it is shown, and not taken instead.
            refused, shadowed = self.info(name, "--plugins", str(folder), status=3)
            self.assertEqual((refused["refusal"]["found"], shadowed["shadowed_by"]), ("plugin ABI 3.0", f"{folder}/text.so"))

    def test_takes_one_name(self):
        self.check_usage("info", err=b"which module or function? prong info NAME")
        self.check_usage("info", "a", "b", err=b"prong info takes one operand, and there is 'b'")


if __name__ == "__main__":
    unittest.main()
