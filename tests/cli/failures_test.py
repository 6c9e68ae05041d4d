"""What failed, kept for later: --failures, --again; and what is tried again at once: --retries, --timeout."""

import json
import struct
import unittest

from prong_command import EXAMPLES, ProngTest, prong

# Which of its calls are left is the compiler's choice.
CRASH = r"(mapfn::)?examples::crash\(.*\)"
AT_CRASH = rf": nothing is mapped at 0x0, at {CRASH} (in examples\.so|at examples\.cpp:\d+)$"

ODD = b"prong: item %d: threw: std::domain_error: odd in trials.fail_odd\n"


class FailuresTest(ProngTest):
    def setUp(self):
        super().setUp()
        self.file = self.folder() / "failed.jsonl"

    def failed(self, *words, file=None, **more):
        """The lines that a command with failures leaves, and what it printed."""
        ended = prong(*words, "--failures", file or self.file, **more)
        return [json.loads(line) for line in (file or self.file).read_bytes().splitlines()], ended

    def again(self, *words):
        """What --again makes of the inputs in the file, by what fails of them once more."""
        return self.failed(*words, "--again", self.file, "-j", "1", file=self.folder() / "again.jsonl")


class Failures(FailuresTest):
    def test_are_lines_of_json(self):
        lines, ended = self.failed("map", "trials.fail_odd", "0", "1", "2", "3", "-j", "1")
        self.assertEqual(ended, (1, b"0\n2\n", ODD % 1 + ODD % 3))
        build_id = json.loads(prong("info", "trials", "--json").out)[0]["build_id"]
        self.assertEqual(lines, [
            {"index": number, "outcome": "threw", "input": number, "build_id": build_id,
             "message": "threw: std::domain_error: odd in trials.fail_odd"} for number in (1, 3)])

    def test_are_those_of_all_items_and_no_others(self):
        for words in ([], ["--unordered"], ["--chunk", "7"], ["--unordered", "--chunk", "3"]):
            with self.subTest(words):
                lines, ended = self.failed("map", "trials.fail_odd", "--range", "100000:140000", *words, "-j", "3")
                self.assertEqual(sorted((line["index"], line["input"]) for line in lines),
                                 [(n, 100000 + n) for n in range(1, 40000, 2)])
                self.assertEqual(sorted(map(int, ended.out.split())), list(range(100000, 140000, 2)))

    def test_of_none_leave_an_empty_file(self):
        self.file.write_text("old")
        self.assertEqual(self.failed("map", "trials.fail_odd", "0", "2"), ([], (0, b"0\n2\n", b"")))

    def test_of_a_run(self):
        lines, ended = self.failed("run", "trials.fail_odd", "-r", given=b"0\n1\n2\n")
        self.assertEqual((ended.out, [line["index"] for line in lines]), (b"2 results: 0 2\n", [1]))

    def test_of_a_worker(self):
        lines, _ = self.failed("map", "examples.crash", "0", "1")
        self.assertEqual([(line["index"], line["outcome"], line["input"]) for line in lines], [(1, "crashed", 1)])
        self.assertRegex(lines[0]["message"], r"^crashed: SIGSEGV in examples\.crash \(worker \d+\)" + AT_CRASH)

    def test_of_a_worker_have_what_is_known_of_the_crash(self):
        lines, ended = self.failed("map", "examples.crash", "0", "1", "2", "-j", "1")
        for line in lines:
            crash = line["crash"]
            self.assertEqual((crash["signal"], crash["code"], crash["address"]), (11, 1, "0x0"))
            self.assertGreater(crash["peak_memory"], 100_000)
            top = crash["frames"][0]
            self.assertEqual(top["file"], f"{EXAMPLES}/examples.so")
            self.assertRegex(top["function"], f"^{CRASH}$")
            self.assertRegex(top["build_id"], "^[0-9a-f]{40}$")
            self.assertIn(f"worker {crash['worker']})", line["message"])
        # The place is shown once, each input all the same.
        shown = [line.split(b" (")[0] for line in ended.err.splitlines()]
        self.assertEqual([line for line in shown if not line.startswith(b"prong:   ")],
                         [b"prong: item %d: crashed: SIGSEGV in examples.crash" % item for item in (1, 2)])
        self.assertEqual(shown.count(b"prong:   input: 1"), 1)
        self.assertEqual(shown.count(b"prong:   input: 2"), 1)
        self.assertEqual(len([line for line in shown if line.startswith(b"prong:   #0 ")]), 1)
        lines, _ = self.failed("map", "trials.leave", "5")
        self.assertEqual(lines[0]["crash"].keys(), {"input", "peak_memory", "worker"})

    def test_of_a_worker_show_the_inputs_of_a_hundred(self):
        ended = prong("map", "trials.leave", "--range", "120", "--chunk", "1")
        shown = [line for line in ended.err.splitlines() if line.startswith(b"prong:   ")]
        self.assertEqual((len([line for line in shown if b"input: " in line]), len(shown)), (100, 101))
        self.assertEqual(ended.err.count(b": exited: "), 120)

    def test_of_a_worker_have_its_last_words_from_a_whole_character_on(self):
        for begin, character in (("x", "\u00e9"), ("xx", "\u20ac"), ("x", "\U0001f600")):
            for end in ("", "y", "yy", "yyy"):
                lines, _ = self.failed("map", "trials.print_and_die", begin + character * 3000 + end)
                output = lines[0]["crash"]["output"]
                self.assertEqual(set(output.removesuffix(end)), {character})
                self.assertGreater(len(output.encode()), 4096 - 4)

    def test_of_a_worker_say_that_a_large_input_is_cut(self):
        array = self.folder() / "a.npy"
        header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 70000), }".ljust(117) + b"\n"
        array.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + struct.pack("<70000d", *[-1.5] * 70000))
        lines, _ = self.failed("map", "trials.crash_if_negative", "--input", array)
        crash = lines[0]["crash"]
        self.assertEqual((crash["input"], crash["input_cut"]), (("[" + 128 * "-1.5,")[:512], True))

    def test_are_there_before_the_end(self):
        process = self.started("map", "trials.fail_odd", "--failures", self.file)
        process.stdin.write(b"1\n")
        process.stdin.flush()
        process.stderr.readline()
        self.assertEqual(json.loads(self.file.read_bytes())["input"], 1)

    def test_with_a_file_that_cannot_be_written(self):
        self.check("map", "trials.fail_odd", "1", "--failures", "/nonexistent/f", status=4,
                   err=b"prong: cannot write to /nonexistent/f: No such file or directory\n")
        self.check("map", "trials.fail_odd", "1", "--failures", "/dev/full", status=4,
                   err=ODD % 0 + b"prong: cannot write to /dev/full: No space left on device\n")


