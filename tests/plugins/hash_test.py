"""The module `hash` beside sha256sum and b2sum."""

import hashlib
import unittest
from pathlib import Path

from plugin_command import PRONG, PluginTest, run, strict

# Of Debian's essential packages: programs, libraries, texts.
REAL = sorted(file for folder in ("/usr/share/common-licenses", "/usr/bin") for file in Path(folder).iterdir()
              if file.is_file() and not file.is_symlink())[:120]


class Digests(PluginTest):
    def check_beside(self, command, function, *words):
        # One that fails to be read would be missing in both.
        shown = self.printed("map", function, "-r", *words, "--files", *REAL).decode().split()
        sums = [line.split()[0].lstrip("\\") for line in run(command, *REAL).stdout.decode().splitlines()]
        self.assertGreater(len(sums), 100)
        self.assertEqual(shown, sums)

    def test_beside_sha256sum(self):
        self.check_beside("sha256sum", "hash.sha256")
        self.check_beside("sha256sum", "hash.sha256", *strict())

    def test_beside_b2sum(self):
        self.check_beside("b2sum", "hash.blake2b")

    def test_of_lines_and_of_every_length(self):
        lines = [b"x" * n for n in range(300)] + [bytes(c for c in range(256) if c != 10)]
        for name, function in (("sha256", hashlib.sha256), ("blake2b", hashlib.blake2b), ("blake2s", hashlib.blake2s)):
            shown = self.printed("map", "hash." + name, "-R", "-r", given=b"\n".join(lines) + b"\n").decode().split()
            self.assertEqual(shown, [function(line).hexdigest() for line in lines])

    def test_are_what_sha256sum_checks(self):
        """The command of docs/plugins.md, without the shell."""
        names = "".join(f"{digest}  {file}\n" for digest, file in zip(
            self.printed("map", "hash.sha256", "-r", "--files", *REAL[:20]).decode().split(), REAL))
        self.assertEqual(run("sha256sum", "--check", "--strict", "--quiet", given=names.encode()).returncode, 0)


class Equal(PluginTest):
    def test_inputs_are_told_by_their_numbers(self):
        given = b"a\nb\na\nc\nb\na\n"
        for function in ("hash.sha256", "hash.blake2b", "hash.blake2s"):
            self.assertEqual(self.printed("run", function, "-R", given=given), b"[[0,2,5],[1,4]]\n")
        self.assertEqual(self.printed("run", "hash.sha256", "-R", given=b"a\nb\n"), b"[]\n")

    def test_inputs_that_failed_count_too(self):
        one = self.file("one", b"1")
        ended = run(PRONG, "run", "hash.sha256", "--files", self.dir / "none", one, one)
        self.assertEqual((ended.returncode, ended.stdout), (1, b"[[1,2]]\n"))


if __name__ == "__main__":
    unittest.main()
