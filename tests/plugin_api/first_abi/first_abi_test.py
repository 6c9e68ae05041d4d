"""A plugin that was built against the first <prong/plugin.h> works with today's host."""

import os
import subprocess
import unittest

PLUGIN = os.environ["PRONG_FIRST_ABI"]
ENVIRONMENT = {**os.environ, "PRONG_PLUGIN_PATH": os.path.dirname(PLUGIN)}


def prong(*words, status=0):
    ended = subprocess.run([os.environ["PRONG"], *words], env=ENVIRONMENT, capture_output=True, text=True)
    assert ended.returncode == status, f"{words}: {ended.returncode}\n{ended.stdout}{ended.stderr}"
    return ended.stdout, ended.stderr


class FirstPlugin(unittest.TestCase):
    def test_is_good(self):
        out, _ = prong("check", PLUGIN)
        self.assertEqual(out, f"{PLUGIN}: good: first_abi 1.0.0, 4 functions\n")

    def test_maps_numbers_and_fails_for_some(self):
        out, err = prong("map", "first_abi.half", "4", "3", "-8", status=1)
        self.assertEqual(out, "2\n-4\n")
        self.assertIn("item 1: threw: odd: an odd number has no half", err)

    def test_takes_all_results(self):
        self.assertEqual(prong("run", "first_abi.half", "--range", "0:200000:2")[0], "4999950000\n")

    def test_maps_texts_with_arguments_and_indices(self):
        out, _ = prong("map", "first_abi.repeat", "a", "", "long", "--bind", "times=2", "--chunk", "1")
        self.assertEqual(out, '"a0a0"\n"11"\n"long2long2"\n')

    def test_keeps_state(self):
        out, _ = prong("map", "first_abi.count", "--range", "1000", "-j", "1", "--chunk", "7")
        self.assertEqual(out.split()[-1], "1000")


if __name__ == "__main__":
    unittest.main()
