"""The command `prong` with the plugins that come with it."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

PRONG = os.environ["PRONG"]
SANITIZED = bool(os.environ.get("PRONG_SANITIZE"))

# Nothing takes so long unless it hangs.
WATCHDOG_SECONDS = 200


def environment():
    """Nothing of the caller's but the way to the plugins."""
    kept = {name: os.environ[name] for name in ("PATH", "PRONG_PLUGIN_PATH", "ASAN_OPTIONS") if name in os.environ}
    return {**kept, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}


def run(*words, given=b""):
    return subprocess.run([str(word) for word in words], input=given, capture_output=True, env=environment(),
                          timeout=WATCHDOG_SECONDS)


def strict():
    """The strict sandbox, where there is one to be had."""
    return [] if SANITIZED else ["--sandbox", "strict"]


def lines_of_failures(stderr):
    """In the order of the inputs, and not in that of their ends."""
    return sorted(stderr.decode().splitlines(), key=lambda line: int(line.split()[2].rstrip(":")))


class PluginTest(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="prong-test-")
        self.addCleanup(folder.cleanup)
        self.dir = Path(folder.name)

    def file(self, name, content):
        (self.dir / name).write_bytes(content)
        return self.dir / name

    def printed(self, *words, given=b""):
        """What prong prints when all goes well."""
        ended = run(PRONG, *words, given=given)
        self.assertEqual((ended.returncode, ended.stderr.decode()), (0, ""))
        return ended.stdout

    def values(self, *words, given=b""):
        return [json.loads(line) for line in self.printed(*words, given=given).splitlines()]

    def failures(self, *words, given=b""):
        """What is said of each input that failed."""
        ended = run(PRONG, *words, given=given)
        self.assertEqual(ended.returncode, 1, ended.stderr.decode())
        return lines_of_failures(ended.stderr)
