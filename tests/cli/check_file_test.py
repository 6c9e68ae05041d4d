"""`prong check` of files that are no shared objects, or are broken, and of such as cannot be loaded."""

import json
import os
import re
import shutil
import struct
import unittest
from pathlib import Path

import plugin_files as made
from check_case import GOOD, TRIAL, CheckTest
from plugin_files import CULPRITS, changed
from prong_command import PRONG, SANITIZED, prong


def elf_hash(name):
    """As it stands in a file (elf(5), System V ABI)."""
    value = 0
    for byte in name:
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high
    return value.to_bytes(4, "little")


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
        # What is missing lies between the two sizes that it tells.
        found = self.finding(made.cut(GOOD, folder / "examples.so", size - 1), "truncated")["found"]
        self.assertEqual(found, f"{size - 1} bytes, where its section headers end at {size}")

    def test_of_notes_as_long_as_a_disk(self):
        file = self.folder() / "examples.so"
        data = bytearray(Path(GOOD).read_bytes())
        for at in made.segments(data, made.PT_NOTE):
            struct.pack_into("<Q", data, at + 32, 1 << 35)
        file.write_bytes(data)
        os.truncate(file, 1 << 36)  # sparse
        self.assertEqual(self.findings(file), [("error", "too-much-text")])

    def test_of_memory_to_be_protected_that_is_not_there(self):
        # The linker says "Cannot allocate memory", and yet more memory would not help.
        file = self.folder() / "loads_start_thread.so"
        data = bytearray(Path(f"{CULPRITS}/loads_start_thread.so").read_bytes())
        for at in made.segments(data, made.PT_GNU_RELRO):
            struct.pack_into("<Q", data, at + 16, 1 << 40)
            struct.pack_into("<Q", data, at + 40, 1 << 16)
        file.write_bytes(data)
        self.assertEqual(self.findings(file), [("error", "not-loadable")])

    def test_of_a_program(self):
        file = self.folder() / "prong.so"
        shutil.copy(PRONG, file)
        self.assertEqual(self.findings(file), [("error", "not-a-shared-object")])
        # Also one that describes itself as a plugin does.
        finding = self.finding(made.as_program(GOOD, file.parent / "examples.so"), "not-a-shared-object")
        self.assertEqual((finding["found"], finding["fix"]), ("a program", "link it with -shared"))

    def test_of_a_note_without_end(self):
        file = made.with_endless_notes(GOOD, self.folder() / "examples.so")
        self.assertEqual(self.findings(file), [("error", "malformed-notes")])

    def test_of_program_headers_without_end(self):
        file = made.with_header(GOOD, self.folder() / "examples.so", made.E_PHNUM, 0xffff)
        self.assertEqual(self.findings(file), [("error", "truncated")])

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


class Loading(CheckTest):
    def test_of_a_missing_dependency(self):
        file = self.folder() / "needs_library.so"
        shutil.copy(f"{CULPRITS}/needs_library.so", file)
        self.assertIn("libprong_test_library.so: ", self.finding(file, "missing-dependency")["found"])

    def test_of_a_broken_dependency(self):
        folder = self.folder()
        shutil.copy(f"{CULPRITS}/needs_library.so", folder)
        whole = f"{CULPRITS}/library"
        size = os.path.getsize(f"{whole}/libprong_test_library.so")
        crimes = ((lambda file: file.write_text("text\n"), "a file that does not begin as ELF does"),
                  (lambda file: file.write_bytes(b""), "an empty file"), (Path.mkdir, "a folder"), (os.mkfifo, "a FIFO"),
                  (lambda file: made.cut(f"{whole}/{file.name}", file, 3000) if file.parent.name == "library"
                   else made.cut(f"{whole}/inner/{file.name}", file, 3000), "3000 bytes, where its program headers speak of "))
        # That of the plugin, and that of its library.
        for name in ("libprong_test_library.so", "inner/libprong_test_inner_library.so"):
            for crime, found in crimes:
                with self.subTest(name=name, found=found):
                    shutil.rmtree(folder / "library", ignore_errors=True)
                    shutil.copytree(whole, folder / "library")
                    (folder / "library" / name).unlink()
                    crime(folder / "library" / name)
                    finding = self.finding(folder / "needs_library.so", "broken-dependency")
                    path = f"{folder}/library/{name}"
                    self.assertTrue(finding["found"].startswith(f"{os.path.basename(name)}, which is {path}: {found}"), finding)
                    self.assertEqual(finding["fix"], "build or install that library again")

    def test_of_a_broken_dependency_that_is_not_taken(self):
        folder = self.folder()
        shutil.copy(f"{CULPRITS}/needs_library.so", folder)
        shutil.copytree(f"{CULPRITS}/library", folder / "library")
        # The linker passes over code of other machines, and may find nothing else.
        file = folder / "library/libprong_test_library.so"
        made.with_header(f"{CULPRITS}/library/{file.name}", file, made.E_MACHINE, made.EM_S390)
        self.assertNotEqual(self.findings(folder / "needs_library.so"), [("error", "broken-dependency")])

    @unittest.skipIf(SANITIZED, "sanitizers have their own ways to end a process")
    def test_of_a_plugin_that_the_linker_dies_of(self):
        file = self.folder() / "loads_start_thread.so"
        data = bytearray(Path(f"{CULPRITS}/loads_start_thread.so").read_bytes())
        for at in made.segments(data, made.PT_DYNAMIC):
            struct.pack_into("<Q", data, at + 16, 1 << 40)
        file.write_bytes(data)
        finding = self.finding(file, "crashed-on-load")
        self.assertIn("; no constructor was running", finding["found"])
        self.assertTrue(finding["fix"].startswith("build the plugin again"), finding)

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


if __name__ == "__main__":
    unittest.main()
