"""Which node gets what: those that have the plugin, in the right build; and what plugins do there to items."""

import json
import os
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path

from cluster_case import CHORES, EXAMPLES, PRONG, AnywhereTest
from processes import environment, wait_until


class NodesTest(AnywhereTest):
    def build_of(self, plugins):
        told = subprocess.run([PRONG, "info", "chores", "--json", "--plugins", plugins], capture_output=True,
                              env=environment(), check=True)
        return json.loads(told.stdout)[0]["build_id"]

    def other_build(self):
        """A folder with the same plugin, which says that it is another build."""
        folder = self.folder / "other-build"
        folder.mkdir(mode=0o755)
        build_id = bytes.fromhex(self.build_of(CHORES))
        content = (Path(CHORES) / "chores.so").read_bytes()
        self.assertIn(build_id, content)
        (folder / "chores.so").write_bytes(content.replace(build_id, build_id[::-1]))
        self.assertEqual(self.build_of(folder), build_id[::-1].hex())
        return folder


class OtherBuilds(NodesTest):
    def test_are_refused_where_there_is_no_other(self):
        self.start_node("other", self.other_build())
        self.check_call("chores.node", "1", status=3, out="",
                        err=f"prong: 'chores.node': the nodes at {self.on} have other builds of its plugin than "
                            f"{self.build_of(CHORES)}, which this call is to run; install the same file everywhere, or "
                            "allow any build\n")

    def test_are_taken_when_that_is_allowed(self):
        self.start_node("other", self.other_build())
        self.check_call("chores.node", "1", "--any-build", out='"other"\n')

    def test_get_nothing_where_there_are_others(self):
        self.start_node("other", self.other_build())
        self.start_node("same")
        self.check_call("chores.node", "--range", "40", "--chunk", "1", out='"same"\n' * 40)

    def test_do_not_mix_when_the_client_has_none(self):
        self.start_node("other", self.other_build())
        self.start_node("same")
        status, out, err = self.start_client("chores.node", "--range", "40", "--chunk", "1", plugins=EXAMPLES).ended()
        self.assertEqual((status, err, len(set(out.split())), len(out.split())), (0, "", 1, 40))


class WithoutBuildId(NodesTest):
    def setUp(self):
        super().setUp()
        self.without = self.folder / "without"
        self.without.mkdir(mode=0o755)
        build_id = bytes.fromhex(self.build_of(CHORES))
        content = (Path(CHORES) / "chores.so").read_bytes()
        note, other = (b"\4\0\0\0" + len(build_id).to_bytes(4, "little") + kind + b"GNU\0" + build_id
                       for kind in (b"\3\0\0\0", b"\x7f\0\0\0"))
        self.assertIn(note, content)
        (self.without / "chores.so").write_bytes(content.replace(note, other))
        self.start_node("one", self.without)

    def test_nobody_can_tell_what_runs(self):
        self.check_refused(CHORES, "other builds of its plugin")
        self.check_refused(self.without, "link it with -Wl,--build-id, or allow any build")
        self.check_refused(EXAMPLES, "link it with -Wl,--build-id, or allow any build")

    def check_refused(self, plugins, reason):
        status, out, err = self.start_client("chores.node", "1", plugins=plugins).ended()
        self.assertEqual((status, out), (3, ""), err)
        self.assertIn(reason, err)

    def test_any_build_will_do(self):
        self.check_call("chores.node", "1", "--any-build", plugins=self.without, out='"one"\n')


class MissingPlugins(NodesTest):
    def test_are_somewhere_else(self):
        self.start_node("without", EXAMPLES)
        self.start_node("with")
        self.check_call("chores.node", "--range", "40", "--chunk", "1", out='"with"\n' * 40)

    def test_are_nowhere(self):
        self.start_node("without", EXAMPLES)
        self.check_call("chores.node", "1", status=3, out="",
                        err=f"prong: cannot find map function 'chores.node': no node at {self.on} has it\n")

    def test_may_be_misspelt(self):
        self.start_node("with")
        status, _, err = self.start_client("chores.nod", "1").ended()
        self.assertEqual(status, 3)
        self.assertIn("did you mean 'chores.node'?", err)

    def test_come_later(self):
        folder = self.folder / "later"
        folder.mkdir(mode=0o755)
        self.start_node("later", folder, ready=False)
        client = self.start_client("chores.node", "1")
        shutil.copy(Path(CHORES) / "chores.so", folder / "chores.so")
        # It may have given up by then, or have been told that the one node has nothing.
        self.assertIn(client.ended()[0], (0, 3, 4))
        wait_until(lambda: self.start_client("chores.node", "1").ended() == (0, '"later"\n', ""), "answer")

    def test_go_while_items_wait(self):
        folder = self.folder / "going"
        folder.mkdir(mode=0o755)
        shutil.copy(Path(CHORES) / "chores.so", folder / "chores.so")
        self.start_node("going", folder)
        client = self.start_attempts(20)
        self.wait_for_run("going")
        (folder / "chores.so").unlink()
        self.start_node("staying")
        self.open_gate()
        self.check_returns(client, 20)

    def test_go_and_nobody_there_can_load_them_any_more(self):
        folder = self.folder / "going"
        folder.mkdir(mode=0o755)
        shutil.copy(Path(CHORES) / "chores.so", folder / "chores.so")
        self.start_node("going", folder)
        client = self.start_attempts(20)
        item, attempt = self.wait_for_run("going")
        (folder / "chores.so").unlink()
        self.start_node("staying")
        os.kill(self.worker_of(item, attempt), signal.SIGKILL)
        self.open_gate()
        status, out, err = client.ended()
        self.assertEqual((status, len(out.split())), (1, 19), err)
        self.assertRegex(err, rf"\Aprong: item {item}: crashed: SIGKILL ")

    def test_no_node_at_all(self):
        status, out, err = self.start_client("chores.node", "1").ended()
        self.assertEqual((status, out), (4, ""))
        self.assertEqual(err, f"prong: no node works for {self.on}; start one: prong worker --on {self.on}\n")


