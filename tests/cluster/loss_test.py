"""What is lost while a call runs on other machines: every item still has one outcome, and the right one."""

import signal
import unittest

from cluster_case import CHORES, PRONG, ClusterTest, HostsTest, free_port, only_in_test_all
from gearman_peer import GearmanPeer
from processes import environment, wait_until
from slow_relay import SlowRelay

setUpModule = only_in_test_all


class Losses:
    """In both places."""

    def setUp(self):
        super().setUp()
        self.one = self.start_node("one", host=1)
        self.other = self.start_node("other", host=2)

    def test_a_killed_node(self):
        client = self.start_attempts(10)
        item, _ = self.wait_for_run("one")
        self.one.kill()
        self.open_gate()
        self.check_returns(client, 10, {item: 2})

    def test_a_stopped_node(self):
        client = self.start_attempts(10)
        item, _ = self.wait_for_run("one")
        self.one.signal(signal.SIGSTOP)
        self.wait_for_run("other")
        self.open_gate()
        self.check_returns(client, 10, {item: 2})
        self.one.signal(signal.SIGCONT)
        self.other.kill()
        self.check_call("chores.triple", "--range", "3", out="0\n3\n6\n")

    def test_a_node_that_goes_on_in_time_loses_nothing(self):
        client = self.start_attempts(6)
        self.wait_for_run("one")
        self.one.signal(signal.SIGSTOP)
        self.one.signal(signal.SIGCONT)
        self.open_gate()
        self.check_returns(client, 6)

    def test_a_broker_that_is_started_again(self):
        client = self.start_attempts(10)
        self.wait_for_run("one")
        self.broker.kill()
        self.broker = self.start_broker()
        self.open_gate()
        self.check_returns(client, 10)
        self.check_call("chores.triple", "--range", "3", out="0\n3\n6\n")

    def test_a_killed_client(self):
        client = self.start_attempts(4)
        self.wait_for_run("one")
        self.wait_for_run("other")
        client.kill()
        # The gate stays closed: what runs ends because nobody wants it any more.
        self.check_call("chores.triple", "--range", "3", out="0\n3\n6\n")


class SpareBroker(ClusterTest):
    """Of two brokers the first one is lost: what it had is there again at once, at the same node."""

    def test_that_takes_over_a_result_function(self):
        self.more_ports = [free_port()]
        self.start_broker(*self.more_ports)
        self.start_node("one")
        client = self.started([PRONG, "run", "chores.triple", "--range", "4", *self.common()], "client",
                              environment(PRONG_PLUGIN_PATH=CHORES))
        wait_until(lambda: (self.runs / "sum.1").exists(), "first attempt")
        self.broker.kill()
        wait_until(lambda: (self.runs / "sum.2").exists() or not client.lives(), "second attempt")
        self.open_gate()
        self.assertEqual(client.ended(), (0, "18\n", ""))


class SlowLink(ClusterTest):
    """An answer takes several times as long as the patience, and nobody is lost."""

    MEGABYTES = 12

    def test_costs_nobody_his_work(self):
        relay = SlowRelay(self.address, self.port, bytes_per_second=2 << 20)
        self.addCleanup(relay.end)
        node = self.started([PRONG, "worker", "--on", f"gearman://{self.address}:{relay.port}", "--patience", "2", "--slots", "2",
                             "--plugins", CHORES], "node", environment(PRONG_TEST_NODE="one", PRONG_TEST_RUNS=str(self.runs)))
        node.says("offers")
        waiting = self.start_attempts(1)
        self.wait_for_run("one")
        status, out, err = self.start_client("chores.fat", str(self.MEGABYTES)).ended()
        self.assertEqual((status, len(out), err), (0, (self.MEGABYTES << 20) + len('""\n'), ""))
        self.open_gate()
        self.check_returns(waiting, 1, {0: 1})
        self.assertFalse((self.runs / "fat.2").exists())
        self.assertFalse((self.runs / "0.2").exists())


class OnLoopback(Losses, ClusterTest):
    def test_a_broker_that_stays_away(self):
        client = self.start_attempts(4)
        self.wait_for_run("one")
        self.broker.kill()
        status, out, err = client.ended()
        self.assertEqual((status, out, err.count("lost")), (4, "", 4), err)
        self.assertIn(f"lost: the engine stays away: {self.on} ", err)


    def test_a_killed_client_leaves_little_in_the_broker(self):
        client = self.start_attempts(4)
        self.wait_for_run("one")
        self.wait_for_run("other")
        client.kill()
        self.check_call("chores.triple", "--range", "3", out="0\n3\n6\n")
        peer = GearmanPeer(self.address, self.port)
        self.addCleanup(peer.close)
        # Each node had one chunk that ran and one that waited, and asked for each a time or two.
        left = [jobs for queue, (jobs, _, _) in peer.status().items() if queue.startswith(b"prong:run:")]
        self.assertLessEqual(sum(left), 8)


class OnHosts(Losses, HostsTest):
    def test_a_client_whose_link_is_cut_silently(self):
        client = self.start_attempts(6, host=2)
        self.wait_for_run("one")
        self.network.hosts[2].cut()
        self.other.kill()
        # What runs ends, since nobody says that he wants it.
        self.check_call("chores.triple", "--range", "3", out="0\n3\n6\n")
        self.network.hosts[2].mend()
        self.open_gate()
        self.check_returns(client, 6)

    def test_a_link_that_is_cut_silently(self):
        client = self.start_attempts(10)
        item, _ = self.wait_for_run("one")
        self.network.hosts[1].cut()
        self.wait_for_run("other")
        self.open_gate()
        self.check_returns(client, 10, {item: 2})
        self.network.hosts[1].mend()
        self.other.kill()
        self.check_call("chores.triple", "--range", "3", out="0\n3\n6\n")


if __name__ == "__main__":
    unittest.main()
