"""A run that goes on from where it was: --journal and --resume."""

import json
import os
import signal
import subprocess
import unittest

from plugin_files import changed
from prong_command import EXAMPLES, SANITIZED, ProngTest, prong, status_line, wait_until_gone

MIB = 1 << 20


class JournalTest(ProngTest):
    def setUp(self):
        super().setUp()
        self.dir = self.folder()
        self.file = self.dir / "journal"
        self.trace = self.dir / "trace"

    def journalled(self, *words, **more):
        return prong(*words, "--journal", self.file, "--resume", **more)

    def traced(self, *inputs, words=()):
        """A map that traces its calls: what it printed, and for which inputs it was called."""
        self.trace.unlink(missing_ok=True)
        ended = self.journalled("map", "trials.trace", "--bind", f"file={self.trace}", *words, *map(str, inputs))
        calls = self.trace.read_text().split() if self.trace.exists() else []
        return ended, sorted(map(int, calls))


class Journal(JournalTest):
    def test_saves_the_work_and_the_output_is_the_same(self):
        negative = b"prong: item 1: threw: std::domain_error: negative in trials.trace\n"
        for words in ((), ("--unordered",), ("--chunk", "1"), ("--on-error", "null")):
            with self.subTest(words):
                self.file.unlink(missing_ok=True)
                first, calls = self.traced(1, -2, 3, words=words)
                self.assertEqual((first.status, first.err, calls), (1, negative, [-2, 1, 3]))
                again, calls = self.traced(1, -2, 3, words=words)
                self.assertEqual((again.status, sorted(again.out.split()), again.err, calls),
                                 (1, sorted(first.out.split()), negative, []))

    def test_computes_what_is_new(self):
        self.traced(1, 2)
        self.assertEqual(self.traced(1, 2, 3, 4), ((0, b"1\n2\n3\n4\n", b""), [3, 4]))
        self.assertEqual(self.traced(1), ((0, b"1\n", b""), []))

    def test_computes_what_has_changed_and_only_that(self):
        self.traced(1, 2, 3, 4)
        self.assertEqual(self.traced(1, 5, 3, 6), ((0, b"1\n5\n3\n6\n", b""), [5, 6]))
        self.assertEqual(self.traced(1, 5, 3, 6), ((0, b"1\n5\n3\n6\n", b""), []))
        self.assertEqual(self.traced(5, 1, 3), ((0, b"5\n1\n3\n", b""), [1, 5]))

    def test_computes_what_another_function_or_argument_would_give(self):
        words = ("map", "examples.power", "2", "3")
        self.assertEqual(self.journalled(*words, "--bind", "exponent=2").out, b"4\n9\n")
        self.assertEqual(self.journalled(*words, "--bind", "exponent=3").out, b"8\n27\n")
        self.assertEqual(self.journalled("map", "examples.square", "2", "3").out, b"4\n9\n")
        self.assertEqual(self.journalled("map", "examples.cube", "2", "3").out, b"8\n27\n")

    def test_computes_what_another_build_would_give(self):
        good, plugins = f"{EXAMPLES}/examples.so", self.dir / "plugins"
        plugins.mkdir()
        words = ("info", "examples", "--json", "--plugins", plugins)
        changed(good, plugins / "examples.so")
        build = bytes.fromhex(json.loads(prong(*words).out)[0]["build_id"])
        folder = ("--plugins", str(plugins))
        first = self.journalled("map", "examples.square", "2", *folder)
        size = self.file.stat().st_size
        self.assertEqual(self.journalled("map", "examples.square", "2", *folder), first)
        self.assertEqual(self.file.stat().st_size, size)
        changed(good, plugins / "new.so", (build, bytes(reversed(build))))
        os.rename(plugins / "new.so", plugins / "examples.so")
        self.assertEqual(self.journalled("map", "examples.square", "2", *folder), first)
        self.assertGreater(self.file.stat().st_size, size)

    def test_tells_text_from_json(self):
        self.assertEqual(self.journalled("map", "trials.echo", "-R", given=b'"a"\n').out, b'"\\"a\\""\n')
        self.assertEqual(self.journalled("map", "trials.echo", given=b'"a"\n').out, b'"a"\n')

    def test_of_strings_with_newlines(self):
        for _ in range(2):
            self.assertEqual(self.journalled("map", "trials.echo", "-r", "a\nb", "", "c").out, b"a\nb\n\nc\n")

    def test_of_a_run(self):
        words = ("run", "trials.scale", "--bind", "factor=2", "--bind", "offset=1", "--range", "1000", "--chunk", "7")
        self.assertEqual(self.journalled(*words), (0, b"999001\n", b""))
        self.assertEqual(self.journalled(*words), (0, b"999001\n", b""))

    def test_of_an_array(self):
        for _ in range(2):
            self.journalled("map", "trials.fail_odd", "--range", "6", "--output", self.dir / "o.npy", "--on-error", "null")
            self.assertEqual((self.dir / "o.npy").read_bytes()[128:].hex(),
                             "0000000000000000000000000000f87f0000000000000040"
                             "000000000000f87f0000000000001040000000000000f87f")

    def test_of_files(self):
        path = self.dir / "content"
        path.write_text("abc")
        words = ("map", "trials.size", "--files", path, self.dir / "none")
        self.assertEqual(self.journalled(*words).out, b"3\n")
        path.write_text("abcd")
        (self.dir / "none").write_text("")
        self.assertEqual(self.journalled(*words), (0, b"4\n0\n", b""))

    def test_of_many(self):
        expected = b"".join(b"%d\n" % (n * n) for n in range(200000))
        for _ in range(2):
            self.assertEqual(self.journalled("map", "examples.square", "--range", "200000", "-j", "3"), (0, expected, b""))

    def test_draws_the_random_numbers_of_an_uninterrupted_run(self):
        words = ("map", "trials.draw", "--seed", "7")
        inputs = [b"%d\n" % n for n in range(2000)]
        whole = prong(*words, given=b"".join(inputs)).out
        self.assertEqual(len(set(whole.split())), 2000)
        # The end is missing; then some in the middle have changed, and those around them are known.
        changed = [*inputs[:700], *(b" " + n for n in inputs[700:705]), *inputs[705:]]
        self.journalled(*words, given=b"".join(inputs[:5]))
        for given in (inputs, changed):
            self.assertEqual(self.journalled(*words, given=b"".join(given)).out, whole)

    def test_of_files_draws_their_random_numbers(self):
        names = [self.dir / str(n) for n in range(4)]
        words = ("map", "trials.draw_for", "--files")
        for name in names:
            name.write_text("")
        whole = prong(*words, *names).out
        self.assertEqual(len(set(whole.split())), 4)
        names[1].unlink()
        self.journalled(*words, *names[:3])
        names[1].write_text("")
        self.assertEqual(self.journalled(*words, *names).out, whole)

    def test_of_failures(self):
        failed = self.dir / "failed.jsonl"
        words = ("map", "trials.fail_odd", "--range", "1000", "--failures", failed)
        self.journalled(*words)
        first = sorted(failed.read_bytes().splitlines())
        self.assertEqual(len(first), 500)
        self.journalled(*words)
        self.assertEqual(sorted(failed.read_bytes().splitlines()), first)


    def test_of_crashes_tells_all_again(self):
        failed = self.dir / "failed.jsonl"
        words = ("map", "examples.crash", "0", "1", "x", "0", "-j", "1", "--failures", failed)
        for more in ((), ("--json",)):
            self.file.unlink(missing_ok=True)
            first = self.journalled(*words, *more)
            self.assertIn(b"prong:   #0", first.err)
            self.assertIn(b"prong:   input: 1", first.err)
            told = sorted(failed.read_bytes().splitlines())
            self.assertTrue(any(b'"frames":' in line for line in told))
            again = self.journalled(*words, *more)
            self.assertEqual((again.status, again.out), (first.status, first.out))
            # A crash is told once its calls have names, a known one at once.
            self.assertEqual(sorted(again.err.splitlines()), sorted(first.err.splitlines()))
            self.assertEqual(sorted(failed.read_bytes().splitlines()), told)


