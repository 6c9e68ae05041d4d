"""The files that a command writes: no two are one, none is read, and one that is refused loses nothing of them."""

import itertools
import os
import subprocess
import unittest

from prong_command import ProngTest, prong

WRITTEN = {"--output": "out.jsonl", "--failures": "failed.jsonl", "--journal": "journal", "--log": "log.jsonl",
           "--trace": "trace.json", "--report": "report.html"}
EMPTIED = [option for option in WRITTEN if option != "--journal"]


class WrittenTest(ProngTest):
    def setUp(self):
        super().setUp()
        self.dir = self.folder()

    def all_files(self):
        """Words for each of them, with what an earlier run has left in it."""
        for option in EMPTIED:
            (self.dir / WRITTEN[option]).write_text(f"of {option}")
        return [word for option, name in WRITTEN.items() for word in (option, self.dir / name)]

    def check_untouched(self):
        for option in EMPTIED:
            self.assertEqual((self.dir / WRITTEN[option]).read_text(), f"of {option}")

    def check_refused(self, *words, status, err, **more):
        ended = prong(*words, **more)
        self.assertEqual((ended.status, ended.out), (status, b""), ended)
        self.assertIn(err, ended.err)
        self.check_untouched()


class Refusals(WrittenTest):
    def test_of_a_journal_that_is_there(self):
        words = self.all_files()
        (self.dir / "journal").write_text("prong journal 2\n")
        self.check_refused("map", "examples.square", "1", *words, status=2, err=b"go on from it with --resume, or remove it")
        self.check_refused("run", "examples.square", "1", *words[2:], status=2, err=b"go on from it with --resume")
        self.assertEqual((self.dir / "journal").read_text(), "prong journal 2\n")

    def test_of_a_file_that_is_no_journal(self):
        words = self.all_files()
        (self.dir / "journal").write_text("mine")
        self.check_refused("map", "examples.square", "1", *words, "--resume", status=4, err=b"is no journal of prong")

    def test_of_what_cannot_be_a_journal(self):
        words = self.all_files()
        for journal, status, err in (("/nonexistent/j", 4, b"cannot write to /nonexistent/j"),
                                     ("/dev/full", 2, b"--journal /dev/full: a journal is read back, which takes a "
                                                      b"regular file; give another name"),
                                     (self.dir, 4, b"Is a directory")):
            words[words.index("--journal") + 1] = journal
            self.check_refused("map", "examples.square", "1", *words, status=status, err=err)

    def test_of_one_of_the_files(self):
        for option in EMPTIED:
            words = self.all_files()
            words[words.index(option) + 1] = f"/nonexistent/{WRITTEN[option]}"
            self.check_refused("map", "examples.square", "1", *words, status=4, err=b"cannot write to /nonexistent")
            self.assertFalse((self.dir / "journal").exists())

    def test_of_everything_else(self):
        words = self.all_files()
        for given, status, err in ((["examples.sqare", "1"], 3, b"did you mean"), (["examples.square", "--input", "/none.csv"], 4, b""),
                                   (["examples.power", "1", "--bind", "exponent=x"], 2, b"exponent"),
                                   (["examples.square", "1", "--memory", "1"], 2, b"--memory 1: "),
                                   (["examples.square", "1", "-j", "1000000"], 2, b"")):
            self.check_refused("map", *given, *words, status=status, err=err)
            self.assertFalse((self.dir / "journal").exists())

    def test_leave_nothing_new(self):
        (self.dir / "journal").write_text("mine")
        prong("map", "examples.square", "1", "--output", self.dir / "o.txt", "--log", self.dir / "log", "--journal", self.dir / "journal")
        self.assertEqual(os.listdir(self.dir), ["journal"])

    def test_are_no_runs(self):
        """What is not refused empties them all."""
        words = self.all_files()
        self.assertEqual(prong("map", "examples.square", "3", *words).status, 0)
        self.assertEqual([(self.dir / WRITTEN[option]).read_bytes()[:1] for option in EMPTIED], [b"9", b"", b"{", b"[", b"<"])


class Files(WrittenTest):
    def test_are_all_different(self):
        file = self.dir / "one.jsonl"
        for one, other in itertools.combinations(WRITTEN, 2):
            file.write_text("earlier")
            self.check_usage("map", "examples.square", "1", one, file, other, f"{self.dir}/./one.jsonl",
                             err=f"{other} {self.dir}/./one.jsonl: {one} writes that file too; give another name".encode())
            os.symlink(file, self.dir / "link.jsonl")
            self.check_usage("map", "examples.square", "1", other, file, one, self.dir / "link.jsonl",
                             err=f"{other} {file}: {one} writes that file too; give another name".encode())
            os.unlink(self.dir / "link.jsonl")
            self.assertEqual(file.read_text(), "earlier")

    def test_are_not_standard_input(self):
        file = self.dir / "in.jsonl"
        for option in WRITTEN:
            file.write_text("1\n")
            with open(file, "rb") as given:
                ended = subprocess.run([os.environ["PRONG"], "map", "examples.square", option, file], stdin=given,
                                       capture_output=True, check=False)
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (2, b"", (
                f"prong: {option} {file}: inputs are read from that file; give another name\n").encode()))
            self.assertEqual(file.read_text(), "1\n")

    def test_may_be_standard_input_when_nothing_is_read_from_it(self):
        file = self.dir / "in.jsonl"
        for words in (["1"], ["--range", "1:2"]):
            file.write_text("5\n")
            with open(file, "rb") as given:
                ended = subprocess.run([os.environ["PRONG"], "map", "examples.square", *words, "--output", file], stdin=given,
                                       capture_output=True, check=False)
            self.assertEqual((ended.returncode, ended.stderr, file.read_text()), (0, b"", "1\n"))

    def test_are_not_read(self):
        file = self.dir / "in.jsonl"
        for words in (["--input", file], ["--again", file]):
            file.write_text('{"index":0,"input":1}\n')
            for option in WRITTEN:
                self.check_usage("map", "trials.size", *words, option, file,
                                 err=f"{option} {file}: inputs are read from that file; give another name".encode())
        self.check_usage("map", "trials.size", "--files", file, "--output", file,
                         err=f"--output {file}: inputs are read from that file; give another name".encode())
        self.assertEqual(file.read_text(), '{"index":0,"input":1}\n')

    def test_may_all_be_a_device(self):
        devices = [word for option in ("--failures", "--log", "--trace", "--report") for word in (option, "/dev/null")]
        self.check("map", "examples.square", "3", *devices, out=b"9\n")


if __name__ == "__main__":
    unittest.main()
