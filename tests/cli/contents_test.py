"""Files as inputs: what is in each is one item."""

import base64
import json
import os
import unittest

from files_test import FilesTest
from prong_command import prong, shell


class Contents(FilesTest):
    def test_of_files_are_the_items(self):
        a, b, c = self.file("a", b"\xff\0\n"), self.file("b", b""), self.file("c", bytes(300000))
        self.check("map", "trials.size", "--files", a, b, c, out=b"3\n0\n300000\n")
        paths = b"".join(bytes(path) + b"\n" for path in (a, b, c))
        self.check("map", "trials.size", "--files", given=paths, out=b"3\n0\n300000\n")
        self.check("map", "trials.size", "--files", "-0", given=paths.replace(b"\n", b"\0"), out=b"3\n0\n300000\n")
        self.check("map", "trials.size", "--files", "--input", self.file("l.txt", paths), out=b"3\n0\n300000\n")
        self.check("map", "examples.upper", "-r", "--files", self.file("t", "a\nb"), self.file("u", "c"), out=b"A\nB\nC\n")

    def test_of_files_that_cannot_be_read_fail_alone(self):
        a, none = self.file("a", "abc"), self.dir / "none"
        for words in ([], ["--unordered"]):
            ended = prong("map", "trials.size", *words, "--files", none, a, self.dir, a, none)
            self.assertEqual((ended.status, ended.out), (1, b"3\n3\n"))
            self.assertEqual(sorted(ended.err.decode().splitlines()), [
                f"prong: item 0: rejected: cannot read {none}: No such file or directory",
                f"prong: item 2: rejected: cannot read {self.dir}: Is a directory",
                f"prong: item 4: rejected: cannot read {none}: No such file or directory"])
        ended = prong("map", "trials.size", "--files", "--on-error", "null", none, a, none)
        self.assertEqual((ended.status, ended.out), (1, b"null\n3\nnull\n"))
        ended = prong("map", "trials.size", "--files", "--on-error", "stop", a, none, a)
        self.assertEqual((ended.status, ended.out), (1, b"3\n"))

    def test_of_fifos_are_what_is_written_and_one_that_nobody_writes_fails_alone(self):
        ended = shell("mkfifo none; $PRONG map trials.size --files none <(true) <(sleep 1.5; echo late) <(echo soon)", cwd=self.dir)
        self.assertEqual((ended.out, ended.err.decode(), ended.status),
                         (b"0\n5\n5\n", "prong: item 0: rejected: cannot read none: nobody writes to this FIFO\n", 1))
        ended = shell("echo whole > none & $PRONG map trials.size --files none", cwd=self.dir)
        self.assertEqual((ended.out, ended.err, ended.status), (b"6\n", b"", 0))

    def test_of_files_that_are_too_large_fail_alone(self):
        a, large = self.file("a", "abc"), self.file("large", "")
        os.truncate(large, 2**32 + 1)
        self.check("map", "trials.size", "--files", large, a, out=b"3\n", status=1, err=(
            f"prong: item 0: rejected: cannot read {large}: more than 4294967296 bytes, the most that one file may have\n").encode())

    def test_of_files_that_fail_tell_which(self):
        a, b = self.file("a", "bad"), self.file("b\n\xe9".encode("latin-1").decode("utf-8", "surrogateescape"), "crash")
        ended = prong("map", "trials.twice", "--files", "--json", "-j", "1", a, b, self.file("c", "x"))
        err = ended.err.splitlines()
        self.assertEqual(err[0], f"prong: item 0 ({a}): threw: std::domain_error: it is bad in trials.twice".encode())
        self.assertRegex(err[1].decode(), rf"^prong: item 1 \({self.dir}/b\\x0a\\xe9\): crashed: SIGABRT in trials\.twice ")
        self.assertEqual(err[2], b'prong:   input: "crash"')
        objects = [json.loads(line) for line in ended.out.splitlines()]
        self.assertEqual([one.get("file") for one in objects], [str(a), None, str(self.dir / "c")])
        self.assertEqual(base64.b64decode(objects[1]["file_base64"]), os.fsencode(b))
        for words in (["map", "--on-error", "stop"], ["map", "--unordered"], ["map", "--journal", self.dir / "j", "--resume"],
                      ["map", "--journal", self.dir / "j", "--resume"]):
            ended = prong(words[0], "trials.twice", "--files", *words[1:], a)
            self.assertEqual(ended.err.splitlines(), err[:1], words)

    def test_of_files_that_fail_in_a_run_tell_which(self):
        a = self.file("a", str(self.file("told", "fail")))
        ended = prong("run", "trials.wait_for", "--files", "--json", a)
        self.assertTrue(ended.err.startswith(f"prong: item 0 ({a}): threw: ".encode()), ended.err)
        self.assertEqual([json.loads(line).get("file") for line in ended.out.splitlines()], [str(a), None])

    def test_of_a_list_that_fail_tell_which(self):
        a, none = self.file("a", b"bad"), self.dir / "none"
        self.check("map", "trials.twice", "--files", given=b"%s\n%s\n" % (bytes(none), bytes(a)), status=1, err=(
            f"prong: item 0: rejected: line 1: cannot read {none}: No such file or directory\n"
            f"prong: item 1 ({a}): threw: std::domain_error: it is bad in trials.twice\n").encode())

    def test_of_many_files_keep_their_order(self):
        paths = [self.file(f"f{n}", bytes(n % 50)) if n % 7 else self.dir / f"none{n}" for n in range(2000)]
        ended = prong("map", "trials.size", "--files", "--on-error", "null", "-j", "3",
                      given=b"".join(bytes(path) + b"\n" for path in paths))
        self.assertEqual(ended.out, b"".join(b"%d\n" % (n % 50) if n % 7 else b"null\n" for n in range(2000)))

    def test_of_failures_and_again(self):
        failed, none = self.dir / "failed.jsonl", self.dir / "none"
        ended = prong("map", "trials.size", "--files", none, "--failures", failed)
        self.assertEqual((ended.status, json.loads(failed.read_text())["input"]), (1, str(none)))
        none.write_text("abcd")
        self.check("map", "trials.size", "--files", "--again", failed, out=b"4\n")

    def test_need_a_function_of_text(self):
        self.check_usage("map", "examples.square", "--files", "a",
                         err=b"--files give str or bytes, and the items of 'examples.square' are f64")


if __name__ == "__main__":
    unittest.main()
