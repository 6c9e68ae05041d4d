"""Plugin files that are bad, or replaced by others while the tool runs."""

import os
import shutil
import unittest
from pathlib import Path

from plugin_files import CULPRITS
from prong_command import SANITIZED, ProngTest, prong

VERSIONED = Path(CULPRITS).parent / "versioned"


class Versions(ProngTest):
    def put(self, version):
        """In one step, as an installer does it."""
        shutil.copy(VERSIONED / str(version) / "versioned.so", self.folder_used / "new")
        os.rename(self.folder_used / "new", self.folder_used / "versioned.so")

    def setUp(self):
        super().setUp()
        self.folder_used = self.folder()
        self.words = ("--plugins", str(self.folder_used))

    def test_a_replaced_file_is_for_new_runs_and_the_old_one_for_those_that_began_with_it(self):
        self.put(1)
        running = self.started("map", "versioned.version", "-j", "1", "--chunk", "1", *self.words)
        for _ in range(2):
            running.stdin.write(b"0\n")
            running.stdin.flush()
            self.assertEqual(running.stdout.readline(), b"1\n")
            self.put(2)
            self.check("map", "versioned.version", "0", *self.words, out=b"2\n")
        running.stdin.close()
        self.assertEqual((running.wait(), running.stderr.read()), (0, b""))

    @unittest.skipIf(SANITIZED, "sanitizers have their own ways to end a process")
    def test_a_file_that_crashes_is_told_once_and_used_again_when_it_has_changed(self):
        self.put(0)
        ended = prong("map", "versioned.version", "--range", "1000", *self.words)
        self.assertEqual((ended.status, ended.out), (3, b""))
        self.assertRegex(ended.err.decode(), r"^prong: cannot use map function 'versioned\.version': .*SIGSEGV.*\n$")
        self.put(1)
        self.check("map", "versioned.version", "0", "0", *self.words, out=b"1\n1\n")


if __name__ == "__main__":
    unittest.main()
