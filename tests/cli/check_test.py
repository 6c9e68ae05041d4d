"""`prong check`: every fault with its code, what was required, what was found, and the fix."""

import json
import os
import re
import shutil
import socket
import struct
import unittest
from pathlib import Path

import plugin_files as made
from plugin_files import CULPRITS, changed
from prong_command import EXAMPLES, PRONG, SANITIZED, TRIALS, ProngTest, prong

GOOD, TRIAL = f"{EXAMPLES}/examples.so", f"{TRIALS}/trials.so"
MISFIT = b'"function":"trials.touch","params":[{"name":"results","type":"[f64]"}]'
FIT = b'"function":"trials.touch","params":[{"name":"results","type":"[str]"}]'


class CheckTest(ProngTest):
    def reports(self, *files, status=3, **more):
        ended = prong("check", "--json", *files, **more)
        self.assertEqual((ended.status, ended.err), (status, b""), files)
        return json.loads(ended.out)

    def findings(self, file, **more):
        """(severity, code) of each, all parts of which say something."""
        (report,) = self.reports(file, **more)
        self.assertEqual(report["file"], os.path.abspath(file))
        for finding in report["findings"]:
            self.assertTrue(finding["required"] and finding["found"] and finding["fix"], finding)
        self.assertEqual(report["passed"], not any(one["severity"] == "error" for one in report["findings"]))
        return [(finding["severity"], finding["code"]) for finding in report["findings"]]

    def finding(self, file, code, severity="error", **more):
        """The only one of this code."""
        found = self.reports(file, status=3 if severity == "error" else 0, **more)[0]["findings"]
        (finding,) = [one for one in found if one["code"] == code]
        self.assertEqual(finding["severity"], severity)
        return finding

    def trial(self, *changes):
        """The trials without their own fault, and with these."""
        return changed(TRIAL, self.folder() / "trials.so", (MISFIT, FIT), *changes)


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
        self.assertTrue(ended.out.startswith(f"{file}: good, 1 warning: trials 2.1, 36 functions\n".encode()), ended.out)

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