class Texts(NodesTest):
    def test_may_hold_line_ends(self):
        self.start_node("one", EXAMPLES)
        for words in ([], ["--chunk", "1"]):
            self.check_call("examples.upper", "a\nb", "c", "\n", "", "d\ne", "-r", *words, plugins=EXAMPLES,
                            out="A\nB\nC\n\n\n\nD\nE\n")


class NodesWithAnotherKey(NodesTest):
    with_key = True

    def setUp(self):
        super().setUp()
        self.start_node("stranger", key=self.new_key("other-key"))

    def test_on_the_same_broker_lose_nothing(self):
        self.start_node("one")
        self.open_gate()
        self.check_returns(self.start_attempts(20), 20)

    def test_work_for_others(self):
        status, out, err = self.start_client("chores.node", "1").ended()
        self.assertEqual((status, out, err), (4, "", f"prong: the nodes at {self.on} have other keys than this call, or none: "
                                                     "do client and nodes have the same key?\n"))

    def test_do_not_answer_for_those_that_are_busy(self):
        """Who comes while all nodes have long items waits, however impatient it is."""
        self.start_node("one")
        client = self.start_attempts(4)
        self.wait_for_run("one")
        impatient = self.started([PRONG, "map", "chores.triple", "2", *self.common(patience="0.2")], "impatient",
                                 environment(PRONG_PLUGIN_PATH=CHORES))
        time.sleep(4)
        self.assertTrue(impatient.lives(), impatient.err)
        self.open_gate()
        self.check_returns(client, 4)
        self.assertEqual(impatient.ended(), (0, "6\n", ""))


class LongItems(NodesTest):
    def test_stay_with_a_node_that_is_more_patient_than_the_client(self):
        self.start_node("one")
        client = self.started([PRONG, "map", "chores.attempt", "0", *self.common(patience="0.2"), "--bind",
                               f"folder={self.runs}"], "impatient", environment(PRONG_PLUGIN_PATH=CHORES))
        self.wait_for_run("one")
        time.sleep(2)
        self.open_gate()
        self.check_returns(client, 1, {0: 1})


class Journals(NodesTest):
    def test_take_over_what_nodes_have_done(self):
        self.start_node("one")
        words = ["--journal", str(self.folder / "journal")]
        self.open_gate()
        client = self.start_attempts(5, *words)
        self.check_returns(client, 5)
        again = self.start_attempts(7, *words, "--resume")
        self.assertEqual(again.ended(), (0, "1\n" * 7, ""))
        self.assertEqual(self.runs_of(), [(item, 1) for item in range(7)])

    def test_are_of_one_build(self):
        status, out, err = self.start_client("chores.node", "1", "--any-build", "--journal", "journal").ended()
        self.assertEqual((status, out, err), (2, "", "prong: --journal keeps results of one build, and --any-build lets "
                                                     "nodes run others; leave out one\n"))


class Bench(AnywhereTest):
    def test_needs_no_plugin_here(self):
        self.start_node("one", slots=2)
        ended = self.started([PRONG, "bench", "chores.triple", "--range", "100", *self.common(), "--json"], "bench",
                             environment(PRONG_PLUGIN_PATH=EXAMPLES)).ended()
        self.assertEqual((ended[0], ended[2]), (0, ""))
        self.assertEqual([(row["workers"], row["failed"]) for row in json.loads(ended[1])["rows"]], [(2, 0)] * 2)


class CrashingPlugins(NodesTest):
    def check_crash(self, *words):
        client = self.start_client("chores.crash_at", "--range", "40", "--bind", "where=13", *words)
        status, out, err = client.ended()
        self.assertEqual((status, list(map(int, out.split()))), (1, [3 * x for x in range(40) if x != 13]), err)
        self.assertRegex(err, r"\Aprong: item 13: crashed: SIGABRT in chores\.crash_at [^\n]*\n(prong:   [^\n]*\n)*\Z")

    def test_fail_the_item_alone(self):
        nodes = [self.start_node("one"), self.start_node("other")]
        for words in ([], ["--chunk", "1"], ["--chunk", "7"], ["--chunk", "40"]):
            with self.subTest(words):
                self.check_crash(*words)
        self.assertTrue(all(node.lives() for node in nodes))


if __name__ == "__main__":
    unittest.main()
