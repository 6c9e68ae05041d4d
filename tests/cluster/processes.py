"""The processes of a test: started so that they end with it, marked so that none is overlooked."""

import ctypes
import os
import signal
import subprocess
import time
import uuid
from pathlib import Path

# Nothing takes so long unless it hangs.
WATCHDOG_SECONDS = 100

MARK = f"PRONG_TEST_MARK={uuid.uuid4()}"
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
_test = os.getpid()


def dies_with_test():
    """In a child, before it becomes what it is to be."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != _test:
        os._exit(1)


def wait_until(is_so, what, seconds=WATCHDOG_SECONDS):
    """Looks again and again: what tests wait for here happens in other processes, and tells nobody."""
    end = time.monotonic() + seconds
    while not (value := is_so()):
        if time.monotonic() > end:
            raise TimeoutError(f"no {what} within {seconds} s")
        time.sleep(0.02)
    return value


def run_quietly(*words):
    ended = subprocess.run(words, capture_output=True, text=True)
    if ended.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {ended.stderr.strip()}")


def environment(**changes):
    base = {name: os.environ[name] for name in ("PATH", "LANG", "ASAN_OPTIONS", "TSAN_OPTIONS") if name in os.environ}
    name, value = MARK.split("=")
    return {**base, "HOME": "/nonexistent", name: value, **changes}


def marked():
    """Whoever was started by the test, or by those, and lives."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if MARK.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


class Process:
    """One, in a folder of the test, whose output and errors go to files there."""

    def __init__(self, words, folder, name, env, enter=()):
        self.out_file, self.err_file = folder / f"{name}.out", folder / f"{name}.err"
        with self.out_file.open("wb") as out, self.err_file.open("wb") as err:
            self.process = subprocess.Popen([*enter, *words], stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env,
                                            preexec_fn=dies_with_test, cwd=folder)

    @property
    def out(self):
        return self.out_file.read_text()

    @property
    def err(self):
        return self.err_file.read_text()

    def lives(self):
        return self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait(WATCHDOG_SECONDS)

    def ended(self, seconds=WATCHDOG_SECONDS):
        """Its status, output and errors, once it has ended."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"still runs after {seconds} s: {self.process.args}\n{self.err}") from None
        return self.process.returncode, self.out, self.err

    def says(self, text):
        """Waits until its errors have the text."""

        def is_so():
            if text in self.err:
                return True
            if not self.lives():
                raise RuntimeError(f"ended without saying '{text}': {self.err}")
            return False

        wait_until(is_so, f"'{text}' from {self.process.args}")
