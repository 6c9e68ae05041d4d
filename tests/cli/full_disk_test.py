"""On a file system that fills up: what cannot be written is told, and what a journal has is not lost."""

import subprocess
import unittest

from prong_command import ProngTest, shell

# A mebibyte of memory, mounted where nobody else sees it, and gone with the shell.
SMALL = 'mount -t tmpfs -o size=1m none "$PWD" && cd "$PWD" || exit 99; '
MANY = "examples.square --range 200000"


def can_mount():
    command = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0


@unittest.skipUnless(can_mount(), "nothing can be mounted here")
class FullDisk(ProngTest):
    def on_small_disk(self, script):
        """The script is the shell's, and has no single quotes."""
        return shell(f"exec unshare -m /bin/bash -c '{SMALL}{script}'", cwd=self.folder())

    def check_full(self, script, name):
        error = b"prong: cannot write to %s: No space left on device\n" % name
        self.assertEqual(self.on_small_disk("exec $PRONG " + script), (4, b"", error), script)

    def test_results(self):
        for name in ("out.jsonl", "out.txt", "out.npy"):
            self.check_full(f"map {MANY} --output {name}", name.encode())
        self.check_full(f"map {MANY} >out", b"standard output")

    def test_failures(self):
        ended = self.on_small_disk("$PRONG map trials.fail_odd --range 50000 --failures failures 2>&1 >/dev/null | "
                                   "tail -1; exit ${PIPESTATUS[0]}")
        error = b"prong: cannot write to failures: No space left on device\n"
        self.assertEqual(ended, (4, error, b""))

    def test_a_folder_of_results_keeps_those_that_are_whole(self):
        ended = self.on_small_disk("mkdir in; for n in 1 2 3; do head -c 150000 /dev/zero >in/$n; done; "
                                   "$PRONG map trials.twice --files in/* --output-dir out; s=$?; wc -c out/* out/.p* | head -9; exit $s")
        self.assertEqual(ended.status, 4)
        self.assertRegex(ended.err, rb"^prong: cannot write to out/2: No space left on device\nwc: 'out/.p\*': No such file")
        self.assertEqual(ended.out.split(), [b"300000", b"out/1", b"300000", b"total"])

    def test_journal(self):
        self.check_full(f"map {MANY} --journal journal >/dev/null", b"journal")

    def test_that_has_room_again(self):
        run = f"$PRONG map {MANY} --journal journal"
        ended = self.on_small_disk(f"{run} >/dev/null 2>&1; [ $? = 4 ] && mount -o remount,size=64m \"$PWD\" && "
                                   f"exec {run} --resume")
        self.assertEqual((ended.status, ended.out), (0, b"".join(b"%d\n" % n**2 for n in range(200000))))


if __name__ == "__main__":
    unittest.main()
