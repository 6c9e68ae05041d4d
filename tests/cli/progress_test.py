"""How far it is: on a terminal, on request, and never in the way."""

import fcntl
import os
import pty
import re
import struct
import termios
import unittest

from prong_command import ProngTest, environment, prong


class Progress(ProngTest):
    def test_is_silent_when_standard_error_is_no_terminal(self):
        for words in ([], ["--progress", "auto"], ["--progress=never"]):
            self.check("map", "examples.square", "3", *words, out=b"9\n")

    def test_on_request_tells_the_end(self):
        ended = prong("map", "trials.fail_odd", "--range", "1000", "--progress", "always", "-j", "2")
        self.assertEqual((ended.status, ended.out.count(b"\n")), (1, 500))
        self.assertRegex(ended.err.splitlines()[-1], rb"^prong: 1000/1000 \(100%\), [0-9.kM]+/s, 500 failed, 2 workers$")
        ended = prong("map", "examples.square", given=b"1\n2\n", *["--progress", "always", "-j", "1"])
        self.assertRegex(ended.err, rb"^prong: 2 done, [0-9.kM]+/s, 1 worker\n$")
        ended = prong("run", "trials.fail_odd", "--range", "0", "--progress", "always", "-j", "1")
        self.assertRegex(ended.err, rb"^prong: 0/0, 1 worker\n$")

    def test_on_a_terminal_is_one_line(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        first, second = self.fifos(2)
        process = self.started("map", "trials.wait_for", "-r", "-j", "1", "--chunk", "1", first, second, stderr=theirs)
        os.close(theirs)
        first.write_text("one")
        self.assertEqual(process.stdout.readline(), b"one\n")
        seen = b""
        while not re.search(rb"1/2 \(50%\), [0-9.]+/s, \d+:\d\d:\d\d left, 1 worker\x1b\[K\r", seen):
            seen += os.read(ours, 4096)
        self.assertNotIn(b"\n", seen)
        second.write_text("fail")
        self.assertEqual((process.stdout.read(), process.wait()), (b"", 1))
        try:
            while more := os.read(ours, 4096):
                seen += more
        except OSError:  # the other end is closed
            pass
        lines = seen.split(b"\n")
        self.assertRegex(lines[-3], rb"\x1b\[Kprong: item 1: threw: std::runtime_error: told to in trials\.wait_for\r$")
        self.assertRegex(lines[-2], rb"^prong: 2/2 \(100%\), .*1 failed, \d workers?\r$")

    def shown(self, columns, **environ):
        """What a terminal so wide gets of a run that takes two seconds."""
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = self.started("map", "examples.slow", "-j", "1", "1", "1", stderr=theirs, env=environment(**environ))
        os.close(theirs)
        seen = b""
        try:
            while more := os.read(ours, 4096):
                seen += more
        except OSError:  # the other end is closed
            pass
        self.assertEqual(process.wait(), 0)
        return seen

    def test_is_cut_to_the_width_of_the_terminal(self):
        lines = self.shown(20, TERM="xterm").replace(b"\x1b[K", b"").split(b"\r")
        self.assertEqual(max(len(line) for line in lines if b"prong:" not in line), 19)

    def test_on_a_dumb_terminal_has_no_escape_sequences(self):
        self.assertNotIn(b"\x1b", self.shown(80, TERM="dumb"))

    def test_counts_what_a_journal_knows(self):
        journal = self.folder() / "journal"
        for _ in range(2):
            ended = prong("map", "examples.square", "--range", "10", "--progress", "always", "--journal", journal, "--resume")
            self.assertRegex(ended.err, rb"^prong: 10/10 \(100%\), ")

    def test_estimates_the_lines_of_a_file(self):
        file = self.folder() / "n.jsonl"
        file.write_text("1\n" * 1000)
        ended = prong("map", "examples.square", "--input", file, "--progress", "always")
        self.assertRegex(ended.err, rb"^prong: 1000/1000 \(100%\), ")

    def test_is_one_of_three(self):
        self.check_usage("map", "examples.square", "1", "--progress", "yes",
                         err=b"--progress yes: auto, always or never is needed")


if __name__ == "__main__":
    unittest.main()
