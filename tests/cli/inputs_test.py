"""Where inputs come from: arguments, a range, standard input."""

import hashlib
import os
import random
import subprocess
import unittest

from prong_command import ECHOES, ProngTest, environment, prong, shell

MIB = 1 << 20


class Arguments(ProngTest):
    def test_are_json(self):
        self.check("map", "examples.square", "1", "2.5", "-1", "1e3", out=b"1\n6.25\n1\n1000000\n")

    def test_of_a_str_are_taken_as_they_stand(self):
        words = ["123", "[1,2]", "", "{}", "%%", "++", '"q"', "null", "a b", "list", "é"]
        expected = "".join(word + "\n" for word in words).encode()
        self.check("map", "trials.echo", "-r", *words, out=expected)

    def test_of_bytes_are_taken_as_they_stand(self):
        self.check("map", "trials.size", "", "123", b"\xff\xfe", out=b"0\n3\n2\n")

    def test_of_several_parameters_are_arrays(self):
        self.check("map", "examples.hypot", "[3,4]", "[5, 12]", out=b"5\n13\n")

    def test_that_are_no_json_are_rejected_alone(self):
        ended = prong("map", "examples.square", "2", "two", "", "3", "-j", "1")
        self.assertEqual((ended.out, ended.status), (b"4\n9\n", 1))
        lines = ended.err.decode().splitlines()
        self.assertEqual([line.split(":")[:3] for line in lines],
                         [["prong", " item 1", " rejected"], ["prong", " item 2", " rejected"]])


class Range(ProngTest):
    def test_is_pythons(self):
        for text in ("5", "0", "-3", "2:5", "5:2", "5:2:-1", "0:10:3", "10:0:-3", "-5:5:5", "3:3", "0:1:9", "7:-8:-5"):
            fields = [int(field) for field in text.split(":")]
            expected = "".join(f"{n * n}\n" for n in range(*fields)).encode()
            for words in ([f"--range={text}"], ["--range", text]):
                with self.subTest(range=text, words=words):
                    self.check("map", "examples.square", *words, out=expected)

    def test_reaches_the_ends_of_64_bits(self):
        low, high = -(2**63), 2**63 - 1
        ended = prong("map", "trials.number", "--range", f"{low}:{high}:{high}")
        self.assertEqual((ended.err, ended.status), (b"", 0))
        self.assertEqual([float(line) for line in ended.out.split()], [float(n) for n in range(low, high, high)])

    def test_reaches_the_last_number_of_either_kind(self):
        top, middle, low = 2**64, 2**63, -2**63
        for text, fields in ((f"{top - 3}:{top - 1}", (top - 3, top - 1)), (f"{top - 2}:{top}", (top - 2, top)),
                             (f"{top - 1}:{top - 4}:-2", (top - 1, top - 4, -2)), (f"{middle}:{middle + 2}", (middle, middle + 2))):
            self.check("map", "echoes.u64", f"--range={text}", env=environment(PRONG_PLUGIN_PATH=ECHOES),
                       out=b"".join(b"%d\n" % n for n in range(*fields)))
        for text, fields in ((f"{middle - 2}:{middle}", (middle - 2, middle)), (f"{low}:{low + 2}", (low, low + 2)),
                             (f"{low + 1}:{low - 1}:-1", (low + 1, low - 1, -1))):
            self.check("map", "echoes.i64", f"--range={text}", env=environment(PRONG_PLUGIN_PATH=ECHOES),
                       out=b"".join(b"%d\n" % n for n in range(*fields)))

    def test_of_a_million(self):
        ended = prong("map", "trials.number", "--range", "1000000")
        self.assertEqual(ended, (0, b"".join(b"%d\n" % n for n in range(1000000)), b""))

    def test_is_made_as_it_is_wanted(self):
        self.assertEqual(shell("$PRONG map examples.square --range 9000000000000000000 | head -2; echo ${PIPESTATUS[0]}").out,
                         b"0\n1\n141\n")

    def test_that_is_none(self):
        self.check_usage("map", "examples.square", "--range", "x", err=b"--range x: 'x' is not an integer")
        self.check_usage("map", "examples.square", "--range", "1:", err=b"--range 1:: '' is not an integer")
        self.check_usage("map", "examples.square", "--range", "1.5", err=b"--range 1.5: '1.5' is not an integer")
        self.check_usage("map", "examples.square", "--range", "0:1:0",
                         err=b"--range 0:1:0: the step must not be zero")
        self.check_usage("map", "examples.square", "--range", "1:2:3:4",
                         err=b"--range 1:2:3:4: more than START:STOP:STEP")
        for text in (f"{2**64 + 1}", f"{2**64}:{2**64 + 1}", f"{-2**63 - 1}:0", f"0:{'9' * 50}"):
            ended = prong("map", "examples.square", "--range", text)
            self.assertEqual((ended.status, ended.out), (2, b""))
            self.assertRegex(ended.err.decode(), rf"^prong: --range {text}: '-?\d+' does not fit 64 bits\n$")


