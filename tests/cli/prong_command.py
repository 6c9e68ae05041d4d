"""The executable under test, run as a shell would run it."""

import os
import select
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import NamedTuple

PRONG = os.environ["PRONG"]
TRIALS = os.environ["PRONG_TRIALS"]
ECHOES = os.environ["PRONG_ECHOES"]
EXAMPLES = os.environ["PRONG_EXAMPLES"]
SANITIZED = bool(os.environ.get("PRONG_SANITIZE"))

# Nothing takes so long unless it hangs.
WATCHDOG_SECONDS = 60


class Ended(NamedTuple):
    status: int
    out: bytes
    err: bytes


def environment(**changes):
    """A user's, with the trials on the plugin path."""
    base = {name: os.environ[name] for name in ("PATH", "LANG", "ASAN_OPTIONS", "TSAN_OPTIONS") if name in os.environ}
    return {**base, "HOME": "/nonexistent", "PRONG_PLUGIN_PATH": TRIALS, **changes}


def watch_anew(seconds=WATCHDOG_SECONDS):
    """A test that goes on does not hang, however slow the machine is."""
    if signal.alarm(0):
        signal.alarm(seconds)


def start(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=None, **more):
    watch_anew()
    return subprocess.Popen([PRONG, *words], stdin=stdin, stdout=stdout, stderr=stderr, env=env or environment(), **more)


def prong(*words, given=b"", **more):
    process = start(*words, **more)
    try:
        out, err = process.communicate(given, timeout=WATCHDOG_SECONDS)
    finally:
        process.kill()
    return Ended(process.returncode, out, err)


def shell(script, **more):
    """What the script prints and ends with; $PRONG is the executable."""
    process = subprocess.Popen(
        ["/bin/bash", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(PRONG=PRONG),
        start_new_session=True,
        **more,
    )
    try:
        out, err = process.communicate(timeout=WATCHDOG_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        raise
    return Ended(process.returncode, out, err)


def wait_until_gone(descriptor):
    """Until whoever read the FIFO behind this descriptor for writing is no more."""
    poll = select.poll()
    poll.register(descriptor, 0)
    return bool(poll.poll(WATCHDOG_SECONDS * 1000))


def status_line(pid, field):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return line.split(maxsplit=1)[1]
    raise KeyError(field)


class ProngTest(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        def bark(*_):
            raise TimeoutError(f"nothing for {WATCHDOG_SECONDS} s")

        signal.signal(signal.SIGALRM, bark)
        signal.alarm(WATCHDOG_SECONDS)
        self.addCleanup(signal.alarm, 0)

    def folder(self):
        """A new one, that nobody else may write."""
        folder = tempfile.TemporaryDirectory(prefix="prong-test-")
        self.addCleanup(folder.cleanup)
        return Path(folder.name)

    def installed(self):
        """A copy of what is built, without plugins."""
        copy, build = self.folder(), Path(PRONG).parent.parent
        for part in ("bin", "lib"):
            (copy / part).mkdir()
        shutil.copy(PRONG, copy / "bin")
        for library in (build / "lib").glob("libprong.so*"):
            shutil.copy(library, copy / "lib")
        shutil.copytree(build / "libexec", copy / "libexec")
        return copy

    def fifos(self, count):
        folder = self.folder()
        names = [folder / f"fifo-{number}" for number in range(count)]
        for name in names:
            os.mkfifo(name)
        return names

    def started(self, *words, **more):
        process = start(*words, **more)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait(WATCHDOG_SECONDS)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream and not stream.closed:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass

    def check(self, *words, out=b"", err=b"", status=0, given=b"", **more):
        """`out` and `err` are all that is printed."""
        ended = prong(*words, given=given, **more)
        self.assertEqual((ended.out, ended.err, ended.status), (out, err, status), words)

    def check_usage(self, *words, err, **more):
        self.check(*words, err=b"prong: " + err + b"\n", status=2, **more)
