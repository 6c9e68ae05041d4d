"""In a pipe: results as soon as they exist, at constant memory, until the other end is closed."""

import os
import select
import signal
import subprocess
import unittest

from prong_command import SANITIZED, ProngTest, prong, shell, status_line

MIB = 1 << 20
HOST_MEMORY_MAX = 64 * MIB


def memory_peak(pid):
    return int(status_line(pid, "VmHWM").split()[0]) * 1024


class Streams(ProngTest):
    def test_a_result_comes_before_the_next_input(self):
        process = self.started("map", "examples.square")
        for number in range(200):
            process.stdin.write(b"%d\n" % number)
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), b"%d\n" % number**2)
        process.stdin.close()
        self.assertEqual((process.stdout.read(), process.wait()), (b"", 0))

    def test_a_failure_is_told_before_the_next_input(self):
        process = self.started("map", "examples.sqrt")
        for number in range(20):
            process.stdin.write(b"-1\n")
            process.stdin.flush()
            self.assertTrue(process.stderr.readline().startswith(b"prong: item %d: threw: " % number))
        process.stdin.close()
        self.assertEqual(process.wait(), 1)

    def test_a_line_may_come_in_parts(self):
        process = self.started("map", "trials.echo", "-r", "-R")
        for part in (b"a", b"b", b"c\nd", b"\n"):
            process.stdin.write(part)
            process.stdin.flush()
        self.assertEqual(process.stdout.readline(), b"abc\n")
        self.assertEqual(process.stdout.readline(), b"d\n")
        process.stdin.close()
        self.assertEqual(process.wait(), 0)

    def test_memory_is_constant_over_an_endless_input(self):
        yes = subprocess.Popen(["yes", "2"], stdout=subprocess.PIPE)
        self.addCleanup(self.end, yes)
        process = self.started("map", "examples.square", stdin=yes.stdout)
        yes.stdout.close()
        for wanted in (4 * MIB, 60 * MIB):
            while wanted > 0:
                chunk = process.stdout.read(min(wanted, MIB))
                self.assertEqual(chunk.count(b"4\n"), len(chunk) // 2)
                wanted -= len(chunk)
            if not SANITIZED:
                self.assertLess(memory_peak(process.pid), HOST_MEMORY_MAX)
        process.stdout.close()
        self.assertEqual((process.stderr.read(), process.wait(), yes.wait()), (b"", 141, -signal.SIGPIPE))

    def test_memory_is_constant_while_nobody_reads(self):
        ours, theirs = os.pipe()
        process = self.started("map", "examples.square", stdin=ours)
        os.close(ours)
        os.set_blocking(theirs, False)
        lines = b"2\n" * 30000
        # Once nothing was taken for as long as this, it waits for us. A slow machine only makes the test weaker.
        while select.select([], [theirs], [], 1)[1]:
            os.write(theirs, lines)
        if not SANITIZED:
            self.assertLess(memory_peak(process.pid), HOST_MEMORY_MAX)
        process.stdout.close()
        os.close(theirs)
        self.assertEqual((process.stderr.read(), process.wait()), (b"", 141))

    def test_inputs_are_not_read_far_ahead_of_slow_ones(self):
        [fifo] = self.fifos(1)
        ours, theirs = os.pipe()
        process = self.started("map", "trials.wait_for", "-R", "-r", "-j", "1", stdin=ours)
        os.close(ours)
        os.set_blocking(theirs, False)
        os.write(theirs, os.fsencode(fifo) + b"\n")
        written = 0
        while select.select([], [theirs], [], 1)[1]:
            written += os.write(theirs, b"/dev/null\n" * 400)
        self.assertLess(written, 64 * MIB)
        fifo.write_text("first")
        self.assertEqual(process.stdout.readline(), b"first\n")
        process.stdout.close()
        os.close(theirs)
        self.assertEqual(process.wait(), 141)


class ClosedOutput(ProngTest):
    def test_ends_quietly(self):
        for script in ("yes 2 | $PRONG map examples.square | head -1",
                       "$PRONG map examples.square --range 1000000000 | head -1",
                       "yes 0 | $PRONG map trials.fail_odd --on-error null | head -1"):
            ended = shell("set -o pipefail; " + script)
            self.assertEqual((ended.status, ended.err), (141, b""), script)
            self.assertEqual(ended.out.count(b"\n"), 1)

    def test_ends_the_answers_too(self):
        ours, theirs = os.pipe()
        os.close(ours)
        for words in (["run", "examples.square", "1"], ["call", "examples.square", "1"], ["list"], ["--help"]):
            ended = prong(*words, stdout=theirs)
            self.assertEqual((ended.status, ended.err), (141, b""), words)
        os.close(theirs)

    def test_that_was_never_open(self):
        error = b"prong: cannot write to standard output: Bad file descriptor\n"
        for words in ("map examples.square 3", "run examples.square 3", "call examples.square 3", "list", "--help"):
            self.assertEqual(shell(f"exec $PRONG {words} >&-"), (4, b"", error), words)
        self.assertEqual(shell("exec $PRONG map examples.square </dev/null >&-"), (0, b"", b""))

    def test_that_is_full(self):
        error = b"prong: cannot write to standard output: No space left on device\n"
        for words in ("map examples.square 3", "map examples.square --range 1000000000", "run examples.square 3",
                      "call examples.square 3", "list"):
            self.assertEqual(shell(f"exec $PRONG {words} >/dev/full"), (4, b"", error), words)

    def test_that_is_not_blocking(self):
        ours, theirs = os.pipe()
        os.set_blocking(theirs, False)
        process = self.started("map", "trials.number", "--range", "100000", stdout=theirs)
        os.close(theirs)
        with os.fdopen(ours, "rb") as results:
            self.assertEqual(results.read(), b"".join(b"%d\n" % n for n in range(100000)))
        self.assertEqual(process.wait(), 0)


class ClosedErrors(ProngTest):
    def test_change_nothing_else(self):
        for script in ("exec $PRONG map examples.sqrt 4 -1 9 2>&-", "exec $PRONG map examples.sqrt 4 -1 9 2>/dev/full"):
            self.assertEqual(shell(script), (1, b"2\n3\n", b""))
        self.assertEqual(shell("exec $PRONG map examples.square 3 <&- 2>&-"), (0, b"9\n", b""))
        self.assertEqual(shell("exec $PRONG map examples.square 3 <&- >&- 2>&-").status, 4)


if __name__ == "__main__":
    unittest.main()
