"""What is printed, in which order, and what stands in for what failed."""

import shutil
import subprocess
import unittest

from prong_command import ProngTest, environment, prong, wait_until_gone

ODD = b"prong: item %d: threw: std::domain_error: odd in trials.fail_odd\n"


class Results(ProngTest):
    def test_are_in_the_order_of_the_inputs(self):
        for chunk in ([], ["--chunk", "1"], ["--chunk", "1000"]):
            with self.subTest(chunk):
                ended = prong("map", "trials.number", "--range", "20000", "-j", "3", *chunk)
                self.assertEqual(ended, (0, b"".join(b"%d\n" % n for n in range(20000)), b""))

    def test_unordered_ones_are_all_there(self):
        ended = prong("map", "trials.number", "--range", "20000", "--unordered", "-j", "3", "--chunk", "7")
        self.assertEqual((ended.status, ended.err), (0, b""))
        self.assertEqual(sorted(map(int, ended.out.split())), list(range(20000)))

    def test_unordered_ones_do_not_wait_for_earlier_ones(self):
        [fifo] = self.fifos(1)
        process = self.started("map", "trials.wait_for", "-r", "--unordered", "-j", "2", "--chunk", "1",
                               fifo, "/dev/null")
        self.assertEqual(process.stdout.readline(), b"\n")
        fifo.write_text("first")
        self.assertEqual((process.stdout.read(), process.wait()), (b"first\n", 0))

    def test_strings(self):
        words = ['two\nlines "quoted" \\', "\t\x01é"]
        self.check("map", "trials.echo", *words, out='"two\\nlines \\"quoted\\" \\\\"\n"\\t\\u0001é"\n'.encode())
        self.check("map", "trials.echo", "--raw-output", *words, out="".join(word + "\n" for word in words).encode())
        self.check("map", "examples.square", "-r", "3", out=b"9\n")

    def test_numbers(self):
        self.check("map", "examples.square", "0.1", "1e200", "1e-200", "94906265",
                   out=b'0.010000000000000002\n"Infinity"\n0\n9007199136250225\n')

    def test_seed(self):
        draws = [prong("map", "trials.draw", "--range", "100", "--seed", seed, *words).out
                 for seed, words in (("1", []), ("1", ["--chunk", "1", "-j", "3"]), ("2", []))]
        self.assertEqual(draws[0], draws[1])
        self.assertNotEqual(draws[0], draws[2])
        self.assertEqual(len(set(draws[0].split())), 100)

    def test_jobs(self):
        for jobs in (1, 3):
            ended = prong("map", "trials.worker", "--range", "2000", "--chunk", "1", "-j", str(jobs))
            self.assertEqual(ended.status, 0)
            self.assertLessEqual(len(set(ended.out.split())), jobs)

    def test_chunk(self):
        ended = prong("map", "trials.worker", "--range", "1000", "--chunk", "1000", "-j", "3")
        self.assertEqual((ended.status, len(set(ended.out.split()))), (0, 1))