class StandardInput(ProngTest):
    def test_of_a_million_lines(self):
        ended = prong("map", "examples.square", given=b"".join(b"%d\n" % n for n in range(1, 1000001)))
        self.assertEqual(ended, (0, b"".join(b"%d\n" % (n * n) for n in range(1, 1000001)), b""))

    def test_is_a_json_value_a_line(self):
        self.check("map", "examples.hypot", given=b"[3,4]\n [ 5 , 12 ]\r\n", out=b"5\n13\n")
        self.check("map", "trials.echo", given='"a\\nb"\n"\\u00e9"\n'.encode(), out='"a\\nb"\n"é"\n'.encode())

    def test_may_end_without_a_newline(self):
        self.check("map", "examples.square", given=b"2\n3", out=b"4\n9\n")
        self.check("map", "trials.echo", "-R", "-r", given=b"a\nb", out=b"a\nb\n")

    def test_may_be_empty(self):
        self.check("map", "examples.square", given=b"")
        self.check("map", "examples.square", given=b"", stdin=subprocess.DEVNULL)

    def test_an_empty_line_is_a_rejected_item(self):
        ended = prong("map", "examples.square", given=b"2\n\n3\n")
        self.assertEqual((ended.out, ended.status), (b"4\n9\n", 1))
        self.assertRegex(ended.err, rb"^prong: item 1: rejected: [^\n]+\n$")

    def test_raw_lines(self):
        given = b'plain\n\n"quoted"\n 1\r\n'
        self.check("map", "trials.echo", "-R", "-r", given=given, out=given)
        self.check("map", "trials.size", "--raw-input", given=b"\xff\xfe\n\n", out=b"2\n0\n")

    def test_nul_separated(self):
        self.check("map", "trials.echo", "-0", given=b"a\nb\0\0c", out=b'"a\\nb"\n""\n"c"\n')
        self.check("map", "trials.size", "-R0", given=b"a\nb\0cd\0", out=b"3\n2\n")

    def test_raw_lines_need_a_function_of_text(self):
        self.check_usage("map", "examples.square", "-R",
                         err=b"-R and -0 give str or bytes, and the items of 'examples.square' are f64")
        self.check_usage("map", "examples.hypot", "-0",
                         err=b"-R and -0 give str or bytes, and the items of 'examples.hypot' are (f64, f64)")
        self.check_usage("map", "text.search", "-R",
                         err=b"-R and -0 give str or bytes, and the items of 'text.search' are (str, str): "
                             b"--bind pattern=VALUE makes them str")

    def test_comes_from_one_place(self):
        self.check_usage("map", "examples.square", "--range", "3", "4",
                         err=b"inputs come from --range or from arguments, and there is '4' too")
        self.check_usage("map", "trials.echo", "-R", "a",
                         err=b"-R and -0 say how standard input is read, and the inputs come from elsewhere")

    def test_lines_of_all_lengths(self):
        # Past the ends of blocks, with beginnings of lines to carry over.
        dice = random.Random(7)
        lines = [bytes([97 + i % 26]) * dice.choice((0, 1, 3, 100, 4095, 65536, 262143, 262144, 300000))
                 for i in range(400)]
        given = b"\n".join(lines) + b"\n"
        ended = prong("map", "trials.echo", "-R", "-r", given=given)
        self.assertEqual(ended.status, 0)
        self.assertEqual(hashlib.sha256(ended.out).digest(), hashlib.sha256(given).digest())

    def test_a_line_of_100_mebibytes(self):
        line = b"x" * (100 * MIB)
        ended = prong("map", "trials.size", "-R", given=b"a\n" + line + b"\nbc\n")
        self.assertEqual(ended, (0, b"1\n%d\n2\n" % len(line), b""))

    def test_that_cannot_be_read(self):
        folder = os.open("/", os.O_RDONLY)
        self.addCleanup(os.close, folder)
        self.check("map", "examples.square", stdin=folder, given=None,
                   err=b"prong: cannot read standard input: Is a directory\n", status=4)

    def test_that_is_closed(self):
        self.assertEqual(shell("exec $PRONG map examples.square <&-"),
                         (4, b"", b"prong: cannot read standard input: Bad file descriptor\n"))

    def test_that_is_not_blocking(self):
        ours, theirs = os.pipe()
        os.set_blocking(ours, False)
        process = self.started("map", "examples.square", stdin=ours)
        os.close(ours)
        for number in (3, 4):
            os.write(theirs, b"%d\n" % number)
            self.assertEqual(process.stdout.readline(), b"%d\n" % number**2)
        os.close(theirs)
        self.assertEqual(process.wait(), 0)

    def test_ends_a_pipe_of_commands(self):
        ended = shell("seq 3 | $PRONG map examples.square | $PRONG map examples.cube")
        self.assertEqual(ended, (0, b"1\n64\n729\n", b""))


if __name__ == "__main__":
    unittest.main()
