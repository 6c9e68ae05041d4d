"""Interruption: the first signal lets finish what runs, the second ends it."""

import fcntl
import os
import pty
import signal
import termios
import time
import unittest

from prong_command import ProngTest, wait_until_gone

DRAINING = b"prong: interrupted: waiting for the items that run; once more ends them\n"


class Draining(ProngTest):
    def interrupted(self, number, *words):
        """A map of three FIFOs by one worker, interrupted while the first one is being read."""
        fifos = self.fifos(3)
        process = self.started("map", "trials.wait_for", "-r", "-j", "1", "--chunk", "1", *words, *fifos)
        running = open(fifos[0], "wb", buffering=0)
        self.addCleanup(running.close)
        process.send_signal(number)
        self.assertEqual(process.stderr.readline(), DRAINING)
        return process, running

    def test_prints_what_runs_and_cancels_the_rest(self):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            for words in ([], ["--on-error", "null"], ["--on-error", "stop"], ["--unordered"]):
                with self.subTest(number, words=words):
                    process, running = self.interrupted(number, *words)
                    time.sleep(0.1)  # longer than a cancelled item may run on
                    running.write(b"finished")
                    running.close()
                    self.assertEqual((process.stdout.read(), process.stderr.read(), process.wait()),
                                     (b"finished\n", b"", status))

    def test_tells_of_an_item_that_fails_meanwhile(self):
        process, running = self.interrupted(signal.SIGINT)
        running.write(b"fail")
        running.close()
        self.assertEqual((process.stdout.read(), process.wait()), (b"", 130))
        self.assertEqual(process.stderr.read(),
                         b"prong: item 0: threw: std::runtime_error: told to in trials.wait_for\n")

    def test_a_second_signal_ends_everything(self):
        for second in (signal.SIGINT, signal.SIGTERM):
            process, running = self.interrupted(signal.SIGINT)
            process.send_signal(second)
            self.assertEqual((process.stdout.read(), process.stderr.read(), process.wait()), (b"", b"", 130))
            self.assertTrue(wait_until_gone(running))

    def test_stops_reading(self):
        process = self.started("map", "examples.square")
        process.stdin.write(b"3\n4")
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), b"9\n")
        process.send_signal(signal.SIGTERM)
        self.assertEqual((process.stdout.read(), process.stderr.read(), process.wait()), (b"", DRAINING, 143))

    def test_stops_reading_a_file(self):
        [fifo] = self.fifos(1)
        first = self.folder() / "first"
        first.write_bytes(b"a")
        for file in (fifo, "/dev/zero"):
            process = self.started("map", "trials.size", "--files", first, file, first)
            writer = os.open(fifo, os.O_RDWR)
            self.addCleanup(os.close, writer)
            self.assertEqual(process.stdout.readline(), b"1\n")
            process.send_signal(signal.SIGINT)
            self.assertEqual((process.stdout.read(), process.stderr.read(), process.wait()), (b"", DRAINING, 130))

    def test_an_endless_range(self):
        process = self.started("map", "trials.number", "--range", "9000000000000000000")
        head = [process.stdout.readline() for _ in range(1000)]
        process.send_signal(signal.SIGINT)
        lines = head + [line for line in process.stdout]
        self.assertEqual((process.stderr.read(), process.wait()), (DRAINING, 130))
        # No torn line, and in order; an item that had not started when another one had may be missing.
        numbers = [int(line) for line in lines]
        self.assertTrue(all(line.endswith(b"\n") for line in lines))
        self.assertTrue(all(low < high for low, high in zip(numbers, numbers[1:])))

    def test_while_nobody_reads(self):
        process = self.started("map", "trials.number", "--range", "9000000000000000000")
        self.assertEqual(process.stdout.readline(), b"0\n")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.stderr.readline(), DRAINING)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130)


class Ending(ProngTest):
    def test_where_there_is_nothing_to_drain(self):
        for command in ("run", "call"):
            for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
                [fifo] = self.fifos(1)
                process = self.started(command, "trials.wait_for", fifo)
                with open(fifo, "wb") as running:
                    process.send_signal(number)
                    self.assertEqual((process.stdout.read(), process.stderr.read(), process.wait()),
                                     (b"", b"prong: interrupted\n", status))
                    self.assertTrue(wait_until_gone(running))


class Inheritance(ProngTest):
    def test_ignored_signals_stay_ignored(self):
        def ignore():
            for number in (signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)

        process = self.started("map", "examples.square", preexec_fn=ignore)
        for number in range(3):
            process.stdin.write(b"%d\n" % number)
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), b"%d\n" % number**2)
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGHUP)
        process.stdin.close()
        self.assertEqual((process.stdout.read(), process.stderr.read(), process.wait()), (b"", b"", 0))

    def test_workers_have_default_signals(self):
        self.check("map", "trials.status", "SigBlk", "SigIgn", "-r",
                   out=b"SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n")

    def test_workers_hear_nothing_of_the_terminal(self):
        ours, theirs = pty.openpty()
        fifos = self.fifos(2)

        def take_terminal():
            os.setsid()
            fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

        process = self.started("map", "trials.wait_for", "-r", "-j", "1", "--chunk", "1", *fifos,
                               stdin=theirs, preexec_fn=take_terminal)
        os.close(theirs)
        with open(fifos[0], "wb") as running:
            os.write(ours, b"\x03")
            self.assertEqual(process.stderr.readline(), DRAINING)
            running.write(b"not torn")
        self.assertEqual((process.stdout.read(), process.stderr.read(), process.wait()), (b"not torn\n", b"", 130))
        os.close(ours)


if __name__ == "__main__":
    unittest.main()
