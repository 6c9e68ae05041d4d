"""On a terminal: keys that interrupt, stop and quit, a line that is hung up, outputs that end. Nobody is left."""

import fcntl
import os
import pty
import re
import resource
import signal
import subprocess
import termios
import time
import unittest
import uuid
from pathlib import Path

from prong_command import PRONG, ProngTest, environment

DRAINING = b"prong: interrupted: waiting for the items that run; once more ends them\n"


def make_terminal():
    """Both ends of one that shows neither what is typed nor carriage returns."""
    ours, theirs = pty.openpty()
    settings = termios.tcgetattr(theirs)
    settings[1] &= ~termios.OPOST
    settings[3] &= ~termios.ECHO
    termios.tcsetattr(theirs, termios.TCSANOW, settings)
    return ours, theirs


class Terminal(ProngTest):
    """One terminal for each test, and a mark in the environment of all that is started there."""

    def setUp(self):
        super().setUp()
        self.ours, theirs = make_terminal()
        self.theirs = theirs
        self.mark = f"PRONG_TEST_MARK={uuid.uuid4()}"
        self.shown = b""
        self.addCleanup(self.hang_up)

    def hang_up(self):
        if self.ours is not None:
            os.close(self.ours)
        self.ours = None

    def start_there(self, *command):
        """The leader of a new session, whose controlling terminal this is."""
        theirs = self.theirs

        def take_terminal():
            os.setsid()
            fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        name, value = self.mark.split("=")
        process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=take_terminal,
                                   env=environment(**{name: value, "PRONG": PRONG, "PS1": "", "HISTFILE": ""}))
        self.addCleanup(self.end, process)
        os.close(theirs)
        return process

    def waiting(self):
        """A map of two FIFOs by one worker, of which the first is being read."""
        fifos = self.fifos(2)
        process = self.start_there(PRONG, "map", "trials.wait_for", "-r", "-j", "1", "--chunk", "1", "--progress", "never", *fifos)
        running = open(fifos[0], "wb", buffering=0)
        self.addCleanup(running.close)
        return process, running

    def press(self, keys):
        os.write(self.ours, keys)

    def read_until(self, text):
        while text not in self.shown:
            self.shown += os.read(self.ours, 4096)

    def read_rest(self):
        """All that was shown, once nobody has the terminal open."""
        try:
            while part := os.read(self.ours, 4096):
                self.shown += part
        except OSError:
            pass
        return self.shown

    def marked(self):
        found = []
        for process in Path("/proc").iterdir():
            try:
                if process.name.isdigit() and self.mark.encode() in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
            except OSError:
                pass
        return found

    def expect_nobody(self):
        while self.marked():
            time.sleep(0.01)


class Keys(Terminal):
    def test_interrupt_drains(self):
        process, running = self.waiting()
        self.press(b"\x03")
        self.read_until(DRAINING)
        running.write(b"finished")
        running.close()
        self.assertEqual((process.wait(), self.read_rest()), (130, DRAINING + b"finished\n"))
        self.expect_nobody()

    def test_interrupt_twice_ends(self):
        process, _ = self.waiting()
        self.press(b"\x03")
        self.read_until(DRAINING)
        self.press(b"\x03")
        self.assertEqual((process.wait(), self.read_rest()), (130, DRAINING))
        self.expect_nobody()

    def test_quit_ends_at_once(self):
        process, _ = self.waiting()
        self.press(b"\x1c")
        self.assertEqual((process.wait(), self.read_rest()), (-signal.SIGQUIT, b""))
        self.expect_nobody()

    def test_termination_drains(self):
        process, running = self.waiting()
        process.send_signal(signal.SIGTERM)
        self.read_until(DRAINING)
        running.write(b"finished")
        running.close()
        self.assertEqual((process.wait(), self.read_rest()), (143, DRAINING + b"finished\n"))
        self.expect_nobody()

    def test_hangup_drains(self):
        process, running = self.waiting()
        self.hang_up()
        running.write(b"nobody reads it")
        running.close()
        self.assertEqual(process.wait(), 129)
        self.expect_nobody()


class Shell(Terminal):
    """Typed into an interactive shell."""

    def setUp(self):
        super().setUp()
        self.shell = self.start_there("/bin/bash", "--norc", "--noprofile", "--noediting", "-i")
        self.press(b"set -o pipefail\n")

    def ended(self, command):
        """What it showed, and its status."""
        before = len(self.shown)
        self.press(command.encode() + b"; echo status=$?.\n")
        self.read_until(b"status=")
        while not (end := re.search(rb"status=(\d+)\.\n", self.shown[before:])):
            self.shown += os.read(self.ours, 4096)
        return self.shown[before:][:end.start()], int(end[1])

    def leave(self):
        self.press(b"exit\n")
        self.shell.wait()
        self.expect_nobody()

    def children(self):
        return [int(pid) for pid in Path(f"/proc/{self.shell.pid}/task/{self.shell.pid}/children").read_text().split()]

    def test_outputs_that_end(self):
        self.assertEqual(self.ended('"$PRONG" map examples.square --range 1000000000 | head -1'), (b"0\n", 141))
        error = b"prong: cannot write to standard output: "
        self.assertEqual(self.ended('"$PRONG" map examples.square --range 1000000000 >/dev/full'),
                         (error + b"No space left on device\n", 4))
        self.assertEqual(self.ended('"$PRONG" map examples.square 3 >&-'), (error + b"Bad file descriptor\n", 4))
        self.assertEqual(self.ended('"$PRONG" map examples.square 3'), (b"9\n", 0))
        self.leave()

    def test_stop_and_go_on(self):
        fifos = self.fifos(2)
        words = " ".join(map(str, fifos))
        self.press(f'"$PRONG" map trials.wait_for -r -j 1 --chunk 1 {words}\n'.encode())
        with open(fifos[0], "wb", buffering=0) as running:
            [host] = self.children()
            self.press(b"\x1a")
            self.read_until(b"Stopped")
            self.assertEqual(Path(f"/proc/{host}/stat").read_text().rsplit(") ")[1][0], "T")
            # Its worker is none of the terminal's, and goes on.
            running.write(b"first")
        self.shown = b""
        self.press(b"fg; echo status=$?.\n")
        self.read_until(b"first\n")
        fifos[1].write_text("second")
        self.read_until(b"status=0.\n")
        self.assertTrue(self.shown.endswith(b"\nfirst\nsecond\nstatus=0.\n"), self.shown)
        self.leave()


if __name__ == "__main__":
    unittest.main()