class Again(FailuresTest):
    def test_gives_just_those_that_failed(self):
        folder = self.folder()
        paths = [str(folder / name) for name in "abc"]
        (folder / "b").touch()
        lines, ended = self.failed("map", "trials.fail_once", "-r", *paths, "-j", "1")
        self.assertEqual((ended.out.decode(), [line["input"] for line in lines]), (paths[1] + "\n", [paths[0], paths[2]]))
        self.check("map", "trials.fail_once", "-r", "--again", self.file, out=f"{paths[0]}\n{paths[2]}\n".encode())

    def test_gives_the_inputs_as_they_were(self):
        for words, given in ((["--range", "1:8:2"], b""), ([], b"1\n 3 \n[1]\nx\n\"1\"\n\n1 2\n"),
                             (["1", "x", "[1]", "", '"1"', "null"], b"")):
            with self.subTest(words, given=given):
                first, _ = self.failed("map", "trials.fail_odd", *words, "-j", "1", given=given)
                self.assertEqual([line["index"] for line in first], list(range(len(first))))
                self.assertEqual(self.again("map", "trials.fail_odd")[0], first)

    def test_draws_the_same_random_numbers(self):
        first, _ = self.failed("map", "trials.fail_odd", "--range", "9", "-j", "1")
        self.assertEqual([line["index"] for line in first], [1, 3, 5, 7])
        draws = prong("map", "trials.draw", "--range", "9").out.splitlines()
        for more in ((), ("--journal", self.folder() / "journal")):
            self.assertEqual(prong("map", "trials.draw", "--again", self.file, *more).out.splitlines(), draws[1::2])
        self.assertEqual(self.again("map", "trials.fail_odd")[0], first)

    def test_gives_text_as_it_was(self):
        first, _ = self.failed("map", "trials.refuse_text", "-R", "-j", "1", given=b'a\n"b"\n\xc3\xa9\n1\n')
        self.assertEqual([line["input"] for line in first], ["a", '"b"', "é", "1"])
        self.assertEqual(self.again("map", "trials.refuse_text")[0], first)

    def test_gives_text_that_is_not_utf_8_as_it_was(self):
        given = b"\xff\n\xc3\xa9\xc3\n\n\xed\xa0\x80\nplain\n\xef\xbf\xbd\n"
        first, _ = self.failed("map", "trials.refuse_length", "-R", "-j", "1", given=given)
        self.assertEqual([line["message"].split()[3] for line in first], ["1", "3", "0", "3", "5", "3"])
        self.assertEqual([line.get("input", line.get("input_base64")) for line in first],
                         ["/w==", "w6nD", "", "7aCA", "plain", "\ufffd"])
        second, _ = self.again("map", "trials.refuse_length")
        self.assertEqual(second, first)

    def test_gives_what_is_no_json_as_it_was(self):
        given = b'1\n"\xff"\n\xfe\nx\n'
        first, _ = self.failed("map", "trials.fail_odd", "-j", "1", given=given)
        self.assertEqual([line.get("text_base64", line.get("text", line.get("input"))) for line in first],
                         [1, "Iv8i", "/g==", "x"])
        self.assertEqual(self.again("map", "trials.fail_odd")[0], first)

    def test_gives_paths_that_are_not_utf_8_as_they_were(self):
        path = bytes(self.folder()) + b"/\xff"
        first, _ = self.failed("map", "trials.size", "--files", path)
        self.assertIn("input_base64", first[0])
        with open(path, "wb") as file:
            file.write(b"abc")
        self.check("map", "trials.size", "--files", "--again", self.file, out=b"3\n")

    def test_gives_no_text_that_the_function_never_took(self):
        self.failed("map", "trials.refuse_text", "-j", "1", given=b'x\n3\n"3"\n\xff\n')
        ended = prong("map", "trials.refuse_text", "--again", self.file)
        self.assertEqual((ended.status, ended.err.decode()), (4, (
            "prong: item 0: threw: std::runtime_error: no text in trials.refuse_text\n"
            f"prong: {self.file}: line 1 has an input that is no str, which the function takes: "
            "--again takes a file that --failures wrote; and 2 lines more are broken\n")))

    def test_gives_bytes_as_they_were(self):
        first, _ = self.failed("map", "trials.refuse_bytes", "-0", "-j", "1", given=b"a\nb\0\xff\xfe\0\0abc\0abcd")
        self.assertEqual([line["input"] for line in first], ["YQpi", "//4=", "", "YWJj", "YWJjZA=="])
        second, ended = self.again("map", "trials.refuse_bytes")
        self.assertEqual(second, first)
        self.assertEqual([line.split()[6] for line in ended.err.splitlines()], [b"3", b"2", b"0", b"3", b"4"])

    def test_tells_where_an_input_stands(self):
        self.failed("map", "trials.fail_odd", given=b"0\nx\n")
        ended = prong("map", "trials.fail_odd", "--again", self.file)
        self.assertEqual(ended, (1, b"", f"prong: item 0: rejected: {self.file}: line 1: expected f64, found x\n".encode()))

    def test_of_another_file(self):
        self.file.write_text('{"index":0}\n')
        self.check("map", "trials.fail_odd", "--again", self.file, status=4,
                   err=f'prong: {self.file}: line 1 has no "input": --again takes a file that --failures wrote\n'.encode())

    def test_of_a_file_with_a_broken_line_runs_all_others(self):
        self.failed("map", "trials.fail_odd", "1", "3", "5", "7", "-j", "1")
        lines = self.file.read_text().splitlines(keepends=True)
        for broken, why in ((lines[1][:-6], "is no JSON"), ("\n", "is no JSON"), ('{"index":1}\n', 'has no "input"'), ("[1]\n", 'has no "input"')):
            self.file.write_text(lines[0] + broken.rstrip("\n") + "\n" + "".join(lines[2:]))
            ended = prong("map", "trials.number", "--again", self.file)
            self.assertEqual(ended, (4, b"1\n5\n7\n", (
                f"prong: {self.file}: line 2 {why}: --again takes a file that --failures wrote\n").encode()))
        # As a kill leaves it: the input of the last line is cut, and would be another number.
        whole = lines[0] + '{"index":3,"outcome":"threw","message":"","input":1'
        self.file.write_text(whole)
        self.assertEqual(prong("map", "trials.number", "--again", self.file)[:2], (4, b"1\n"))

    def test_tells_where_an_input_stands_after_a_broken_line(self):
        self.file.write_text('{"index":0,"input":1}\nx\ny\n{"index":1,"input":"x"}\n')
        ended = prong("map", "trials.number", "--again", self.file)
        self.assertEqual((ended.status, ended.out, ended.err.decode()), (4, b"1\n", (
            f'prong: item 1: rejected: {self.file}: line 4: expected f64, found the string "x"\n'
            f"prong: {self.file}: line 2 is no JSON: --again takes a file that --failures wrote; and 1 line more is broken\n")))

    def test_of_something_else_entirely_ends(self):
        self.file.write_text("x\n" * 2_000_000)
        ended = prong("map", "trials.number", "--again", self.file)
        self.assertEqual((ended.status, ended.out), (4, b""))
        self.assertIn(b"line 1 is no JSON", ended.err)

    def test_does_not_write_over_its_own_file(self):
        self.failed("map", "trials.fail_odd", "1")
        content = self.file.read_bytes()
        self.check_usage("map", "trials.fail_odd", "--again", self.file, "--failures", self.file,
                         err=f"--failures {self.file}: inputs are read from that file; give another name".encode())
        self.assertEqual(self.file.read_bytes(), content)

    def test_comes_alone(self):
        self.check_usage("map", "trials.fail_odd", "--again", self.file, "--range", "3",
                         err=b"inputs come from --range or from --again, not from both")


