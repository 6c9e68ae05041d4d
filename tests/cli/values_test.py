"""Values of every type through the executable, and where it says that one does not fit."""

import json
import unittest

from prong_command import ECHOES, ProngTest, environment, prong

I64 = b"i64 (-9223372036854775808 to 9223372036854775807)"


def rejected(item, why, place="line"):
    return b"prong: item %d: rejected: %s %d: %s\n" % (item, place.encode(), item + 1, why)


class ValuesTest(ProngTest):
    def run_echo(self, function, *lines, words=()):
        given = b"".join(line + b"\n" for line in lines)
        # One worker: what fails is told in the order of the lines.
        words = words or ("-j", "1")
        return prong("map", f"echoes.{function}", *words, given=given, env=environment(PRONG_PLUGIN_PATH=ECHOES))

    def check_echo(self, function, *lines, out=None, err=b"", words=()):
        """`out`: the lines that come back, by default those that went in."""
        expected = b"".join(line + b"\n" for line in (lines if out is None else out))
        self.assertEqual(self.run_echo(function, *lines, words=words), (1 if err else 0, expected, err), function)


class ThereAndBack(ValuesTest):
    def test_integers_to_the_last_bit(self):
        for bits in (8, 16, 32, 64):
            half = 2 ** (bits - 1)
            self.check_echo(f"i{bits}", b"%d" % -half, b"%d" % (half - 1), b"0")
            self.check_echo(f"u{bits}", b"%d" % (2 * half - 1), b"0")
        self.check_echo("integers", b"[-9223372036854775808,9223372036854775807]", b"[]")
        self.check_echo("naturals", b"[18446744073709551615,9007199254740993]")
        self.check_echo("maybe_integer", b"-9223372036854775808", b"null")
        self.check_echo("any", b"-9223372036854775808", b"18446744073709551615", b"9007199254740993")

    def test_floating_point_numbers(self):
        odd = (b'"NaN"', b'"Infinity"', b'"-Infinity"', b"-0", b"5e-324", b"1.7976931348623157e+308", b"0.1")
        self.check_echo("f64", *odd)
        self.check_echo("numbers", b"[" + b",".join(odd) + b"]")
        self.check_echo("f64", b"-0.0", b"-1e-400", b"1E2", b"9007199254740991.0", out=[b"-0", b"-0", b"100", b"9007199254740991"])
        self.check_echo("f32", b'"NaN"', b"-0", b"0.1", b"3.4028235e+38", b"1e-45")

    def test_texts(self):
        self.check_echo("str", b'""', '"ö€😀"'.encode(), rb'"\u0000\u001f\"\\\n\t"')
        self.check_echo("str", rb'"\ud83d\ude00\u00f6\/\u0041"', out=['"😀ö/A"'.encode()])
        self.check_echo("texts", b"[]", b'[""]', rb'["a\u0000b","\n"]')
        self.check_echo("maybe_text", b"null", b'""', b'"null"')
        self.check_echo("bytes", b'""', b'"AP8="')
        self.check_echo("blobs", b'["","AA=="]')

    def test_raw_texts_keep_what_is_no_utf_8(self):
        broken = b"a\xff\xc0\x80z"
        self.check_echo("str", broken, words=["-R", "-r"])
        self.check_echo("str", broken, words=["-R"], out=['"a\ufffd\ufffd\ufffdz"'.encode()])
        self.check("call", "echoes.str", "-r", broken, out=broken + b"\n", env=environment(PRONG_PLUGIN_PATH=ECHOES))

    def test_empty_values(self):
        self.check_echo("null", b"null")
        self.check_echo("nothing", b"[]")
        self.check_echo("numbers", b"[]")
        self.check_echo("matrix", b"[]", b"[[],[]]")
        self.check_echo("table", b"{}", b'{"":0}')
        self.check_echo("shape", b'{"name":"","points":[],"tag":""}')
        self.check_echo("any", b"{}", b"[]", b'""', b"null")

    def test_composed_values(self):
        self.check_echo("boolean", b"true", b"false")
        self.check_echo("truths", b"[true,false]")
        self.check_echo("pair", b"[-1,0.5]")
        self.check_echo("labelled", '["ü",-1]'.encode())
        self.check_echo("point", b'{"x":0.5,"y":-1}')
        self.check_echo("points", b'[{"x":1,"y":2}]')
        self.check_echo("corner", b"[1,-2,300]")
        self.check_echo("shape", b'{"tag":null,"points":[{"y":2,"x":1}],"name":"a"}',
                        out=[b'{"name":"a","points":[{"x":1,"y":2}],"tag":null}'])
        self.check_echo("both", b'["t",{"name":"a","points":[],"tag":"b"}]')
        self.check_echo("any", b'{"a":[null,true,{"b":"c"},-1.5],"":[[]]}')

    def test_a_large_value(self):
        numbers = json.dumps(list(range(300000)), separators=(",", ":")).encode()
        self.check_echo("integers", numbers)
        self.check_echo("any", b'{"k":' + numbers + b"}")


