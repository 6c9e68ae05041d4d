"""What is known of an item when it ends, while an earlier one still runs and results wait for it."""

import json
import subprocess
import time
import unittest

from prong_command import SANITIZED, WATCHDOG_SECONDS, ProngTest, prong, status_line, wait_until_gone

MIB = 1 << 20


def soon(look):
    """What `look` finds, once it finds something; or nothing."""
    end = time.monotonic() + WATCHDOG_SECONDS
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.01)
    return look()


class EndsTest(ProngTest):
    def setUp(self):
        super().setUp()
        self.dir = self.folder()
        self.blocked, = self.fifos(1)
        self.later = []
        for number, text in enumerate(("one", "fail", "three")):
            self.later.append(self.dir / str(number))
            self.later[-1].write_text(text)

    def begun(self, *words, **more):
        """A map whose first item runs, and whose others have ended or will."""
        return self.started("map", "trials.wait_for", "-r", "-j", "2", "--chunk", "1", *words,
                            self.blocked, *self.later, **more)


class WhileAnEarlierOneRuns(EndsTest):
    def test_the_files_have_what_ended(self):
        log, failures, trace, journal = (self.dir / name for name in ("log", "failures", "trace", "journal"))
        words = ("--log", log, "--failures", failures, "--trace", trace, "--journal", journal, "--resume")
        process = self.begun(*words)
        lines = soon(lambda: log.exists() and log.read_text().count("\n") == 3 and log.read_text().splitlines())
        self.assertEqual([json.loads(line)["index"] for line in lines], [1, 2, 3])
        self.assertEqual([json.loads(line)["index"] for line in failures.read_text().splitlines()], [2])
        events = json.loads(trace.read_text() + "]")
        self.assertEqual([event["args"]["first"] for event in events if event.get("cat") == "items"], [1, 2, 3])
        with open(self.blocked, "wb") as running:
            process.kill()
            process.wait()
            self.assertTrue(wait_until_gone(running))
        again = self.begun(*words)
        self.blocked.write_text("zero")
        out, err = again.communicate()
        self.assertEqual((out, again.returncode), (b"zero\none\nthree\n", 1))
        self.assertEqual(err, b"prong: item 2: threw: std::runtime_error: told to in trials.wait_for\n")
        known = {line["index"]: line["worker"] is None for line in map(json.loads, log.read_text().splitlines())}
        self.assertEqual(known, {0: False, 1: True, 2: True, 3: True})

    def test_the_failure_is_told(self):
        process = self.begun()
        self.assertIn(b"item 2: threw", process.stderr.readline())
        self.blocked.write_text("zero")
        self.assertEqual((process.stdout.read(), process.wait()), (b"zero\none\nthree\n", 1))

    def test_a_failure_that_ends_the_run_waits_for_its_place(self):
        process = self.begun("--on-error", "stop", "--log", self.dir / "log")
        self.assertTrue(soon(lambda: (self.dir / "log").exists() and (self.dir / "log").read_text().count("\n") == 3))
        self.blocked.write_text("zero")
        self.assertEqual((process.stdout.read(), process.wait()), (b"zero\none\n", 1))
        self.assertEqual(process.stderr.read(), b"prong: item 2: threw: std::runtime_error: told to in trials.wait_for\n")


class Memory(EndsTest):
    def test_stays_bounded_when_the_first_item_takes_for_ever(self):
        journal = self.dir / "journal"
        for words in ((), ("--chunk", "1"), ("--journal", journal)):
            with self.subTest(words):
                yes = subprocess.Popen(["yes", "0"], stdout=subprocess.PIPE)
                self.addCleanup(self.end, yes)
                source = subprocess.Popen(["sh", "-c", "echo 1000; exec cat"], stdin=yes.stdout, stdout=subprocess.PIPE)
                self.addCleanup(self.end, source)
                yes.stdout.close()
                process = self.started("map", "examples.slow", "-j", "2", *words, stdin=source.stdout)
                source.stdout.close()
                self.assertTrue(soon(lambda: self.has_stopped_reading(source.pid)))
                if not SANITIZED:
                    self.assertLess(int(status_line(process.pid, "VmHWM").split()[0]), 256 << 10)
                self.end(process)

    @staticmethod
    def has_stopped_reading(pid):
        """Whether a second passes in which this process gets nothing written."""
        def written():
            with open(f"/proc/{pid}/io") as counts:
                return next(int(line.split()[1]) for line in counts if line.startswith("wchar"))
        before = written()
        time.sleep(1)
        return before > 0 and written() == before


class Order(EndsTest):
    def test_of_results_is_that_of_the_inputs_whatever_ends_first(self):
        inputs = [str(0.02 * ((7 * n) % 5)) for n in range(40)]
        slow = prong("map", "examples.slow", "-j", "4", "--chunk", "1", *inputs, "--json")
        self.assertEqual([json.loads(line)["index"] for line in slow.out.splitlines()], list(range(40)))

    def test_of_many(self):
        expected = b"".join(b"%d\n" % n for n in range(0, 200000, 2))
        ended = prong("map", "trials.fail_odd", "--range", "200000", "-j", "3")
        self.assertEqual((ended.status, ended.out, ended.err.count(b"\n")), (1, expected, 100000))


if __name__ == "__main__":
    unittest.main()