class Retries(ProngTest):
    def test_run_what_fails_again(self):
        path = self.folder() / "mark"
        self.check("map", "trials.fail_once", "-r", path, "--retries", "1", out=f"{path}\n".encode())
        path.unlink()
        self.check("call", "trials.fail_once", "-r", path, "--retries", "1", out=f"{path}\n".encode())
        self.check_usage("map", "trials.fail_once", path, "--retries", "x",
                         err=b"--retries x: a whole number from 0 on is needed")

    def test_end(self):
        folder = self.folder()
        self.check("map", "trials.trace", "--bind", f"file={folder / 'trace'}", "--retries", "2", "-1", status=1,
                   err=b"prong: item 0: threw: std::domain_error: negative in trials.trace\n")
        self.assertEqual((folder / "trace").read_text(), "-1\n" * 3)


class Timeout(ProngTest):
    def test_ends_an_item_alone(self):
        for words in (["map", "examples.slow", "--chunk", "3", "0", "1000", "0.01"], ["call", "examples.slow", "1000"]):
            ended = prong(*words, "--timeout", "0.3")
            self.assertEqual((ended.status, ended.out), (1, b"0\n0.01\n" if words[0] == "map" else b""))
            self.assertRegex(ended.err, rb"^prong: (item 1: )?timed_out: [^\n]*examples\.slow[^\n]*\n"
                                        rb"prong:   input: 1000\nprong:   peak memory: [^\n]*\n$")

    def test_is_a_number_of_seconds(self):
        for value in ("0", "-1", "x", "", "1s", "nan"):
            self.check_usage("map", "examples.slow", "0", "--timeout", value,
                             err=f"--timeout {value}: a number of seconds is needed, above 0".encode())
        self.check_usage("map", "examples.slow", "0", "--timeout", "1e30",
                         err=b"--timeout 1e30: at most 1000000 seconds are possible")


if __name__ == "__main__":
    unittest.main()
