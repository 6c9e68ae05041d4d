"""The file of a key, and where one is needed."""

import unittest

from cluster_case import CHORES, PRONG, ClusterTest, HostsTest
from processes import environment


class KeyFiles(ClusterTest):
    def check_refused(self, key, why):
        for command in (["map", "chores.triple", "1"], ["worker"]):
            with self.subTest(command):
                ended = self.started([PRONG, *command, "--on", self.on, "--key", str(key)], "refused", environment()).ended()
                self.assertEqual(ended[:2], (2, ""), ended[2])
                self.assertRegex(ended[2], rf"\Aprong: the key file '{key}' {why}; make a key with: [^\n]*\n\Z")

    def test_of_others_too(self):
        for mode in (0o640, 0o604, 0o620, 0o602, 0o610, 0o666):
            self.check_refused(self.new_key(f"key-{mode:o}", mode=mode),
                               rf"has the mode {mode:04o}, and only its owner may have access \(chmod 600\)")

    def test_of_another_size(self):
        for size in (0, 31, 33):
            self.check_refused(self.new_key(f"key-{size}", size), f"has {size} bytes, and a key has 32")

    def test_that_is_none(self):
        self.check_refused(self.folder / "nowhere", "cannot be read: No such file or directory")
        self.check_refused(self.folder, "is no regular file")

    def test_without_a_name(self):
        """As of a variable that is not set: not the same as no key."""
        for command in (["map", "chores.triple", "1"], ["worker"]):
            ended = self.started([PRONG, *command, "--on", self.on, "--key", ""], "refused", environment()).ended()
            self.assertEqual(ended, (2, "", "prong: --key: which file? its name is empty\n"))

    def test_that_is_good(self):
        key = self.new_key("key")
        self.start_node("one", key=key)
        self.check_call("chores.triple", "2", key=key, out="6\n")


class BrokersForOthers(HostsTest):
    def test_need_a_key(self):
        for command in (["map", "chores.triple", "1"], ["worker"]):
            with self.subTest(command):
                ended = self.started([PRONG, *command, "--on", self.on], "refused", environment()).ended()
                self.assertEqual(ended[:2], (2, ""), ended[2])
                self.assertIn("whoever reaches this broker could read all data and run any function: give a key file",
                              ended[2])

    def test_or_that_somebody_wants_it_so(self):
        self.started([PRONG, "worker", "--on", self.on, "--insecure", "--slots", "1", "--plugins", CHORES], "one",
                     environment(), 1).says("offers")
        ended = self.started([PRONG, "map", "chores.triple", "2", "--on", self.on, "--insecure"], "client",
                             environment(PRONG_PLUGIN_PATH=CHORES)).ended()
        self.assertEqual(ended, (0, "6\n", ""))


if __name__ == "__main__":
    unittest.main()
