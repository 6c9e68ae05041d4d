"""`prong check`: every fault with its code, what was required, what was found, and the fix.

Of where a file is, and what it says of itself."""

import os
import shutil
import socket
import unittest

from check_case import GOOD, TRIAL, CheckTest
from plugin_files import CULPRITS, changed
from prong_command import prong


class Verdict(CheckTest):
    def test_of_a_good_plugin(self):
        (report,) = self.reports(GOOD, status=0)
        self.assertEqual((report["passed"], report["findings"], report["module"]), (True, [], "examples"))
        self.assertEqual(len(report["functions"]), 10)
        self.check("check", GOOD, out=f"{GOOD}: good: examples 1.0.0, 10 functions\n".encode())

    def test_as_text(self):
        file = self.folder() / "text.so"
        file.write_text("no plugin\n")
        self.check("check", str(file), status=3, out=(
            f"{file}: 1 error\n"
            "  error [not-a-shared-object]\n"
            "    required  an ELF shared object\n"
            "    found     a file that does not begin as ELF does\n"
            "    to mend   build the plugin with prong_add_plugin, or with -shared -fPIC\n").encode())

    def test_of_a_warning_passes(self):
        file = self.trial((b'"license":"MIT"', b'"license":""   '))
        self.assertEqual(self.findings(file, status=0), [("warning", "no-license")])
        ended = prong("check", str(file))
        self.assertEqual((ended.status, ended.err), (0, b""))
        self.assertTrue(ended.out.startswith(f"{file}: good, 1 warning: trials 2.1, 38 functions\n".encode()), ended.out)

    def test_of_many_files_goes_on_after_each(self):
        files = [f"{CULPRITS}/{name}.so" for name in ("loads_crash", "loads_hang", "loads_leave")]
        ended = prong("check", "--timeout", "3", *files, "nothing.so", GOOD)
        self.assertEqual(ended.status, 3)
        heads = [line for line in ended.out.decode().splitlines() if not line.startswith(" ")]
        self.assertEqual([head.split(": ")[:2] for head in heads],
                         [[file, "1 error"] for file in [*files, "nothing.so"]] + [[GOOD, "good"]])

    def test_of_a_file_in_the_current_directory(self):
        folder = self.folder()
        shutil.copy(GOOD, folder)
        (report,) = self.reports("examples.so", status=0, cwd=folder)
        self.assertEqual(report["file"], str(folder / "examples.so"))

    def test_needs_files(self):
        self.check_usage("check", err="which file? prong check FILE…".encode())
        self.check_usage("check", "--timeout", "0", GOOD, err=b"--timeout 0: a number of seconds is needed, above 0")
        self.check_usage("check", "--timeout", "x", GOOD, err=b"--timeout x: a number of seconds is needed, above 0")

    def test_escapes_what_it_prints(self):
        file = self.folder() / "a\x1b[31m\n.so"
        shutil.copy(GOOD, file)
        ended = prong("check", str(file))
        self.assertEqual(ended.status, 3)
        self.assertNotIn(b"\x1b", ended.out)
        self.assertIn(b"a\\x1b[31m\\x0a.so: 1 error: examples", ended.out)


class Place(CheckTest):
    def test_of_what_is_no_file(self):
        folder = self.folder()
        os.mkfifo(folder / "fifo.so")
        (folder / "folder.so").mkdir()
        (folder / "gone.so").symlink_to("nowhere")
        (folder / "zero.so").symlink_to("/dev/zero")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder / "socket.so"))
        for name, code in (("fifo.so", "not-a-regular-file"), ("folder.so", "not-a-regular-file"),
                           ("socket.so", "not-a-regular-file"), ("zero.so", "not-a-regular-file"),
                           ("gone.so", "dangling-symlink"), ("nothing.so", "not-found")):
            with self.subTest(name):
                self.assertEqual(self.findings(folder / name), [("error", code)])

    def test_of_an_empty_name_goes_on_after_it(self):
        none, good = self.reports("", GOOD)
        self.assertEqual([one["code"] for one in none["findings"]], ["not-found"])
        self.assertTrue(good["passed"])

    def test_that_others_may_change_is_looked_at_and_not_loaded(self):
        file = self.folder() / "loads_crash.so"
        shutil.copy(f"{CULPRITS}/loads_crash.so", file)
        file.chmod(0o666)
        (report,) = self.reports(file)
        self.assertEqual([one["code"] for one in report["findings"]], ["writable-by-others"])
        self.assertEqual(report["findings"][0]["fix"], f"chmod go-w '{file}'")
        self.assertEqual([one["name"] for one in report["functions"]], ["loads_crash.same"])

    @unittest.skipUnless(os.geteuid() == 0, "only root can give files away")
    def test_of_another_owner(self):
        file = self.folder() / "examples.so"
        shutil.copy(GOOD, file)
        os.chown(file, 12345, 12345)
        self.assertEqual(self.findings(file), [("error", "not-owned")])

    def test_under_another_name(self):
        folder = self.folder()
        for name in ("examples", "examples.so.1", "my-examples.so"):
            shutil.copy(GOOD, folder / name)
            self.assertEqual(self.findings(folder / name), [("error", "wrong-name")], name)
        other = self.folder() / "other.so"
        shutil.copy(GOOD, other)
        finding = self.finding(other, "module-name")
        self.assertEqual((finding["found"], finding["fix"]), ("notes of the module 'examples'", "name the file examples.so"))
        shutil.copy(GOOD, other.parent)
        self.assertEqual(self.findings(other), [("error", "duplicate-module")])


