"""--output-dir: a file for each result."""

import json
import os
import signal
import time
import unittest

from prong_command import ProngTest, prong

BAD = "threw: std::domain_error: it is bad in trials.twice\n"


class FolderTest(ProngTest):
    def setUp(self):
        super().setUp()
        self.dir = self.folder()
        self.out = self.dir / "out"

    def files(self, **contents):
        """Paths of new files in self.dir; `x__a` is a in the folder x."""
        paths = []
        for name, content in contents.items():
            path = self.dir / name.replace("__", "/")
            path.parent.mkdir(exist_ok=True)
            path.write_text(content)
            paths.append(path)
        return paths

    def written(self):
        """What is in the folder, by name."""
        return {path.name: path.read_text() for path in self.out.iterdir()}

    def check_map(self, *words, function="trials.twice", **more):
        self.check("map", function, "--output-dir", self.out, *words, **more)


class Names(FolderTest):
    def test_are_those_of_the_files(self):
        a, b = self.files(x__a="1", y__b="")
        self.check_map("--files", a, b)
        self.assertEqual(self.written(), {"a": "11", "b": ""})
        self.check_map("--files", "--output-suffix", ".twice", given=f"{a}\n{b}\n".encode())
        self.assertEqual(self.written(), {"a": "11", "b": "", "a.twice": "11", "b.twice": ""})

    def test_are_the_indices_of_other_inputs(self):
        self.check_map("a", "b\nc", "--output-suffix", ".txt")
        self.assertEqual(self.written(), {"0.txt": "aa", "1.txt": "b\ncb\nc"})
        self.check_map("-R", given=b"d\ne\n")
        self.assertEqual(self.written(), {"0.txt": "aa", "1.txt": "b\ncb\nc", "0": "dd", "1": "ee"})

    def test_hold_bytes_as_they_are(self):
        (self.dir / "a").write_bytes(bytes(range(256)))
        self.check_map("--files", self.dir / "a", function="trials.reversed")
        self.assertEqual((self.out / "a").read_bytes(), bytes(range(255, -1, -1)))

    def test_of_two_inputs_are_two(self):
        a, other, b = self.files(x__a="1", y__a="2", y__b="3")
        clash = f"rejected: the result of {other} would take the place of another one, {self.out}/a; give it another --output-dir\n"
        failed = self.dir / "failed"
        for words in (), ("--unordered",), ("-j", "1", "--chunk", "1"):
            self.check_map("--files", a, other, b, "--failures", failed, *words, status=1, err=f"prong: item 1: {clash}".encode())
            self.assertEqual(self.written(), {"a": "11", "b": "33"})
        self.out = self.dir / "more"
        self.check_map("--files", "--again", failed)
        self.assertEqual(self.written(), {"a": "22"})

    def test_are_not_those_of_the_inputs_themselves(self):
        (a,) = self.files(out__a="1")
        refused = f"rejected: the result of {a} would take its place; give another --output-dir, or an --output-suffix\n"
        self.check_map("--files", a, status=1, err=f"prong: item 0: {refused}".encode())
        os.link(a, self.dir / "a")
        self.assertEqual(prong("map", "trials.twice", "--output-dir", self.out, "--files", self.dir / "a").status, 1)
        self.assertEqual(self.written(), {"a": "1"})
        self.check_map("--files", a, "--output-suffix", "2")
        self.assertEqual(self.written(), {"a": "1", "a2": "11"})

    def test_that_are_too_long_fail_alone(self):
        long, a = self.dir / ("x" * 250), self.dir / "a"
        long.write_text("1")
        a.write_text("2")
        self.check_map("--files", long, a, "--output-suffix", ".twice", status=1, err=(
            f"prong: item 0: rejected: the result of {long} would have a name of 256 bytes, 1 more than its folder takes\n").encode())
        self.assertEqual(self.written(), {"a.twice": "22"})

    def test_stay_in_the_folder(self):
        for path, why in ((f"{self.dir}/..", "ends in no name that its result could have"), (".", "ends in no name that its result could have"),
                          (f"{self.dir}/", "ends in no name that its result could have")):
            self.check_map("--files", path, status=1, err=f"prong: item 0: rejected: '{path}' {why}\n".encode())
        self.assertEqual(self.written(), {})
        self.check_usage("map", "trials.twice", "a", "--output-dir", self.out, "--output-suffix", "/x",
                         err=b"--output-suffix /x: it ends the name of a file, so it has no '/'")
        self.check_usage("map", "trials.twice", "a", "--output-dir", self.out, "--output-suffix", 236 * "x",
                         err=b"--output-suffix of 236 bytes: names of files have room for 235")

    def test_of_what_is_run_again_are_the_first_ones(self):
        failed = self.dir / "failed"
        self.check_map("a", "bad", "c", "bad", "--failures", failed, "-j", "1", status=1,
                       err=f"prong: item 1: {BAD}prong: item 3: {BAD}".encode())
        self.assertEqual(self.written(), {"0": "aa", "2": "cc"})
        failed.write_text(failed.read_text().replace("bad", "b"))
        self.check_map("--again", failed)
        self.assertEqual(self.written(), {"0": "aa", "1": "bb", "2": "cc", "3": "bb"})
        failed.write_text(failed.read_text().replace('"index":3', '"index":1'))
        self.check_map("--again", failed, status=4,
                       err=f"prong: two inputs of index 1, whose results would both be {self.out}/1\n".encode())


