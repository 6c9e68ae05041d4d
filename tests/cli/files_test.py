"""Inputs from files and results into files: .jsonl, .csv, .npy, .txt."""

import ast
import json
import os
import struct
import time
import unittest

from prong_command import ProngTest, prong, shell


def npy(descr, shape, values, fortran="False", version=1):
    """What numpy.save writes (NEP 1)."""
    text = f"{{'descr': {descr!r}, 'fortran_order': {fortran}, 'shape': {shape!r}, }}"
    text = text.ljust(118 if version == 1 else 116) + "\n"
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text.encode() + values


def read_npy(file):
    """(descr, shape, bytes of the values), read as strictly as numpy.load does."""
    data = file.read_bytes()
    assert data[:8] == b"\x93NUMPY\x01\x00", data[:8]
    (length,) = struct.unpack_from("<H", data, 8)
    assert (10 + length) % 64 == 0, length
    header = ast.literal_eval(data[10:10 + length].decode())
    assert set(header) == {"descr", "fortran_order", "shape"} and not header["fortran_order"], header
    return header["descr"], header["shape"], data[10 + length:]


class FilesTest(ProngTest):
    def setUp(self):
        super().setUp()
        self.dir = self.folder()

    def file(self, name, content):
        (self.dir / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.dir / name

    def check_input(self, name, content, *words, out=b"", err="", status=0):
        """With `{}` in `err` as the file's name."""
        file = self.file(name, content)
        self.check("map", *words, "--input", file, out=out, err=err.replace("{}", str(file)).encode(), status=status)


class Lines(FilesTest):
    def test_of_json(self):
        self.check_input("n.jsonl", "3\n4", "examples.square", out=b"9\n16\n")
        self.check_input("n.jsonl", "3\nx\n", "examples.square", out=b"9\n", status=1,
                         err="prong: item 1: rejected: {}: line 2: expected f64, found x\n")
        self.check_input("n.jsonl", "", "examples.square")
        self.check_input("N.JSONL", "3\n", "examples.square", out=b"9\n")

    def test_of_json_may_begin_with_a_byte_order_mark(self):
        self.check_input("n.jsonl", "\ufeff3\n4\n", "examples.square", out=b"9\n16\n")
        self.check_input("n.jsonl", "\ufeff", "examples.square")
        self.check_input("n.jsonl", "3\n\ufeff4\n", "examples.square", out=b"9\n", status=1,
                         err="prong: item 1: rejected: {}: line 2: expected f64, found \\xef\\xbb\\xbf4\n")
        self.check_input("n.txt", "\ufeffa\n", "trials.echo", "-r", out="\ufeffa\n".encode())
        for parts in ((b"\xef\xbb\xbf", b"3\n"), (b"\xef", b"\xbb", b"\xbf3", b"\n"), (b"\xef\xbb\xbf3\n",)):
            process = self.started("map", "examples.square")
            for part in parts:
                process.stdin.write(part)
                process.stdin.flush()
                time.sleep(0.02)
            self.assertEqual(process.stdout.readline(), b"9\n")
            process.stdin.close()
            self.assertEqual(process.wait(), 0)

    def test_of_a_stream_that_is_named(self):
        for name in ("-", "/dev/stdin"):
            self.check("map", "examples.square", "--input", name, given=b"3\n", out=b"9\n")
            self.check("map", "trials.echo", "-R", "-r", "--input", name, given=b"a\n", out=b"a\n")
        for name in ("-", "/dev/stdout"):
            self.check("map", "trials.echo", "-r", "a", "--output", name, out=b"a\n")
        for option in ("--log", "--trace", "--report", "--failures", "--journal", "--again"):
            self.check_usage("map", "examples.square", option, "-", err=(
                f"{option} -: only --input and --output take - for a stream; {option} ./- is a file").encode())

    def test_of_text(self):
        self.check_input("n.txt", 'a\n"b"\n1', "trials.echo", "-r", out=b'a\n"b"\n1\n')
        self.check_input("n.txt", "1\n", "examples.square", status=2,
                         err="prong: The lines of {} give str or bytes, and the items of 'examples.square' are f64\n")
        self.check_input("n.list", b"a\nb\0c", "trials.echo", "-0", out=b'"a\\nb"\n"c"\n')

    def test_of_what(self):
        self.check_input("n.json", "1", "examples.square", status=2, err=(
            "prong: --input {}: what is in it? its name must end in .jsonl, .csv, .npy or .txt, or say -R or -0\n"))

    def test_of_a_file_that_is_none(self):
        self.check("map", "examples.square", "--input", "/nonexistent.jsonl", status=4,
                   err=b"prong: cannot read /nonexistent.jsonl: No such file or directory\n")
        (self.dir / "d.jsonl").mkdir()
        self.check("map", "examples.square", "--input", self.dir / "d.jsonl", status=4,
                   err=f"prong: cannot read {self.dir}/d.jsonl: Is a directory\n".encode())

    def test_of_a_pipe(self):
        os.mkfifo(self.dir / "p.jsonl")
        process = self.started("map", "examples.square", "--input", self.dir / "p.jsonl")
        with open(self.dir / "p.jsonl", "wb", buffering=0) as pipe:
            for number in range(3):
                pipe.write(b"%d\n" % number)
                self.assertEqual(process.stdout.readline(), b"%d\n" % number**2)
        self.assertEqual(process.wait(), 0)


class Csv(FilesTest):
    def test_gives_columns_to_the_parameters_of_their_names(self):
        self.check_input("p.csv", "y,name,x\n4,a,3\n12,b,5\n", "examples.hypot", out=b"5\n13\n")
        self.check_input("p.csv", "y,x\r\n4,3\r\n\r\n12,5", "examples.hypot", out=b"5\n13\n")
        self.check_input("p.csv", "\ufeffx\n3\n", "examples.square", out=b"9\n")

    def test_gives_the_item_when_others_are_bound(self):
        self.check_input("p.csv", "exponent,base\n9,2\n9,3\n", "examples.power", "--bind", "exponent=3", out=b"8\n27\n")

    def test_of_one_column_has_empty_values(self):
        self.check_input("t.csv", 'text\na\n\n""\r\n\r\nb\n', "trials.echo", out=b'"a"\n""\n""\n""\n"b"\n')
        self.check_input("t.csv", "text\n\n", "trials.echo", out=b'""\n')
        self.check_input("t.csv", "text\n", "trials.echo")
        self.check_input("t.csv", "\ntext\na", "trials.echo", out=b'"a"\n')
        self.check_input("x.csv", "x\n2\n\n3\n", "examples.square", out=b"4\n9\n", status=1,
                         err='prong: item 1: rejected: {}: record 2: expected f64, found the string ""\n')
        self.check_input("x.csv", "text,y\na,1\n\nb,2\n", "trials.echo", out=b'"a"\n"b"\n')

    def test_quotes_as_rfc_4180_does(self):
        self.check_input("t.csv", 'text\nplain\n"a,b"\n"two\nlines"\n"say ""yes"""\n""\n 1 \n', "trials.echo",
                         out=b'"plain"\n"a,b"\n"two\\nlines"\n"say \\"yes\\""\n""\n" 1 "\n')
        self.check_input("t.csv", 'number,text\n,"x"\n1,\n"2",a\n', "trials.sizes", "-r",
                         out=b"nothing, 1 bytes\na number, 0 bytes\na number, 1 bytes\n")
        self.check_input("t.csv", "data\nab\n\xff\n".encode("latin-1"), "trials.size", out=b"2\n1\n")

    def test_rejects_a_field_alone(self):
        self.check_input("p.csv", 'x,y\n3,4\n3,four\n"1,2",3\n"1],[2",3\n5,12\n', "examples.hypot", "-j", "1", out=b"5\n13\n", status=1,
                         err='prong: item 1: rejected: {}: record 2: expected f64 at $[1], found the string "four"\n'
                             'prong: item 2: rejected: {}: record 3: expected f64 at $[0], found the string "1,2"\n'
                             'prong: item 3: rejected: {}: record 4: expected f64 at $[0], found the string "1],[2"\n')

    def test_of_a_missing_column(self):
        self.check_input("p.csv", "base,exponnt\n", "examples.power", status=2,
                         err="prong: {} has no column 'exponent' (is it 'exponnt'?); its columns are 'base', 'exponnt'\n")
        self.check_input("p.csv", "x,y,x\n", "examples.hypot", status=2, err="prong: {} has two columns 'x'\n")
        self.check_input("p.csv", "", "examples.hypot", status=4,
                         err="prong: cannot read {}: it is empty; its first line names the columns\n")

    def test_that_is_broken_is_told_and_what_comes_before_is_not_lost(self):
        for record, why in (("1", "it has 1 field, and the header has 2"), ("1,2,3", "it has 3 fields, and the header has 2"),
                            ('1,"2', "a quoted field does not end"), ('1,"2"3', "a comma is expected after a closing quote"),
                            ('1,2"3"', "a field with a quote in it must be quoted")):
            with self.subTest(record):
                self.check_input("p.csv", f'x,"y\n"\n3,4\n{record}\n'.replace('"y\n"', "y"), "examples.hypot", out=b"5\n",
                                 status=4, err=f"prong: cannot read {{}}: the record on line 3: {why}\n")

    def test_of_many_records(self):
        content = "x,y,text\n" + "".join(f'{n},0,"{n}\n{n}"\n' for n in range(100000))
        file = self.file("m.csv", content)
        ended = prong("map", "examples.hypot", "--input", file)
        self.assertEqual(ended, (0, b"".join(b"%d\n" % n for n in range(100000)), b""))


class NpyInput(FilesTest):
    def test_gives_values(self):
        for version in (1, 2, 3):
            self.check_input("a.npy", npy("<f8", (3,), struct.pack("<3d", 1, 2.5, -3), version=version), "examples.square",
                             out=b"1\n6.25\n9\n")
        self.check_input("a.npy", npy("<f4", (2,), struct.pack("<2f", 3, 5)), "trials.half", out=b"1.5\n2.5\n")
        self.check_input("a.npy", npy("<f8", (0,), b""), "examples.square")

    def test_gives_rows_as_tuples(self):
        self.check_input("a.npy", npy("<f8", (2, 2), struct.pack("<4d", 3, 4, 5, 12)), "examples.hypot", out=b"5\n13\n")
        self.check_input("a.npy", npy("<i8", (2, 2), struct.pack("<4q", 7, 2, 1, 0)), "trials.divide", out=b"[3,1]\n", status=1,
                         err="prong: item 1: threw: std::domain_error: division by 0 in trials.divide\n")

    def test_gives_rows_as_lists_to_a_function_that_takes_these(self):
        self.check_input("a.npy", npy("<i2", (2, 3), struct.pack("<6h", 1, -2, 300, 4, 5, -32768)), "trials.backwards",
                         out=b"[300,-2,1]\n[-32768,5,4]\n")
        self.check_input("a.npy", npy("|b1", (2, 2), bytes([1, 0, 0, 0])), "trials.any", out=b"true\nfalse\n")
        for columns in (15, 16, 70000):
            row = [n / 2 for n in range(columns)]
            self.check_input("a.npy", npy("<f8", (1, columns), struct.pack(f"<{columns}d", *row)), "trials.sum",
                             out=b"%g\n" % sum(row) if columns < 1000 else b"1224982500\n")

    def test_of_lists_that_fail_can_be_run_again(self):
        failed = self.dir / "failed.jsonl"
        for scalar, values, function in (("<i2", struct.pack("<4h", -1, 2, 3, 4), "trials.backwards"),
                                         ("<f8", struct.pack("<4d", -1.5, 2, 3, 4), "trials.sum")):
            ended = prong("map", function, "--input", self.file("a.npy", npy(scalar, (2, 2), values)), "--failures", failed)
            self.assertEqual(ended.status, 1)
            line, = map(json.loads, failed.read_text().splitlines())
            self.assertEqual(line["input"], [-1.5 if function == "trials.sum" else -1, 2])
            self.assertEqual(prong("map", function, "--again", failed).status, 1)

    def test_of_many_values(self):
        file = self.file("a.npy", npy("<f8", (300000,), struct.pack("<300000d", *range(300000))))
        ended = prong("map", "trials.number", "--input", file)
        self.assertEqual(ended, (0, b"".join(b"%d\n" % n for n in range(300000)), b""))

    def test_of_another_type(self):
        self.check_input("a.npy", npy("<f4", (1,), bytes(4)), "examples.square", status=2, err=(
            "prong: {} holds values of f32, and the items of 'examples.square' are f64: save a.astype('<f8')\n"))
        self.check_input("a.npy", npy("<f8", (3, 1), bytes(24)), "examples.square", status=2, err=(
            "prong: {} holds rows of (f64), and the items of 'examples.square' are f64: save a.ravel(), which has one dimension\n"))
        self.check_input("a.npy", npy("<f8", (3,), bytes(24)), "trials.echo", status=2, err=(
            "prong: {} holds values of f64, and the items of 'trials.echo' are str: save an array of that type\n"))
        self.check_input("a.npy", npy("<f4", (1, 2), bytes(8)), "examples.hypot", status=2, err=(
            "prong: {} holds rows of (f32, f32), and the items of 'examples.hypot' are (f64, f64): save a.astype('<f8')\n"))
        self.check_input("a.npy", npy("<f8", (1, 3), bytes(24)), "examples.hypot", status=2, err=(
            "prong: {} holds rows of (f64, f64, f64), and the items of 'examples.hypot' are (f64, f64): "
            "save an array of that type\n"))

    def test_that_is_broken(self):
        good = npy("<f8", (2,), bytes(16))
        broken = "its header is broken; is it a file that numpy.save wrote?"
        for content, why in (
                (b"", "it ends within its header"), (good[:5], "it ends within its header"), (good[:100], "it ends within its header"),
                (b"PK\x03\x04" + good, "it is no .npy file: it does not begin as one"),
                (good[:6] + b"\x09" + good[7:], "its format has version 9; 1, 2 and 3 can be read"),
                (good[:-1], "by its header it holds 2 values of f64, 16 bytes, and 15 follow: it was cut off"),
                (good + b"1", "by its header it holds 2 values of f64, 16 bytes, and 17 follow: it was changed"),
                (npy(">f8", (2,), bytes(16)),
                 "its values are big-endian ('>f8'); save a.astype(a.dtype.newbyteorder('<'))"),
                (npy("<c16", (1,), bytes(16)),
                 "its values are '<c16', and arrays of bool, integers, float32 or float64 can be read"),
                (npy([("x", "<f8")], (2,), bytes(16)), "its values are records; save each field as an array"),
                (npy("<f8", (2, 2, 2), bytes(64)), "it has 3 dimensions; one, or two for rows, can be read"),
                (npy("<f8", (), bytes(8)), "it has 0 dimensions; one, or two for rows, can be read"),
                (npy("<f8", (2, 0), b""), "its rows are empty"),
                (npy("<f8", (2, 2), bytes(32), fortran="True"), "it is stored by columns; save numpy.ascontiguousarray(a)"),
                (npy("<f8", (2**62,), bytes(16)), "by its header it is larger than any file can be"),
                (npy("<f8", (2**40, 2**40), bytes(16)), "by its header it is larger than any file can be"),
                (npy("<f8", (-1,), bytes(16)), broken), (npy("<f8", (10**30,), bytes(16)), broken),
                (good.replace(b"'shape'", b"'shaqe'"), broken), (good.replace(b"}", b" "), broken),
                (good.replace(b"False", b"Maybe"), broken),
                (b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + good, "its header has 4294967295 bytes; that is no array's")):
            with self.subTest(why, content=content[:64]):
                self.check_input("a.npy", content, "examples.square", status=4, err=f"prong: cannot read {{}}: {why}\n")

    def test_whose_headers_are_noise(self):
        good = npy("<f8", (2,), bytes(16))
        for at in range(10, 70):
            for byte in (b"\0", b"'", b"(", b"9", b"\xff"):
                file = self.file("a.npy", good[:at] + byte + good[at + 1:])
                ended = prong("map", "examples.square", "--input", file)
                self.assertIn(ended.status, (0, 4), (at, byte, ended))

    def test_of_a_pipe_that_ends_early(self):
        content = self.file("whole", npy("<f8", (3,), struct.pack("<3d", 1, 2, 3))[:-4])
        ended = shell(f"cat {content} | $PRONG map examples.square --input <(cat)", cwd=self.dir)
        self.assertEqual(ended.status, 2, ended)
        os.mkfifo(self.dir / "p.npy")
        process = self.started("map", "examples.square", "--input", self.dir / "p.npy")
        (self.dir / "p.npy").write_bytes(content.read_bytes())
        self.assertEqual((process.stdout.read(), process.stderr.read().decode(), process.wait()),
                         (b"1\n4\n", f"prong: cannot read {self.dir}/p.npy: it ends after 2 of 3 values\n", 4))

    def test_of_failures_and_again(self):
        failed = self.dir / "failed.jsonl"
        self.check_input("a.npy", npy("<i8", (3, 2), struct.pack("<6q", 7, 0, 7, 2, -2**63, 0)), "trials.divide", "-j", "1",
                         "--failures", failed, out=b"[3,1]\n", status=1, err="".join(
                             f"prong: item {n}: threw: std::domain_error: division by 0 in trials.divide\n" for n in (0, 2)))
        self.assertEqual([json.loads(line)["input"] for line in failed.read_text().splitlines()], [[7, 0], [-2**63, 0]])


class Output(FilesTest):
    def test_into_lines(self):
        self.check("map", "examples.upper", "a", "b", "--output", self.dir / "o.jsonl")
        self.assertEqual((self.dir / "o.jsonl").read_bytes(), b'"A"\n"B"\n')
        self.check("map", "examples.upper", "a", "--output", self.dir / "o.txt")
        self.assertEqual((self.dir / "o.txt").read_bytes(), b"A\n")

    def test_into_an_array(self):
        self.check("map", "examples.square", "--range", "5", "--output", self.dir / "o.npy")
        self.assertEqual(read_npy(self.dir / "o.npy"), ("<f8", (5,), struct.pack("<5d", 0, 1, 4, 9, 16)))
        self.check("map", "trials.divide", "[7,2]", "[9,3]", "--output", self.dir / "o.npy")
        self.assertEqual(read_npy(self.dir / "o.npy"), ("<i8", (2, 2), struct.pack("<4q", 3, 1, 3, 0)))
        self.check("map", "examples.square", "--range", "0", "--output", self.dir / "o.npy")
        self.assertEqual(read_npy(self.dir / "o.npy"), ("<f8", (0,), b""))

    def test_into_an_array_of_many(self):
        for words in ([], ["--chunk", "7"]):
            self.check("map", "trials.number", "--range", "100000", "-j", "3", *words, "--output", self.dir / "o.npy")
            self.assertEqual(read_npy(self.dir / "o.npy"), ("<f8", (100000,), struct.pack("<100000d", *range(100000))))

    def test_into_an_array_goes_back_in(self):
        self.check("map", "examples.square", "--range", "3", "--output", self.dir / "o.npy")
        self.check("map", "examples.square", "--input", self.dir / "o.npy", out=b"0\n1\n16\n")

    def test_of_failures_into_an_array(self):
        odd = [b"prong: item %d: threw: std::domain_error: odd in trials.fail_odd\n" % n for n in range(5)]
        words = ("map", "trials.fail_odd", "--range", "1:5", "-j", "1", "--output", self.dir / "o.npy", "--on-error")
        self.check(*words, "skip", err=odd[0] + odd[2], status=1)
        self.assertEqual(read_npy(self.dir / "o.npy"), ("<f8", (2,), struct.pack("<2d", 2, 4)))
        self.check(*words, "null", err=odd[0] + odd[2], status=1)
        self.assertEqual(read_npy(self.dir / "o.npy"), ("<f8", (4,), struct.pack("<4d", float("nan"), 2, float("nan"), 4)))
        self.check(*words, "stop", err=odd[0], status=1)
        self.assertEqual(read_npy(self.dir / "o.npy"), ("<f8", (0,), b""))
        self.check_usage("map", "trials.divide", "[1,0]", "--output", self.dir / "o.npy", "--on-error", "null",
                         err=b"--on-error null: an array of i64 has no value for none")

    def test_into_what(self):
        self.check_usage("map", "examples.square", "1", "--output", "o.csv",
                         err=b"--output o.csv: its name must end in .jsonl, .npy or .txt")
        self.check_usage("map", "examples.upper", "1", "-r", "--output", "o.jsonl",
                         err=b"-r prints strings as they are, which o.jsonl cannot hold; name it .txt")
        self.check_usage("map", "examples.upper", "1", "--output", "o.npy",
                         err=b"--output o.npy: 'examples.upper' returns str, and an array holds numbers, or tuples of "
                             b"numbers of one type; name it .jsonl")

    def test_into_a_file_that_cannot_be_written(self):
        self.check("map", "examples.square", "1", "--output", "/nonexistent/o.txt", status=4,
                   err=b"prong: cannot write to /nonexistent/o.txt: No such file or directory\n")

    def test_into_an_array_needs_a_regular_file(self):
        os.mkfifo(self.dir / "p.npy")
        self.check_usage("map", "examples.square", "1", "--output", self.dir / "p.npy", err=(
            f"--output {self.dir}/p.npy: an array goes into a regular file, since its size is written last").encode())

    def test_does_not_write_over_its_input_or_before_all_fits(self):
        file = self.file("n.jsonl", "1\n")
        self.check_usage("map", "examples.square", "--input", file, "--output", file,
                         err=f"--output {file}: inputs are read from that file; give another name".encode())
        ended = prong("map", "examples.sqare", "1", "--output", file)
        self.assertEqual((ended.status, file.read_bytes()), (3, b"1\n"))


if __name__ == "__main__":
    unittest.main()