class Rejected(ValuesTest):
    def test_says_where_what_was_expected_and_what_was_found(self):
        good = b'{"name":"a","points":[{"x":1,"y":2}],"tag":null}'
        point = b'{"x":1,"y":2},'
        shape = b"{name: str, points: [{x: f64, y: i32}], tag: str?}"
        self.check_echo(
            "shape", good,
            b'{"name":"a","points":[' + 3 * point + b'{"x":"b","y":2}],"tag":null}',
            b'{"name":7,"points":[],"tag":null}',
            b'{"name":"a","points":[{"x":1}],"tag":null}',
            b'{"name":"a","points":[],"tag":null,"z":0}',
            b'{"name":"a","points":[],"name":"b","tag":null}',
            b"[1]", b"", good,
            out=[good, good],
            err=rejected(1, b'expected f64 at $.points[3].x, found the string "b"')
            + rejected(2, b"expected str at $.name, found 7")
            + rejected(3, b'expected {x: f64, y: i32} at $.points[0], found no field "y"')
            + rejected(4, b"expected " + shape + b', found the unknown field "z"')
            + rejected(5, b"expected " + shape + b', found twice the field "name"')
            + rejected(6, b"expected " + shape + b", found the array [1]")
            + rejected(7, b"expected " + shape + b", found nothing"))

    def test_of_another_arity(self):
        self.check_echo("labelled", b'["a"]', b'["a",1]', b'["a",1,2]', out=[b'["a",1]'],
                        err=rejected(0, b"expected (str, i64), an array of 2, found an array of 1")
                        + rejected(2, b"expected (str, i64), an array of 2, found an array of 3"))
        self.check_echo("nothing", b"[0]", out=[], err=rejected(0, b"expected (), an array of 0, found an array of 1"))

    def test_numbers_out_of_range(self):
        self.check_echo("i64", b"9223372036854775808", b"-9223372036854775809", b"1e3", b"1.0", b"1", out=[b"1"],
                        err=rejected(0, b"expected " + I64 + b", found 9223372036854775808, which is out of range")
                        + rejected(1, b"expected " + I64 + b", found -9223372036854775809, which is out of range")
                        + rejected(2, b"expected " + I64 + b", found 1e3, which has an exponent")
                        + rejected(3, b"expected " + I64 + b", found 1.0, which has a fraction"))
        self.check_echo("f64", b"1e400", b"NaN", b"1e999999999999999999999", b"-1", out=[b"-1"],
                        err=rejected(0, b"expected f64, found 1e400, which is out of range")
                        + rejected(1, b"expected f64, found NaN")
                        + rejected(2, b"expected f64, found 1e999999999999999999999, which is out of range"))
        self.check_echo("u8", b"256", b"-1", out=[],
                        err=rejected(0, b"expected u8 (0 to 255), found 256, which is out of range")
                        + rejected(1, b"expected u8 (0 to 255), found -1, which is out of range"))
        self.check_echo("any", b"1e400", b"1e30", out=[b"1e+30"],
                        err=rejected(0, b"expected any, found 1e400, which is out of range"))

    def test_texts_that_are_no_unicode(self):
        lines = (b'"\xff"', rb'"\ud800"', rb'"\udc00\ud800"', b'"\xed\xa0\x80"', b'"a\tb"')
        ended = self.run_echo("str", *lines, b'"ok"')
        self.assertEqual((ended.status, ended.out), (1, b'"ok"\n'))
        complaints = ended.err.splitlines()
        self.assertEqual(len(complaints), len(lines))
        for number, complaint in enumerate(complaints):
            self.assertTrue(complaint.startswith(b"prong: item %d: rejected: line %d: expected JSON, found "
                                                 % (number, number + 1)), complaint)
        self.assertIn(rb'found the string "\xff", broken at byte 1 (', complaints[0])
        self.assertIn(rb'found half a surrogate pair, \ud800, in the string "\ud800"', complaints[1])
        self.assertIn(rb'found half a surrogate pair, \udc00, in the string "\udc00\ud800"', complaints[2])
        self.assertIn(rb'found the string "a\x09b", broken at byte 2 (', complaints[4])

    def test_keys(self):
        self.check_echo("table", b'{"a":1,"a":2}', b'{"a b":[]}', rb'{"\n":null}', b'{"":null}', rb'{"a\\b":null}',
                        rb'{"a\"b":null}', out=[b'{"a":2}'],
                        err=rejected(1, b'expected f64 at $["a b"], found an array')
                        + rejected(2, rb'expected f64 at $["\x0a"], found null')
                        + rejected(3, b'expected f64 at $[""], found null')
                        + rejected(4, rb'expected f64 at $["a\b"], found null')
                        + rejected(5, b"""expected f64 at $['a"b'], found null"""))
        self.check_echo("any", b'{"a":1,"a":2}')

    def test_too_deep(self):
        nested = [b"[" * depth + b"]" * depth for depth in (128, 129, 1000000)]
        ended = self.run_echo("any", *nested, b"[" * 1000000, b'{"a":' * 1000000, b"0")
        self.assertEqual((ended.status, ended.out), (1, nested[0] + b"\n0\n"))
        complaints = ended.err.splitlines()
        self.assertEqual(len(complaints), 4)
        for number, complaint in enumerate(complaints, 1):
            self.assertTrue(complaint.startswith(
                b"prong: item %d: rejected: line %d: expected at most 128 arrays and objects inside each other at $"
                % (number, number + 1)))
            self.assertLess(len(complaint), 5000)
        for function in ("numbers", "matrix", "shape", "str", "f64", "point"):
            ended = self.run_echo(function, *nested)
            self.assertEqual((ended.status, ended.out), (1, b""), function)
            self.assertEqual(ended.err.count(b": rejected: line "), 3, function)

    def test_is_told_with_the_line_in_any_order_and_amount(self):
        lines = [b"x" if n % 1000 == 7 else b"%d" % n for n in range(20000)]
        wrong = [n for n in range(20000) if n % 1000 == 7]
        for words in ([], ["--unordered", "-j", "3"]):
            ended = self.run_echo("i64", *lines, words=words)
            self.assertEqual(sorted(ended.err.splitlines()),
                             sorted(rejected(n, b"expected " + I64 + b", found x").rstrip() for n in wrong))
            self.assertEqual(len(ended.out.splitlines()), 20000 - len(wrong))

    def test_of_records_operands_and_bound_values(self):
        env = environment(PRONG_PLUGIN_PATH=ECHOES)
        self.check("map", "echoes.i8", "1", "x", out=b"1\n", status=1, env=env,
                   err=b"prong: item 1: rejected: expected i8 (-128 to 127), found x\n")
        self.check("map", "echoes.i8", "--range", "127:129", out=b"127\n", status=1, env=env,
                   err=b"prong: item 1: rejected: expected i8 (-128 to 127), found 128, which is out of range\n")
        self.check("call", "echoes.numbers", "[1,[]]", status=2, env=env,
                   err=b"prong: rejected: expected f64 at $[1], found an array\n")
        self.check("map", "echoes.both", "a", "--bind", 'shape={"name":"","points":[{"x":0,"y":1e9}],"tag":null}',
                   status=2, env=env,
                   err=b"prong: 'echoes.both': argument 'shape': expected i32 (-2147483648 to 2147483647) at "
                       b"$.points[0].y, found 1e9, which has an exponent\n")

    def test_null_stands_in_for_it_and_stop_stops(self):
        why = rejected(1, b"expected u8 (0 to 255), found x")
        self.check_echo("u8", b"1", b"x", b"3", out=[b"1", b"null", b"3"], err=why, words=["--on-error", "null"])
        self.check_echo("u8", b"1", b"x", b"3", out=[b"1"], err=why, words=["--on-error", "stop"])


class NoValue(ValuesTest):
    def test_a_result_that_is_none_fails_its_item(self):
        self.check_echo("texts_unchecked", b'"kaF4"', b'"kQc="', b'""', b'"kA=="', out=[b'["x"]', b"[]"],
                        err=b"prong: item 1: threw: the result is not of the function's type: expected str at $[0], "
                            b"found 7 in echoes.texts_unchecked\n"
                            b"prong: item 2: threw: the result is not of the function's type: expected [str], found "
                            b"nothing in echoes.texts_unchecked\n")


if __name__ == "__main__":
    unittest.main()