class Failures(ProngTest):
    def test_are_told_and_left_out(self):
        for skip in ([], ["--on-error", "skip"]):
            self.check("map", "trials.fail_odd", *skip, "0", "1", "2", "3", "4", "-j", "1",
                       out=b"0\n2\n4\n", err=ODD % 1 + ODD % 3, status=1)

    def test_of_a_function(self):
        ended = prong("map", "examples.sqrt", "4", "-1", "9")
        self.assertEqual(ended, (1, b"2\n3\n", b"prong: item 1: threw: std::domain_error: a negative number has no "
                                               b"real square root in examples.sqrt\n"))

    def test_of_a_worker(self):
        ended = prong("map", "examples.crash", "0", "0", "1", "0")
        self.assertEqual((ended.status, ended.out), (1, b"0\n0\n0\n"))
        self.assertRegex(ended.err, rb"^prong: item 2: crashed: SIGSEGV in examples\.crash \(worker \d+\)[^\n]*\n(prong:   .*\n)*$")
        ended = prong("map", "trials.leave", "0", "3", "-j", "1")
        self.assertEqual((ended.status, ended.out), (1, b""))
        self.assertRegex(ended.err, rb"^prong: item 0: exited: code 0 in trials\.leave \(worker \d+\)\n"
                                    rb"prong:   input: 0\nprong:   peak memory: [^\n]*\n"
                                    rb"prong: item 1: exited: code 3 in trials\.leave \(worker \d+\)\n"
                                    rb"prong:   input: 3\n$")

    def test_many_are_all_told_in_order(self):
        ended = prong("map", "trials.fail_odd", "--range", "10000", "-j", "1")
        self.assertEqual(ended.out, b"".join(b"%d\n" % n for n in range(0, 10000, 2)))
        self.assertEqual(ended.err, b"".join(ODD % n for n in range(1, 10000, 2)))
        self.assertEqual(ended.status, 1)

    def test_null_stands_in_for_them(self):
        self.check("map", "trials.fail_odd", "--on-error", "null", "1", "0", "3", "5", "2", "7", "-j", "1",
                   out=b"null\n0\nnull\nnull\n2\nnull\n", err=b"".join(ODD % n for n in (0, 2, 3, 5)), status=1)

    def test_null_stands_in_for_many(self):
        ended = prong("map", "trials.fail_odd", "--on-error", "null", "--range", "10000")
        self.assertEqual(ended.out, b"".join(b"null\n" if n % 2 else b"%d\n" % n for n in range(10000)))
        self.assertEqual(ended.status, 1)

    def test_stop_ends_at_the_first(self):
        for chunk in ([], ["--chunk", "1"]):
            with self.subTest(chunk):
                self.check("map", "trials.fail_odd", "--on-error", "stop", *chunk, "0", "2", "4", "5", "6", "7", "8",
                           out=b"0\n2\n4\n", err=ODD % 3, status=1)
        self.check("map", "trials.fail_odd", "--on-error", "stop", "0", "2", out=b"0\n2\n")

    def test_stop_ends_an_endless_input(self):
        self.check("map", "trials.fail_odd", "--on-error", "stop", "--range", "0:9000000000000000001:3",
                   out=b"0\n", err=ODD % 1, status=1)

    def test_stop_does_not_wait_for_what_runs(self):
        first, second = self.fifos(2)
        process = self.started("map", "trials.wait_for", "--on-error", "stop", "-j", "2", "--chunk", "1", first, second)
        with open(second, "wb") as running:
            first.write_text("fail")
            self.assertEqual((process.stdout.read(), process.wait()), (b"", 1))
            self.assertTrue(wait_until_gone(running))

    def test_on_error_is_one_of_three(self):
        self.check_usage("map", "trials.fail_odd", "--on-error", "ignore",
                         err=b"--on-error ignore: skip, stop or null is needed")

    def test_control_characters_do_not_reach_the_terminal(self):
        ended = prong("map", "examples.\x1b[31m", "1")
        self.assertEqual(ended.status, 3)
        self.assertNotIn(b"\x1b", ended.err)
        self.assertEqual(ended.err.count(b"\n"), 1)

    def test_of_the_pool(self):
        installed = self.installed()
        shutil.rmtree(installed / "libexec")
        for command in ("map", "run", "call", "list"):
            words = [] if command == "list" else ["examples.square", "3"]
            ended = subprocess.run([installed / "bin/prong", command, *words], env=environment(), capture_output=True)
            self.assertEqual((ended.returncode, ended.stdout), (4, b""), command)
            self.assertRegex(ended.stderr, rb"^prong: [^\n]*prong-zygote[^\n]*\n$")


class NotFound(ProngTest):
    def test_function(self):
        self.check("map", "examples.sqare", "3", status=3,
                   err=b"prong: cannot find map function 'examples.sqare': examples.so has no such function "
                       b"(did you mean 'square'?)\n")

    def test_module(self):
        ended = prong("map", "exampels.square", "3")
        self.assertEqual((ended.status, ended.out), (3, b""))
        self.assertRegex(ended.err, rb"^prong: cannot find map function 'exampels\.square': [^\n]*exampels\.so[^\n]*"
                                    rb"\(did you mean 'examples\.square'\?\)\n$")

    def test_name_without_module(self):
        for name in ("square", "", ".", "a..b", "examples.", "1.2"):
            ended = prong("map", name, "3")
            self.assertEqual((ended.status, ended.out), (3, b""), name)
            self.assertRegex(ended.err, rb"^prong: cannot find map function '[^\n]*\n$")
        for name, meant in (("square", "examples.square"), ("sqare", "examples.square"), ("SQUARE", "examples.square"),
                            ("fail_odd", "trials.fail_odd")):
            for command in ("map", "run", "call", "bench"):
                self.check(command, name, "3", status=3, err=(
                    f"prong: cannot find map function '{name}': a function is called with its module before it "
                    f"(did you mean '{meant}'?)\n").encode())

    def test_refused_file(self):
        folder = self.folder()
        (folder / "text.so").write_text("no plugin")
        ended = prong("map", "text.f", "3", "--plugins", folder)
        self.assertEqual((ended.status, ended.out), (3, b""))
        self.assertRegex(ended.err, rb"^prong: cannot use map function 'text\.f': [^\n]*text\.so: [^\n]*\n$")


if __name__ == "__main__":
    unittest.main()
