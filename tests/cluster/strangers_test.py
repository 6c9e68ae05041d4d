"""Others at the broker: who lacks the key neither has a node run anything nor makes a client believe anything, and
what was once said is not believed a second time."""

import os
import struct
import unittest

from cluster_case import AnywhereTest, only_in_test_all
from gearman_peer import GearmanPeer
from processes import wait_until

setUpModule = only_in_test_all

# A letter without a key: how it is written, run, number, attempt, direction.
OPEN_FORM = b"\x10"


def attempt_of(letter):
    return struct.unpack_from("<I", letter, 1 + 16 + 8)[0]


class StrangersTest(AnywhereTest):
    with_key = True

    def peer(self):
        with self.inside(0):
            peer = GearmanPeer(self.address, self.port)
        self.addCleanup(peer.close)
        return peer

    def chunk_queue(self, function, peer):
        """The one of a single build."""
        prefix = f"prong:map:chores.{function}:".encode()
        [queue] = wait_until(lambda: [one for one in peer.status() if one.startswith(prefix)], "queue of a build")
        return queue

    def items_of(self, *nodes):
        return {item for node in nodes for item, _ in self.runs_of(node)}

    def caught_chunks(self, node, peer, count, items):
        """Chunks that no node has asked for yet, as [handle, queue, payload], taken while the node was away; and the
        client whose call they are of."""
        queue = self.chunk_queue("attempt", peer)
        client = self.start_attempts(items)
        self.wait_for_run("one")
        node.kill()
        peer.serve(queue)
        caught = []
        while len(caught) < count:
            job = peer.take()
            if attempt_of(job[2]) > 0:  # what the node had is sent once more
                caught.append(job)
        return client, caught


