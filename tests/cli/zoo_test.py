"""A folder of files that are no good plugins, beside good ones."""

import json
import os
import shutil
import unittest
from pathlib import Path

import plugin_files as made
from check_case import GOOD, TRIAL
from plugin_files import CULPRITS, changed
from prong_command import EXAMPLES, SANITIZED, ProngTest, prong


class Zoo(ProngTest):
    """A folder of good plugins and of everything else."""

    REFUSED = {"text": "not-a-shared-object", "empty": "not-a-shared-object", "fifo": "not-a-regular-file",
               "folder": "not-a-regular-file", "half": "truncated", "s390": "wrong-machine", "bits32": "wrong-machine",
               "program": "not-a-shared-object", "major": "abi-major", "minor": "abi-minor", "copy": "duplicate-module",
               "open": "writable-by-others"}
    UNLOADABLE = {"loads_crash.same": "crashed-on-load", "loads_leave.same": "exited-on-load",
                  "loads_throw_out.same": "crashed-on-load", "needs_library.twice": "missing-dependency",
                  "trials.number": "undefined-symbol"}

    def zoo(self):
        folder = self.folder()
        for file in (GOOD, f"{EXAMPLES}/text.so", *(f"{CULPRITS}/{name.split('.')[0]}.so" for name in self.UNLOADABLE
                                                    if not name.startswith("trials"))):
            if Path(file).stem != "text":
                shutil.copy(file, folder)
        shutil.copy(f"{CULPRITS}/culprits.so", folder)
        (folder / "text.so").write_text("not a plugin\n")
        (folder / "empty.so").touch()
        os.mkfifo(folder / "fifo.so")
        (folder / "folder.so").mkdir()
        made.cut(GOOD, folder / "half.so", Path(GOOD).stat().st_size // 2)
        made.with_header(GOOD, folder / "s390.so", made.E_MACHINE, made.EM_S390)
        made.with_header(GOOD, folder / "bits32.so", made.EI_CLASS, made.ELFCLASS32)
        made.with_header(GOOD, folder / "program.so", made.E_TYPE, made.ET_EXEC)
        changed(GOOD, folder / "major.so", (b'{"abi":[1,0]', b'{"abi":[2,0]'))
        changed(GOOD, folder / "minor.so", (b'{"abi":[1,0]', b'{"abi":[1,9]'))
        changed(TRIAL, folder / "trials.so", (b"\0getpid\0", b"\0getpix\0"))
        shutil.copy(GOOD, folder / "copy.so")
        shutil.copy(GOOD, folder / "open.so")
        (folder / "open.so").chmod(0o646)
        return folder

    def test_lists_the_good_ones_and_why_not_the_others(self):
        folder = self.zoo()
        ended = prong("list", "--json", "--plugins", str(folder))
        self.assertEqual((ended.status, ended.err), (0, b""))
        modules = {one["module"]: one for one in json.loads(ended.out) if Path(one["file"]).parent == folder}
        refused = {name: one["refusal"] for name, one in modules.items() if one["refusal"]}
        self.assertEqual({name: refusal["code"] for name, refusal in refused.items()}, self.REFUSED)
        for refusal in refused.values():
            self.assertTrue(refusal["required"] and refusal["found"] and refusal["fix"], refusal)
        # Listing runs nothing: how a plugin behaves while it is loaded is not known.
        for name in ("examples", "culprits", *(name.split(".")[0] for name in self.UNLOADABLE)):
            self.assertTrue(modules[name]["functions"], name)

    @unittest.skipIf(SANITIZED, "sanitizers have their own ways to end a process")
    def test_the_good_ones_run_and_the_others_say_why_not(self):
        words = ("--plugins", str(self.zoo()))
        self.check("map", "examples.square", "3", *words, out=b"9\n")
        self.check("map", "culprits.echo", "-r", "here", *words, out=b"here\n")
        for name, code in {**self.UNLOADABLE, **{f"{name}.square": code for name, code in self.REFUSED.items()}}.items():
            ended = prong("map", name, "1", *words)
            self.assertEqual((ended.status, ended.out), (3, b""), name)
            self.assertRegex(ended.err.decode().splitlines()[-1],
                             rf"^prong: cannot use map function '{name}': /.*{name.split('.')[0]}\.so: required .+; found .+; "
                             rf"to mend it: .+ \[{code}\]$")

    @unittest.skipIf(SANITIZED, "sanitizers have their own ways to end a process")
    def test_the_check_of_all_of_it(self):
        folder = self.zoo()
        shutil.copy(f"{CULPRITS}/loads_hang.so", folder)
        files = sorted(str(file) for file in folder.glob("*.so"))
        ended = prong("check", "--json", "--timeout", "3", *files)
        self.assertEqual(ended.status, 3)
        first = {report["file"]: (report["findings"] or [{"code": "good"}])[0]["code"] for report in json.loads(ended.out)}
        wanted = {**self.REFUSED, **{name.split(".")[0]: code for name, code in self.UNLOADABLE.items()},
                  "loads_hang": "hung-on-load", "examples": "good", "culprits": "good"}
        self.assertEqual({Path(file).stem: code for file, code in first.items()}, wanted)


if __name__ == "__main__":
    unittest.main()