class Notes(CheckTest):
    def test_of_a_signature_that_cannot_be_read(self):
        file = self.trial((b'"function":"trials.scale","params":[{"name":"x","type":"f64"}',
                           b'"function":"trials.scale","params":[{"name":"x","type":"f65"}'))
        finding = self.finding(file, "malformed-notes")
        self.assertIn("'trials.scale' with the parameter 'x' of type 'f65'", finding["found"])
        # So no pool uses it.
        ended = prong("map", "trials.number", "1", "--plugins", str(file.parent))
        self.assertEqual(ended.status, 3)
        self.assertIn(b"[malformed-notes]", ended.err)

    def test_of_a_result_function_that_takes_no_list(self):
        file = self.trial((b'"type":"[str]"}],"result":"str"', b'"type":"str"  }],"result":"str"'))
        self.assertIn("a first parameter of type str", self.finding(file, "malformed-notes")["found"])

    def test_that_are_no_json(self):
        file = self.trial((b'{"abi":[1,0],"kind":"map","function":"trials.leave"',
                           b'["abi":[1,0],"kind":"map","function":"trials.leave"'))
        self.assertEqual(self.findings(file), [("error", "malformed-notes")])

    def test_that_are_all_alike_are_told_once(self):
        file = self.trial((b'"kind":"map"', b'"kind":"mop"'))
        self.assertEqual([one for one in self.findings(file) if one[0] == "error"], [("error", "malformed-notes")])

    def test_of_a_function_without_a_name(self):
        file = self.trial((b'"function":"trials.leave"', b'"function":"trials.le ve"'))
        self.assertIn("' ' at byte 9", self.finding(file, "malformed-notes")["found"])

    def test_of_one_function_twice(self):
        file = self.trial((b'"function":"trials.leave"', b'"function":"trials.worke"'),
                          (b'"function":"trials.scale","params":[{"name":"x"', b'"function":"trials.worke","params":[{"name":"x"'))
        self.assertEqual(self.finding(file, "duplicate-function")["found"], "several notes of the map function 'trials.worke'")
        self.assertEqual(self.reports(file)[0]["refusal"], None)

    def test_of_a_function_that_is_not_there(self):
        file = self.trial((b'"function":"trials.leave"', b'"function":"trials.leavf"'))
        self.assertIn("_ZN5mapfn6trials5leavfEPK11prong_batch", self.finding(file, "missing-symbol")["required"])
        self.assertIn("_ZN5mapfn6trials5leaveEPK11prong_batch", self.finding_of_warning(file, "unnoted-function")["found"])

    def test_of_more_than_anybody_reads(self):
        file = changed(f"{CULPRITS}/hollow.so", self.folder() / "hollow.so", (b'"function":"hollow.f', b'"function":"hollow.g'))
        findings = self.reports(file)[0]["findings"]
        for code, rest in (("missing-symbol", "and 20 more functions"), ("unnoted-function", "and 20 more")):
            of_code = [one for one in findings if one["code"] == code]
            self.assertEqual(len(of_code), 101, code)
            self.assertTrue(of_code[-1]["found"].startswith(rest), of_code[-1])

    def test_does_not_wait_for_the_constructors_of_each(self):
        file = changed(f"{CULPRITS}/hollow.so", self.folder() / "hollow.so", (b'"function":"hollow.f', b'"function":"hollow.g'))
        env = {**os.environ, "PRONG_TEST_PAUSE_MS": "400"}
        findings = self.reports("--timeout", "1", file, env=env)[0]["findings"]
        missing = [one["found"] for one in findings if one["code"] == "missing-symbol"]
        self.assertLess(len(missing), 10)
        self.assertRegex(missing[-1], "^and 11[0-9] more functions")
        self.assertNotIn("hung-on-load", [one["code"] for one in findings])

    def finding_of_warning(self, file, code):
        (finding,) = [one for one in self.reports(file)[0]["findings"] if one["code"] == code]
        self.assertEqual(finding["severity"], "warning")
        return finding

    def test_of_result_functions(self):
        finding = self.finding(TRIAL, "result-type")
        self.assertIn("'trials.touch' to take [str]", finding["required"])
        self.assertIn("[f64]", finding["found"])
        file = self.trial((b'"kind":"map","function":"trials.number"', b'"kind":"map","function":"trials.numbes"'))
        self.assertIn("'trials.number'", self.finding_of_warning(file, "result-without-map")["required"])

    def test_without_what_people_want_to_know(self):
        file = self.trial((b'"license":"MIT"', b'"license":""   '), (b'"version":"2.1"', b'"version":""   '),
                          (b'"description":"What the tests of the command line call"',
                           b'"description":""' + b" " * len("What the tests of the command line call")),
                          (b"GNU\0", b"GNX\0"))
        self.assertEqual(self.findings(file, status=0), [("warning", f"no-{what}") for what in
                                                         ("build-id", "description", "version", "license")])

    def test_without_functions(self):
        note = b'prong\0\0\0{"abi":[1,0],"kind":"map"'
        file = changed(f"{CULPRITS}/hoards.so", self.folder() / "hoards.so", (note, note.replace(b"prong", b"prung")))
        self.assertEqual(self.findings(file, status=0), [("warning", "unnoted-function"), ("warning", "no-functions")])

    def test_a_note_of_no_kind(self):
        file = changed(f"{CULPRITS}/hoards.so", self.folder() / "hoards.so", (b'"kind":"map"', b'"kind":"mop"'))
        self.assertIn(("error", "malformed-notes"), self.findings(file, status=3))


if __name__ == "__main__":
    unittest.main()