class Failures(FolderTest):
    def test_have_no_file(self):
        a, bad, c = self.files(a="1", bad="bad", c="3")
        self.out.mkdir()
        (self.out / "bad").write_text("of another run")
        (self.out / "mine").write_text("of nobody")
        none = self.dir / "none"
        told = {f"prong: item 1 ({bad}): {BAD}", f"prong: item 3: rejected: cannot read {none}: No such file or directory\n"}
        for words in (), ("--unordered", "-j", "1", "--chunk", "1"):
            ended = prong("map", "trials.twice", "--output-dir", self.out, "--files", a, bad, c, none, *words)
            self.assertEqual((ended.status, ended.out), (1, b""))
            lines = ended.err.decode().splitlines(keepends=True)
            self.assertEqual((len(lines), set(lines)), (2, told))
            self.assertEqual(self.written(), {"a": "11", "c": "33", "mine": "of nobody"})

    def test_of_workers_have_none(self):
        a, b = self.files(a="crash", b="2")
        ended = prong("map", "trials.twice", "--output-dir", self.out, "--files", a, b, "--chunk", "1")
        self.assertEqual((ended.status, self.written()), (1, {"b": "22"}))

    def test_end_it_on_request(self):
        a, bad, c = self.files(a="1", bad="bad", c="3")
        self.check_map("--files", a, bad, c, "--on-error", "stop", status=1, err=f"prong: item 1 ({bad}): {BAD}".encode())
        self.assertEqual(self.written(), {"a": "11"})

    def test_that_are_a_folder_leave_that_alone(self):
        (bad,) = self.files(bad="bad")
        (self.out / "bad").mkdir(parents=True)
        self.check_map("--files", bad, status=1, err=f"prong: item 0 ({bad}): {BAD}".encode())
        self.assertTrue((self.out / "bad").is_dir())
        bad.write_text("good")
        self.check_map("--files", bad, status=4, err=f"prong: cannot write to {self.out}/bad: Is a directory\n".encode())
        self.assertEqual(os.listdir(self.out), ["bad"])


class Folders(FolderTest):
    def test_are_made(self):
        self.check_map("a")
        self.assertEqual(self.written(), {"0": "aa"})

    def test_that_cannot_be_had(self):
        for folder, why in ((self.dir / "no/such", "No such file or directory"), (self.files(file="")[0], "Not a directory")):
            journal = self.dir / "journal"
            self.check("map", "trials.twice", "a", "--output-dir", folder, "--journal", journal, status=4,
                       err=f"prong: cannot write to {folder}: {why}\n".encode())
            self.assertFalse(journal.exists())

    def test_of_what_is_refused_are_not_made(self):
        for words, status in ((["trials.twise", "a"], 3), (["trials.twice", "a", "--failures", "/nonexistent/f"], 4)):
            self.assertEqual(prong("map", *words, "--output-dir", self.out).status, status)
            self.assertFalse(self.out.exists())

    def test_hold_strings(self):
        self.check_map("1", function="trials.half", status=2, err=(
            f"prong: --output-dir {self.out}: 'trials.half' returns f32, and files are made of str or bytes; "
            "give --output FILE, named .jsonl\n").encode())

    def test_are_the_only_place(self):
        for words in ["--output", "o.jsonl"], ["-r"], ["--json"], ["--on-error", "null"]:
            with self.subTest(words):
                name = " ".join(words[:1] if words[0] == "--output" else words)
                self.check_map("a", *words, status=2, err=(
                    f"prong: --output-dir writes each result into a file, as it is, and {name} says otherwise: which?\n").encode())
        self.check_usage("map", "trials.twice", "a", "--output-suffix", ".x",
                         err=b"--output-suffix ends the names of files in a folder: which? give --output-dir DIR too")


class Journals(FolderTest):
    def test_give_the_files_again(self):
        a, bad = self.files(a="1", bad="bad")
        journal = self.dir / "journal"
        for words in (), ("--resume",), ("--resume", "--unordered"):
            self.check_map("--files", a, bad, "--journal", journal, *words, status=1, err=f"prong: item 1 ({bad}): {BAD}".encode())
            self.assertEqual(self.written(), {"a": "11"})
            (self.out / "a").unlink()

    def test_of_a_run_that_is_killed_leave_whole_files(self):
        inputs = self.dir / "in"
        inputs.mkdir()
        for n in range(2000):
            (inputs / str(n)).write_text(str(n) * 5000)
        words = ("map", "trials.twice", "--output-dir", self.out, "--journal", self.dir / "journal", "--files", "-0")
        given = b"\0".join(os.fsencode(path) for path in sorted(inputs.iterdir()))
        for resume in [], ["--resume"], ["--resume"]:
            process = self.started(*words, *resume)
            process.stdin.write(given)
            process.stdin.close()
            before = len(os.listdir(self.out)) if self.out.exists() else 0
            while process.poll() is None and len(os.listdir(self.out) if self.out.exists() else []) < before + 100:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            process.wait()
            for path in self.out.iterdir():
                if not path.name.startswith(".prong-"):
                    self.assertTrue(path.read_text() == path.name * 10000, path)
        self.check(*words, "--resume", given=given)
        whole = {path.name for path in self.out.iterdir() if not path.name.startswith(".prong-")}
        self.assertEqual(whole, {str(n) for n in range(2000)})


class Logs(FolderTest):
    def test_are_as_of_other_runs(self):
        a, bad = self.files(a="1", bad="bad")
        log = self.dir / "log"
        ended = prong("map", "trials.twice", "--files", a, bad, "--output-dir", self.out, "--log", log, "-j", "1")
        self.assertEqual((ended.status, ended.out), (1, b""))
        self.assertEqual([json.loads(line)["outcome"] for line in log.read_text().splitlines()], ["returned", "threw"])


if __name__ == "__main__":
    unittest.main()
