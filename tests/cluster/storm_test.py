"""Nodes that are killed at random while a million items run on them: every outcome comes once, and is right."""

import os
import random
import unittest

from cluster_case import AnywhereTest, only_in_test_all
from processes import WATCHDOG_SECONDS, wait_until

setUpModule = only_in_test_all

ITEMS = 1_000_000
KILLS = int(os.environ.get("PRONG_NODE_KILLS", "20"))
SEED = int(os.environ.get("PRONG_NODE_KILLS_SEED", "1"))
NODES = 3


class Storm(AnywhereTest):
    def test_of_node_deaths(self):
        chance = random.Random(SEED)
        nodes = [self.start_node(f"node-{number}") for number in range(NODES)]
        expected = "".join(f"{3 * x}\n" for x in range(ITEMS))
        client = self.start_client("chores.triple", "--range", str(ITEMS), "--chunk", "200")
        # By progress and not by time, so that kills come in a run of any speed.
        places = sorted(chance.randrange(len(expected) * 9 // 10) for _ in range(KILLS))
        for number, place in enumerate(places):
            wait_until(lambda: client.out_file.stat().st_size >= place or not client.lives(), "progress")
            # While a lost chunk is run again, all that follows may end: then the output comes at one time.
            if not client.lives():
                self.assertGreater(number, KILLS // 2, (SEED, client.err))
                break
            victim = chance.randrange(NODES)
            nodes[victim].kill()
            nodes[victim] = self.start_node(f"node-{victim}", ready=False)
        status, out, err = client.ended(3 * WATCHDOG_SECONDS)
        self.assertEqual((status, err), (0, ""), SEED)
        self.assertTrue(out == expected, (SEED, self.first_difference(out, expected)))

    @staticmethod
    def first_difference(out, expected):
        for number, (one, other) in enumerate(zip(out.split("\n"), expected.split("\n"))):
            if one != other:
                return number, one, other
        return len(out), len(expected)


if __name__ == "__main__":
    unittest.main()