class ForgedJobs(StrangersTest):
    def check_refused(self, peer, queue, payload):
        """A node says that it will not, and nothing has run."""
        before = self.runs_of()
        peer.submit(queue, payload)
        self.assertIsNone(peer.receive_answer())
        self.assertEqual(self.runs_of(), before)

    def check_told_of_refused_jobs(self, node):
        self.assertRegex(node.err, r"refused \d+ jobs? that this node cannot read: not sealed with its key, or of")

    def test_without_a_key(self):
        self.start_node("one")
        status, out, err = self.start_client("chores.attempt", "1", "--bind", f"folder={self.runs}", "--insecure", key="").ended()
        self.assertEqual((status, out, self.runs_of()), (4, "", []), err)
        self.assertIn("do client and nodes have the same key?", err)

    def test_with_another_key(self):
        self.start_node("one")
        other = self.new_key("other-key")
        status, out, err = self.start_client("chores.attempt", "1", "--bind", f"folder={self.runs}", key=other).ended()
        self.assertEqual((status, out, self.runs_of()), (4, "", []), err)
        self.assertIn("do client and nodes have the same key?", err)

    def test_that_are_noise(self):
        node, peer = self.start_node("one"), self.peer()
        queue = self.chunk_queue("attempt", peer)
        for payload in (b"", b"\0", OPEN_FORM, os.urandom(30), os.urandom(1000), OPEN_FORM + bytes(1000)):
            self.check_refused(peer, queue, payload)
        self.assertTrue(node.lives())

    def test_that_are_overheard_and_changed(self):
        node, peer = self.start_node("one"), self.peer()
        client, [(_, queue, payload)] = self.caught_chunks(node, peer, 1, 3)
        node = self.start_node("two")
        self.open_gate()
        self.check_returns(client, 3)
        for place in (0, 1, 17, 25, 29, 30, len(payload) // 2, len(payload) - 1):
            changed = bytearray(payload)
            changed[place] ^= 1
            self.check_refused(peer, queue, bytes(changed))
        self.check_refused(peer, self.chunk_queue("triple", peer), payload)
        self.check_told_of_refused_jobs(node)

    def test_that_are_overheard_and_repeated(self):
        node, peer = self.start_node("one"), self.peer()
        client, [(_, queue, payload)] = self.caught_chunks(node, peer, 1, 3)
        self.start_node("two")
        self.open_gate()
        self.check_returns(client, 3)
        self.check_refused(peer, queue, payload)

    def test_that_are_repeated_while_another_client_runs(self):
        node, peer = self.start_node("one"), self.peer()
        client, [(_, queue, payload)] = self.caught_chunks(node, peer, 1, 3)
        self.start_node("two")
        self.open_gate()
        self.check_returns(client, 3)
        (self.runs / "open").unlink()
        before = self.runs_of()
        other = self.start_attempts(1)
        wait_until(lambda: self.runs_of() != before, "run")
        self.check_refused(peer, queue, payload)
        self.open_gate()
        self.check_returns(other, 1)

    def test_that_are_repeated_while_they_run(self):
        """A second node does not run what the first one is at."""
        node, peer = self.start_node("one"), self.peer()
        client, [(_, queue, payload)] = self.caught_chunks(node, peer, 1, 3)
        self.start_node("two", slots=3)  # all items run at one time
        self.peer().submit(queue, payload)
        self.wait_for_run("two")
        self.start_node("three", slots=4)
        wait_until(lambda: {0, 1, 2} <= self.items_of("two", "three"), "runs of all items")
        # Not check_refused(): on a busy machine, who runs it may be too late to say that he still does.
        peer.submit(queue, payload)
        self.assertIsNone(peer.receive_answer())
        self.open_gate()
        self.check_returns(client, 3)


class ForgedAnswers(StrangersTest):
    def test_are_tried_again(self):
        node, rogue = self.start_node("one"), self.peer()
        client, [(handle, _, payload)] = self.caught_chunks(node, rogue, 1, 6)
        for answer in (b"", os.urandom(200), OPEN_FORM + bytes(200), payload):
            rogue.answer(handle, answer)
            handle, _, payload = rogue.take()
        rogue.close()
        self.start_node("two")
        self.open_gate()
        self.check_returns(client, 6)

    def test_that_are_of_another_chunk_are_dropped(self):
        node, rogue = self.start_node("one"), self.peer()
        client, jobs = self.caught_chunks(node, rogue, 2, 6)
        self.start_node("two")
        self.open_gate()
        relay = self.peer()
        relay.submit(*jobs[0][1:])
        answer = relay.receive_answer()
        self.assertIsNotNone(answer)
        for handle, _, _ in jobs:
            rogue.answer(handle, answer)
        self.check_returns(client, 6)

    def test_that_come_late_are_dropped(self):
        """A chunk is answered, and the answer is held back; another node has run it by the time that it comes."""
        node, holder = self.start_node("one"), self.peer()
        client, jobs = self.caught_chunks(node, holder, 2, 6)
        self.open_gate("open.0")
        self.open_gate("open.1")
        self.start_node("two", slots=6)
        relay = self.peer()
        relay.submit(*jobs[0][1:])
        answer = relay.receive_answer()
        self.assertIsNotNone(answer)
        [(item, attempt)] = [run for run in self.runs_of("two") if run[0] < 2]
        wait_until(lambda: len(client.out.split()) > item, f"output of item {item}")
        holder.answer(jobs[0][0], answer)
        holder.status()  # the broker has taken it by now
        self.open_gate()
        self.check_returns(client, 6, {item: attempt + 1})

    def test_that_come_late_and_are_forged_disturb_nothing(self):
        node, rogue = self.start_node("one"), self.peer()
        client, [(handle, _, _)] = self.caught_chunks(node, rogue, 1, 6)
        self.start_node("two", slots=6)
        wait_until(lambda: {0, 1} <= self.items_of("two"), "runs of what was caught")
        before = self.runs_of()
        rogue.answer(handle, b"no letter")
        rogue.status()  # the broker has taken it by now
        self.open_gate()
        self.check_returns(client, 6)
        self.assertEqual([run for run in self.runs_of() if run[0] < 2], [run for run in before if run[0] < 2])


if __name__ == "__main__":
    unittest.main()