class Death(JournalTest):
    def test_at_any_time_loses_nothing_that_was_printed(self):
        first, second, third = self.fifos(3)
        words = ("map", "trials.wait_for", "-r", "-j", "1", "--chunk", "1", first, second, third,
                 "--journal", self.file, "--resume")
        printed = b""
        for running, waiting, text in ((first, second, b"one\n"), (second, third, b"two\n")):
            process = self.started(*words)
            self.assertEqual(process.stdout.read(len(printed)), printed)
            running.write_bytes(text[:-1])
            self.assertEqual(process.stdout.readline(), text)
            printed += text
            with open(waiting, "wb") as next_one:
                process.kill()
                process.wait()
                self.assertTrue(wait_until_gone(next_one))
        # Nobody writes into the first two any more.
        process = self.started(*words)
        third.write_text("three")
        self.assertEqual((process.stdout.read(), process.wait()), (b"one\ntwo\nthree\n", 0))

    def test_many_times_in_a_long_run(self):
        inputs = 200000
        words = ("map", "trials.number", "--range", str(inputs), "-j", "2", "--journal", self.file, "--resume")
        for printed in (0, 1, 30000, 90000, 150000):
            process = self.started(*words)
            for number in range(printed):
                self.assertEqual(process.stdout.readline(), b"%d\n" % number)
            process.kill()
            process.wait()
        sizes = [self.file.stat().st_size]
        for _ in range(2):
            self.assertEqual(prong(*words), (0, b"".join(b"%d\n" % n for n in range(inputs)), b""))
            sizes.append(self.file.stat().st_size)
        self.assertLess(sizes[0], sizes[1])
        self.assertEqual(sizes[1], sizes[2])

    def test_by_an_interrupt_forgets_what_did_not_end(self):
        first, second = self.fifos(2)
        words = ("map", "trials.wait_for", "-r", "-j", "1", "--chunk", "1", first, second, "--journal", self.file, "--resume")
        process = self.started(*words)
        with open(first, "wb") as running:
            process.send_signal(signal.SIGINT)
            process.stderr.readline()
            running.write(b"one")
        self.assertEqual((process.stdout.read(), process.wait()), (b"one\n", 130))
        process = self.started(*words)
        second.write_text("two")
        self.assertEqual((process.stdout.read(), process.wait()), (b"one\ntwo\n", 0))

    def test_leaves_a_torn_record_that_is_computed_again(self):
        self.traced(1, 2, 3, words=("-j", "1"))
        whole = self.file.read_bytes()
        record = (len(whole) - 16) // 3
        for cut in [*range(1, record), record, record + 1, 2 * record - 1]:
            self.file.write_bytes(whole[:-cut])
            lost = [3] if cut <= record else [2, 3]
            self.assertEqual(self.traced(1, 2, 3), ((0, b"1\n2\n3\n", b""), lost), cut)
            self.assertEqual(self.traced(1, 2, 3), ((0, b"1\n2\n3\n", b""), []), cut)
        for size in range(16):
            self.file.write_bytes(whole[:size])
            self.assertEqual(self.traced(1), ((0, b"1\n", b""), [1]), size)

    def test_a_broken_record_is_not_believed(self):
        self.traced(1, 2, 3)
        whole = self.file.read_bytes()
        for at in range(16, len(whole)):
            self.file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1:])
            self.assertEqual(self.traced(1, 2, 3)[0], (0, b"1\n2\n3\n", b""), at)


