"""Plugin files that are bad, or replaced by others while the tool runs."""

import json
import os
import shutil
import signal
import threading
import time
import unittest
from pathlib import Path

from plugin_files import CULPRITS
from prong_command import SANITIZED, WATCHDOG_SECONDS, ProngTest, prong

VERSIONED = Path(CULPRITS).parent / "versioned"


class Versions(ProngTest):
    def put(self, version):
        """In one step, as an installer does it."""
        shutil.copy(VERSIONED / str(version) / "versioned.so", self.folder_used / "new")
        os.rename(self.folder_used / "new", self.folder_used / "versioned.so")

    def setUp(self):
        super().setUp()
        self.folder_used = self.folder()
        self.words = ("--plugins", str(self.folder_used))

    def test_a_replaced_file_is_for_new_runs_and_the_old_one_for_those_that_began_with_it(self):
        self.put(1)
        running = self.started("map", "versioned.version", "-j", "1", "--chunk", "1", *self.words)
        for _ in range(2):
            running.stdin.write(b"0\n")
            running.stdin.flush()
            self.assertEqual(running.stdout.readline(), b"1\n")
            self.put(2)
            self.check("map", "versioned.version", "0", *self.words, out=b"2\n")
        running.stdin.close()
        self.assertEqual((running.wait(), running.stderr.read()), (0, b""))

    def feed(self, process):
        """Input without an end, until the process has none of it any more."""
        def write():
            try:
                while True:
                    process.stdin.write(b"0.001\n" * 100)
                    process.stdin.flush()
            except (OSError, ValueError):
                pass

        thread = threading.Thread(target=write)
        thread.start()
        self.addCleanup(thread.join, 10)

    def test_an_endless_run_goes_on_with_what_it_began_with_whatever_is_put_there(self):
        self.put(1)
        running = self.started("map", "versioned.linger", "-j", "2", *self.words)
        self.feed(running)
        for version in (2, 3, 1, None, 2):
            self.assertEqual({running.stdout.readline() for _ in range(50)}, {b"1\n"})
            if version is None:
                (self.folder_used / "versioned.so").unlink()
                self.assertEqual(prong("map", "versioned.version", "0", *self.words).status, 3)
            else:
                self.put(version)
                self.check("map", "versioned.version", "0", *self.words, out=b"%d\n" % version)
        self.assertEqual({running.stdout.readline() for _ in range(50)}, {b"1\n"})
        running.send_signal(signal.SIGTERM)
        self.assertEqual(set(running.stdout.readlines()) - {b"1\n"}, set())
        self.assertEqual(running.wait(), 143)

    def worker_of(self, log):
        """The only one, once an item has ended."""
        while not (log.exists() and log.read_text().endswith("\n")):
            time.sleep(0.01)
        (worker,) = {json.loads(line)["worker"] for line in log.read_text().splitlines()}
        return worker

    def kill(self, worker):
        os.kill(worker, signal.SIGKILL)
        while Path(f"/proc/{worker}").exists():
            time.sleep(0.01)

    def lost(self, number):
        return (f"prong: item {number}: lost: plugin replaced: {self.folder_used}/versioned.so is no longer the file that "
                "the call began with, and no worker has that one; call again, which uses what is there now\n")

    def rest_of(self, running):
        """What it prints until its end, while something else writes its input."""
        parts = []
        thread = threading.Thread(target=lambda: parts.append(running.stdout.read()))
        thread.start()
        err = running.stderr.read().decode()
        thread.join()
        return parts[0], err

    NO_MORE = "prong: no more input was read, since all of it would be lost, too\n"

    def test_a_run_whose_workers_are_gone_says_why_the_rest_of_it_is_lost(self):
        self.put(1)
        old = self.build_id()
        log, failed = self.folder() / "log", self.folder() / "failed"
        running = self.started("map", "versioned.version", "-j", "1", "--log", log, "--failures", failed, *self.words)
        running.stdin.write(b"0\n")
        running.stdin.flush()
        self.assertEqual(running.stdout.readline(), b"1\n")
        self.put(2)
        self.assertNotEqual(self.build_id(), old)
        self.kill(self.worker_of(log))
        out, err = running.communicate(b"0\n0\n", timeout=WATCHDOG_SECONDS)
        self.assertEqual((running.returncode, out), (4, b""))
        self.assertEqual(err.decode(), self.lost(1) + self.lost(2) + self.NO_MORE)
        records = [json.loads(line) for line in failed.read_text().splitlines()]
        self.assertEqual([(record["index"], record["outcome"], record["build_id"]) for record in records],
                         [(1, "lost", old), (2, "lost", old)])

    def test_an_endless_run_whose_workers_are_gone_ends(self):
        for words in (), ("--on-error", "null"), ("--on-error", "stop"), ("--unordered",), ("--json",):
            with self.subTest(words):
                self.put(1)
                log = self.folder() / "log"
                running = self.started("map", "versioned.linger", "-j", "1", "--log", log, *words, *self.words)
                running.stdin.write(b"0.001\n")
                running.stdin.flush()
                running.stdout.readline()
                (self.folder_used / "versioned.so").unlink()
                self.kill(self.worker_of(log))
                self.feed(running)
                _, err = self.rest_of(running)
                self.assertEqual(running.wait(), 4)
                self.assertIn(self.lost(1), err)
                self.assertEqual(err.endswith(self.NO_MORE), "stop" not in words, err[-600:])

    def test_a_run_whose_workers_are_gone_computes_nothing_of_a_part_of_the_results(self):
        shutil.copy(VERSIONED / "1" / "versioned.so", self.folder_used / "versioned.so")
        log = self.folder() / "log"
        running = self.started("run", "versioned.version", "-j", "1", "--log", log, *self.words)
        running.stdin.write(b"0\n")
        running.stdin.flush()
        worker = self.worker_of(log)
        self.put(2)
        self.kill(worker)
        self.feed(running)
        out, err = self.rest_of(running)
        self.assertEqual((running.wait(), out), (4, b""))
        self.assertIn(self.lost(1), err)
        self.assertTrue(err.endswith(self.NO_MORE), err[-600:])

    def build_id(self):
        return json.loads(prong("info", "versioned", "--json", *self.words).out)[0]["build_id"]

    @unittest.skipIf(SANITIZED, "sanitizers have their own ways to end a process")
    def test_a_file_that_crashes_is_told_once_and_used_again_when_it_has_changed(self):
        self.put(0)
        ended = prong("map", "versioned.version", "--range", "1000", *self.words)
        self.assertEqual((ended.status, ended.out), (3, b""))
        self.assertRegex(ended.err.decode(), r"^prong: cannot use map function 'versioned\.version': .*SIGSEGV.*\n$")
        self.put(1)
        self.check("map", "versioned.version", "0", "0", *self.words, out=b"1\n1\n")


if __name__ == "__main__":
    unittest.main()