class Format(CheckTest):
    def test_of_what_is_no_plugin(self):
        folder = self.folder()
        file = folder / "bad.so"
        for content, code in ((b"", "not-a-shared-object"), (b"text", "not-a-shared-object"),
                              (b"\x7fELG", "not-a-shared-object"), (b"\x7fELF", "truncated")):
            file.write_bytes(content)
            self.assertEqual(self.findings(file), [("error", code)], content)
        for offset, value, code in ((made.E_MACHINE, made.EM_S390, "wrong-machine"),
                                    (made.EI_CLASS, made.ELFCLASS32, "wrong-machine"),
                                    (made.EI_DATA, made.ELFDATA2MSB, "wrong-machine"),
                                    (made.E_TYPE, made.ET_EXEC, "not-a-shared-object"),
                                    (made.E_TYPE, made.ET_REL, "not-a-shared-object")):
            made.with_header(GOOD, file, offset, value)
            self.assertEqual(self.findings(file), [("error", code)], (offset, value))
        self.assertEqual(self.finding(made.with_header(GOOD, file, made.E_MACHINE, made.EM_S390), "wrong-machine")["found"],
                         "code for S/390")

    def test_of_a_plugin_that_is_cut_off_anywhere(self):
        folder = self.folder()
        size = Path(GOOD).stat().st_size
        for part in (20, 64, 100, size // 4, size // 2):
            file = made.cut(GOOD, folder / "examples.so", part)
            self.assertEqual(self.findings(file), [("error", "truncated")], part)

    def test_of_notes_as_long_as_a_disk(self):
        file = self.folder() / "examples.so"
        data = bytearray(Path(GOOD).read_bytes())
        (headers,), (count,) = struct.unpack_from("<Q", data, made.E_PHOFF), struct.unpack_from("<H", data, made.E_PHNUM)
        for at in range(headers, headers + 56 * count, 56):
            if struct.unpack_from("<I", data, at)[0] == made.PT_NOTE:
                struct.pack_into("<Q", data, at + 32, 1 << 35)
        file.write_bytes(data)
        os.truncate(file, 1 << 36)  # sparse
        self.assertEqual(self.findings(file), [("error", "too-much-text")])

    def test_of_memory_to_be_protected_that_is_not_there(self):
        # The linker says "Cannot allocate memory", and yet more memory would not help.
        file = self.folder() / "loads_start_thread.so"
        data = bytearray(Path(f"{CULPRITS}/loads_start_thread.so").read_bytes())
        (headers,), (count,) = struct.unpack_from("<Q", data, made.E_PHOFF), struct.unpack_from("<H", data, made.E_PHNUM)
        for at in range(headers, headers + 56 * count, 56):
            if struct.unpack_from("<I", data, at)[0] == made.PT_GNU_RELRO:
                struct.pack_into("<Q", data, at + 16, 1 << 40)
                struct.pack_into("<Q", data, at + 40, 1 << 16)
        file.write_bytes(data)
        ended = prong("check", "--json", file)  # its worker says on standard error why it leaves
        self.assertEqual((ended.status, [one["code"] for one in json.loads(ended.out)[0]["findings"]]), (3, ["not-loadable"]))

    def test_of_a_program(self):
        file = self.folder() / "prong.so"
        shutil.copy(PRONG, file)
        self.assertEqual(self.findings(file), [("error", "no-notes")])

    def test_of_a_library_without_notes(self):
        file = self.folder() / "library.so"
        shutil.copy(f"{CULPRITS}/library/libprong_test_library.so", file)
        self.assertEqual(self.findings(file), [("error", "no-notes")])

    def test_of_another_abi(self):
        for version, code in ((b"2,0", "abi-major"), (b"0,9", "abi-major"), (b"1,9", "abi-minor")):
            file = changed(f"{CULPRITS}/loads_crash.so", self.folder() / "loads_crash.so",
                           (b'{"abi":[1,0]', b'{"abi":[' + version + b"]"))
            # And it is not loaded.
            self.assertEqual(self.findings(file), [("error", code)])
            finding = self.finding(file, code)
            self.assertIn("1.0", finding["required"])
            self.assertEqual(finding["found"], "plugin ABI " + version.decode().replace(",", "."))

    def test_of_dependencies_without_end(self):
        file = self.folder() / "examples.so"
        for tag, texts in ((made.DT_NEEDED, [b"n" * 70_000]), (made.DT_RUNPATH, [b":".join([b"/f"] * 40_000)]),
                           (made.DT_NEEDED, [b"%d" % number + b"n" * 10_000 for number in range(20)])):
            made.with_dependencies(GOOD, file, tag, texts)
            self.assertEqual(self.findings(file)[0], ("error", "too-much-text"))


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


class Loading(CheckTest):
    def test_of_a_missing_dependency(self):
        file = self.folder() / "needs_library.so"
        shutil.copy(f"{CULPRITS}/needs_library.so", file)
        self.assertIn("libprong_test_library.so: ", self.finding(file, "missing-dependency")["found"])

    def test_is_not_helped_by_another_plugin(self):
        file = self.folder() / "needs_library.so"
        shutil.copy(f"{CULPRITS}/needs_library.so", file)
        good, bad = self.reports(f"{CULPRITS}/needs_library.so", file)
        self.assertTrue(good["passed"])
        self.assertEqual([one["code"] for one in bad["findings"]], ["missing-dependency"])

    def test_of_an_undefined_symbol(self):
        file = self.trial((b"\0getpid\0", b"\0getpix\0"))
        self.assertIn("undefined symbol: getpix", self.finding(file, "undefined-symbol")["found"])

    def test_of_a_library_that_is_too_old(self):
        old = re.search(rb"\0(GLIBC_2[.0-9]+)\0", Path(TRIAL).read_bytes())[1]
        new = old.replace(b"_2", b"_9")
        # The linker finds versions by a hash that stands beside each name.
        file = self.trial((b"\0" + old + b"\0", b"\0" + new + b"\0"), (elf_hash(old), elf_hash(new)))
        self.assertIn(new.decode(), self.finding(file, "missing-dependency")["found"])

    @unittest.skipIf(SANITIZED, "sanitizers have their own ways to end a process")
    def test_of_constructors_that_end_the_process(self):
        for crime, code, found in (("crash", "crashed-on-load", "SIGSEGV"), ("leave", "exited-on-load", "exit(0)"),
                                   ("hang", "hung-on-load", "after 0.5 s")):
            timeout = ["--timeout", "0.5"] if crime == "hang" else []
            (report,) = self.reports(*timeout, f"{CULPRITS}/loads_{crime}.so")
            self.assertEqual([finding["code"] for finding in report["findings"]], [code])
            self.assertIn(found, report["findings"][0]["found"])
        # Its last words come with it.
        ended = prong("check", "--json", f"{CULPRITS}/loads_throw_out.so")
        self.assertEqual(ended.status, 3)
        (finding,) = json.loads(ended.out)[0]["findings"]
        self.assertEqual(finding["code"], "crashed-on-load")
        self.assertIn("in a constructor", finding["found"])


def elf_hash(name):
    """As it stands in a file (elf(5), System V ABI)."""
    value = 0
    for byte in name:
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high
    return value.to_bytes(4, "little")


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