class Memory(JournalTest):
    def test_is_constant(self):
        for _ in range(2):
            yes = subprocess.Popen(["yes", "2"], stdout=subprocess.PIPE)
            self.addCleanup(self.end, yes)
            process = self.started("map", "examples.square", "--journal", self.file, "--resume", stdin=yes.stdout)
            yes.stdout.close()
            for _ in range(4):
                self.assertEqual(len(process.stdout.read(MIB)), MIB)
            if not SANITIZED:
                self.assertLess(int(status_line(process.pid, "VmHWM").split()[0]), 96 << 10)
            process.stdout.close()
            self.assertEqual((process.stderr.read(), process.wait()), (b"", 141))


class Usage(JournalTest):
    def test_needs_resume_for_a_file_that_exists(self):
        prong("map", "examples.square", "1", "--journal", self.file)
        self.check_usage("map", "examples.square", "1", "--journal", self.file, err=(
            f"--journal {self.file}: there is such a file; go on from it with --resume, or remove it").encode())
        self.check_usage("map", "examples.square", "1", "--resume",
                         err=b"--resume goes on from a journal: which? give --journal FILE too")

    def test_of_a_file_that_is_no_journal(self):
        self.file.write_text("my only copy of something")
        self.check("map", "examples.square", "1", "--journal", self.file, "--resume", status=4,
                   err=f"prong: {self.file} is no journal of prong; give --journal another file\n".encode())
        self.assertEqual(self.file.read_text(), "my only copy of something")

    def test_of_another_version_is_told(self):
        self.file.write_text("prong journal 1\n")
        self.check("map", "examples.square", "1", "--journal", self.file, "--resume", status=4, err=(
            f"prong: {self.file} is a journal that another version of prong wrote; give --journal another file, or "
            "remove it\n").encode())
        self.assertEqual(self.file.read_text(), "prong journal 1\n")

    def test_belongs_to_one_run_at_a_time(self):
        process = self.started("map", "examples.square", "--journal", self.file)
        process.stdin.write(b"1\n")
        process.stdin.flush()
        process.stdout.readline()
        self.check("map", "examples.square", "1", "--journal", self.file, "--resume", status=4,
                   err=f"prong: {self.file} is the journal of a run that has not ended; wait for it\n".encode())


if __name__ == "__main__":
    unittest.main()
