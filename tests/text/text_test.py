"""`text.count` beside wc, `text.search` beside grep, over a text that every Debian system has."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

PRONG = os.environ["PRONG"]
TEXT = Path("/usr/share/common-licenses/GPL-3")  # of the package base-files

# Nothing takes so long unless it hangs.
WATCHDOG_SECONDS = 120

# Regular expressions that mean the same to RE2 and to grep -E.
PATTERNS = ["GNU", "^$", "^ *[0-9]+\\.", "(free|open) software", "[^ -~]", "s,? |\\.$", "zzz", "", "a{2}|e{2}"]


def environment():
    """Nothing of the caller's but the way to the plugin."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C",
            "PRONG_PLUGIN_PATH": os.environ["PRONG_PLUGIN_PATH"]}


def run(*words, given):
    return subprocess.run(words, input=given, capture_output=True, env=environment(), timeout=WATCHDOG_SECONDS)


class BesideWc(unittest.TestCase):
    def check(self, text):
        ended = run(PRONG, "run", "text.count", "-R", given=text)
        self.assertEqual((ended.returncode, ended.stderr), (0, b""))
        lines, words, bytes_ = map(int, run("wc", "-lwc", given=text).stdout.split())
        self.assertEqual(json.loads(ended.stdout),
                         {"lines": lines, "words": words, "bytes": bytes_})

    def test_of_a_real_text(self):
        self.check(TEXT.read_bytes())

    def test_of_many_times_the_text(self):
        self.check(TEXT.read_bytes() * 50)

    def test_of_nothing_and_of_empty_lines(self):
        self.check(b"")
        self.check(b"\n\n\n")

    def test_of_control_characters(self):
        self.check(bytes(c for c in range(128) if c != 10) + b"\n" + b" \x01 a\x01b \x7f\n")

    def test_a_last_line_without_newline_counts_as_one_with(self):
        ended = run(PRONG, "run", "text.count", "-R", given=b"a b\nc")
        self.assertEqual(json.loads(ended.stdout), {"lines": 2, "words": 3, "bytes": 6})


    def test_of_whole_files(self):
        texts = [b"", b"\n", b"no end", b" two\nlines\n", b"\n\n\x01 a\xff\n"]
        with tempfile.TemporaryDirectory(prefix="prong-test-") as folder:
            files = [Path(folder) / f"{number}.txt" for number in range(len(texts))]
            for file, text in zip(files, texts):
                file.write_bytes(text)
            wanted = [list(map(int, run("wc", "-lwc", given=text).stdout.split())) for text in texts]
            each = run(PRONG, "map", "text.count_whole", "--files", *files, given=b"")
            self.assertEqual((each.returncode, each.stderr), (0, b""))
            self.assertEqual([list(json.loads(line).values()) for line in each.stdout.splitlines()], wanted)
            total = run(PRONG, "run", "text.count_whole", "--files", *files, given=b"")
            self.assertEqual(list(json.loads(total.stdout).values()), [sum(column) for column in zip(*wanted)])


class BesideGrep(unittest.TestCase):
    def test_map_keeps_each_line_in_its_place(self):
        for pattern in PATTERNS:
            with self.subTest(pattern=pattern):
                ended = run(PRONG, "map", "text.search", "-R", "--bind", "pattern=" + pattern, given=TEXT.read_bytes())
                self.assertEqual((ended.returncode, ended.stderr), (0, b""))
                results = [json.loads(line) for line in ended.stdout.splitlines()]
                ours = "".join(f"{number}:{line}\n" for number, line in enumerate(results, 1) if line is not None)
                grep = run("grep", "-nE", "-e", pattern, given=TEXT.read_bytes())
                self.assertEqual(ours.encode(), grep.stdout)

    def test_run_prints_what_grep_prints(self):
        for pattern in PATTERNS:
            with self.subTest(pattern=pattern):
                ended = run(PRONG, "run", "text.search", "-r", "-R", "--bind", "pattern=" + pattern,
                            given=TEXT.read_bytes())
                self.assertEqual((ended.returncode, ended.stderr), (0, b""))
                grep = run("grep", "-E", "-e", pattern, given=TEXT.read_bytes())
                self.assertEqual(ended.stdout, grep.stdout)

    def test_nothing_found_is_not_an_empty_line_found(self):
        for text, pattern in ((b"a\n\nb\n", "^$"), (b"a\nb\n", "^$"), (b"", ""), (b"no end", "n")):
            with self.subTest(text=text, pattern=pattern):
                ended = run(PRONG, "run", "text.search", "-r", "-R", "--bind", "pattern=" + pattern, given=text)
                grep = run("grep", "-E", "-e", pattern, given=text)
                self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, grep.stdout, b""))

    def test_wrong_pattern(self):
        ended = run(PRONG, "map", "text.search", "-R", "--bind", "pattern=a(b", given=b"one\ntwo\n")
        self.assertEqual((ended.returncode, ended.stdout), (1, b""))
        self.assertEqual(ended.stderr.count(b"'a(b' is no regular expression: missing ): a(b"), 2, ended.stderr)

    def test_a_single_call_brings_its_own_pattern(self):
        ended = run(PRONG, "call", "text.search", "-r", "some text", "e.t", given=b"")
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, b"some text\n", b""))


if __name__ == "__main__":
    unittest.main()
