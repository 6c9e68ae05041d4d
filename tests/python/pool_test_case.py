"""What the tests of the module share: plugins, pools, and a watchdog."""

import faulthandler
import os
import subprocess
import sys
import textwrap
import unittest

import prong

PLUGINS = [os.environ[name] for name in ("PRONG_ECHOES", "PRONG_CULPRITS", "PRONG_TRIALS")]

# Nothing takes so long unless it hangs.
WATCHDOG_SECONDS = 60


def make_pool(workers=2, **options):
    return prong.Pool(workers, plugins=PLUGINS, **options)


def run_program(text, *, status=0, **options):
    """What a program that begins with `import prong` prints, on standard output and standard error."""
    program = textwrap.dedent(text).replace("PLUGINS", repr(PLUGINS))
    ended = subprocess.run([sys.executable, "-B", "-c", "import prong\n" + program], capture_output=True, text=True,
                           timeout=WATCHDOG_SECONDS, **options)
    if ended.returncode != status:
        raise AssertionError(f"status {ended.returncode}, and not {status}: {ended.stdout}{ended.stderr}")
    return ended.stdout, ended.stderr


class PoolTest(unittest.TestCase):
    """One pool for all tests of a class."""

    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.pool = make_pool()
        cls.addClassCleanup(cls.pool.__exit__, None, None, None)

    def setUp(self):
        faulthandler.dump_traceback_later(WATCHDOG_SECONDS, exit=True)
        self.addCleanup(faulthandler.cancel_dump_traceback_later)

    def raises(self, kind, sentence, call, *args, **kwds):
        """The sentence is all, or the end of what stands before an ellipsis, of what is said."""
        with self.assertRaises(kind) as raised:
            call(*args, **kwds)
        said = str(raised.exception)
        if sentence.endswith("…"):
            self.assertTrue(said.startswith(sentence[:-1]), said)
        else:
            self.assertEqual(said, sentence)
        return raised.exception
