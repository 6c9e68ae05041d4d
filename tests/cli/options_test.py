"""The words of a command line."""

import re
import unittest

from prong_command import TRIALS, ProngTest, prong


class Options(ProngTest):
    def test_stand_anywhere(self):
        self.check("map", "-r", "trials.echo", "a", "--jobs", "2", "b", out=b"a\nb\n")

    def test_values_join_or_follow(self):
        for words in (["-j2"], ["-j", "2"], ["--jobs=2"], ["--jobs", "2"], ["-rj2"], ["-rj", "2"]):
            with self.subTest(words):
                ended = prong("map", *words, "examples.square", "3")
                self.assertEqual(ended, (0, b"9\n", b""))

    def test_a_value_may_look_like_an_option(self):
        self.check("map", "examples.power", "--bind", "exponent=-1", "2", out=b"0.5\n")
        self.check_usage("map", "examples.square", "--chunk", "-1",
                         err=b"--chunk -1: a whole number from 1 on is needed")
        self.check_usage("map", "examples.square", "--chunk=", "1",
                         err=b"--chunk : a whole number from 1 on is needed")

    def test_end_at_two_dashes(self):
        self.check("map", "-r", "trials.echo", "--", "-x", "--help", "--", out=b"-x\n--help\n--\n")

    def test_a_dash_is_an_operand(self):
        self.check("map", "-r", "trials.echo", "-", out=b"-\n")

    def test_negative_numbers_are_operands(self):
        self.check("map", "examples.square", "-1", "-2.5e1", out=b"1\n625\n")
        self.check("map", "examples.sqrt", "--", "-0", out=b"-0\n")
        self.check("call", "examples.square", "-0", out=b"0\n")
        # Where -0 is an option, it is that.
        self.check_usage("map", "examples.square", "3", "-0",
                         err=b"-R and -0 say how standard input is read, and the inputs come from elsewhere")

    def test_unknown_ones(self):
        self.check_usage("map", "--unorderd", "examples.square",
                         err=b"unknown option '--unorderd' (did you mean '--unordered'?)")
        self.check_usage("map", "examples.square", "--nothing-like-it=3",
                         err=b"unknown option '--nothing-like-it'; an operand that begins with a minus goes after --")
        self.check_usage("map", "trials.echo", "-x",
                         err=b"unknown option '-x'; an operand that begins with a minus goes after --")
        for short, whole in (("--unord", "--unordered"), ("--fil", "--files"), ("--js", "--json"), ("--allow", "--allow-read"), ("--in", "--input"), ("--Input", "--input")):
            self.check_usage("map", short, err=f"unknown option '{short}' (did you mean '{whole}'?)".encode())
        self.check_usage("list", "--range", "3",
                         err=b"unknown option '--range'; an operand that begins with a minus goes after --")

    def test_need_a_value_or_take_none(self):
        self.check_usage("map", "examples.square", "--range", err=b"--range needs a value")
        self.check_usage("map", "examples.square", "-j", err=b"-j needs a value")
        self.check_usage("map", "examples.square", "--unordered=yes", err=b"--unordered takes no value")

    def test_numbers(self):
        for option, least in (("--jobs", b"1"), ("--chunk", b"1"), ("--seed", b"0")):
            for value in ("", "x", "-1", "1.5", "1e3", " 1", "99999999999999999999999"):
                with self.subTest(option, value=value):
                    self.check_usage("map", "examples.square", option, value,
                                     err=f"{option} {value}: a whole number from ".encode() + least + b" on is needed")
        self.check_usage("map", "examples.square", "-j", "0", err=b"--jobs 0: a whole number from 1 on is needed")
        for command in "map", "run", "bench":
            self.check_usage(command, "text.count" if command == "run" else "examples.square", "1", "-j", "5000",
                             err=b"--jobs 5000: at most 1024 are possible")

    def test_what_the_library_refuses_is_named_as_it_was_given(self):
        word = ("map", "examples.square", "1")
        self.check_usage(*word, "--core", "/nonexistent", err=b"--core /nonexistent: there is no such folder; make it first")
        self.check_usage(*word, "--core", "/tmp", "--sandbox", "strict",
                         err=b"--core /tmp: workers in a strict sandbox write no files, and so no core dumps")
        self.check_usage(*word, "--core", "/proc", err=(
            b"--core /proc: no folder can be made there, as each worker needs one: No such file or directory"))
        self.check_usage(*word, "--core", "", err=b"--core: which folder? its name is empty")
        self.check_usage(*word, "--memory", "4K", err=b"--memory 4096: a worker itself needs 16777216 bytes")
        self.check_usage(*word, "--descriptors", "3", err=b"--descriptors 3: a worker itself needs 16")
        ended = prong("map", "examples.square", "-j", "1000000", "1")
        self.assertEqual(ended.status, 2, ended.err)

    def test_with_one_value_are_given_once(self):
        for words in (["--on-error", "stop", "--on-error=null"], ["-j2", "--jobs", "2"], ["--seed", "1", "--seed", "1"]):
            name = "--jobs" if words[0] == "-j2" else words[0]
            self.check_usage("map", "trials.fail_odd", "1", *words,
                             err=f"{name} is given more than once, and has one value: which?".encode())
        self.check_usage("new", "stats", "--lang", "c", "--lang", "rust",
                         err=b"--lang is given more than once, and has one value: which?")
        # What has none says the same twice; some may be repeated.
        self.check("map", "trials.echo", "-r", "-r", "a", "--plugins", "/nonexistent", "--plugins", TRIALS, out=b"a\n",
                   err=b"prong: --plugins /nonexistent: there is no such folder\n")


class Commands(ProngTest):
    def test_none(self):
        self.check_usage(err=b"which command? see prong --help")

    def test_unknown(self):
        self.check_usage("maap", err=b"unknown command 'maap' (did you mean 'map'?)")
        self.check_usage("frobnicate", err=b"unknown command 'frobnicate'; see prong --help")
        self.check_usage("", err=b"unknown command ''; see prong --help")
        for short, whole in (("--vers", "--version"), ("--h", "--help")):
            self.check_usage(short, err=f"unknown option '{short}' (did you mean '{whole}'?)".encode())
        self.check_usage("be", err=b"unknown command 'be' (did you mean 'bench'?)")
        self.check_usage("--hlep", err=b"unknown option '--hlep' (did you mean '--help'?)")
        self.check_usage("-x\n", err=b"unknown option '-x\\x0a'; see prong --help")

    def test_are_listed_beside_what_they_do(self):
        lines = prong("--help").out.decode().split("Commands:\n")[1].split("\n\n")[0].splitlines()
        columns = {re.match(r"  [a-z]+ +", line).end() for line in lines}
        self.assertEqual(len(columns), 1)
        self.assertTrue(all("  " in line.strip() for line in lines))

    def test_need_a_function(self):
        for command, operands in (("map", "FUNCTION [INPUT…]"), ("run", "FUNCTION [INPUT…]"), ("call", "FUNCTION ARG…")):
            self.check_usage(command, err=f"which function? prong {command} {operands}".encode())

    def test_have_help(self):
        for words in (("help", "map"), ("--help", "map"), ("-h", "map"), ("map", "--help"), ("map", "-h")):
            self.assertEqual(prong(*words).out, prong("map", "--help").out)
        self.assertEqual(prong("help", "help"), prong("help"))
        self.check_usage("help", "map", "extra", err=b"prong help takes one command, and there is 'extra' too")
        self.check_usage("help", "mapp", err=b"unknown command 'mapp' (did you mean 'map'?)")

    def test_list_takes_no_operand(self):
        self.check_usage("list", "examples", err=b"prong list takes no operand, and there is 'examples'")


class Bind(ProngTest):
    def test_gives_a_parameter_to_all_items(self):
        self.check("map", "examples.power", "--bind", "exponent=3", "1", "2", "3", out=b"1\n8\n27\n")
        self.check("map", "examples.power", "--bind=exponent=0.5", "4", "9", out=b"2\n3\n")

    def test_of_a_name_that_is_none(self):
        self.check_usage("map", "examples.power", "--bind", "exponnent=3", "1",
                         err=b"'examples.power' has no parameter 'exponnent'; its parameters are (base: f64, exponent: f64)")

    def test_of_the_item(self):
        ended = prong("map", "examples.power", "--bind", "base=3", "1")
        self.assertEqual((ended.status, ended.out), (2, b""))
        self.assertRegex(ended.err, rb"^prong: [^\n]*'base'[^\n]*\n$")

    def test_of_a_value_that_does_not_fit(self):
        for value in ("x", "", "[3]", '"3"'):
            ended = prong("map", "examples.power", "--bind", f"exponent={value}", "1")
            self.assertEqual((ended.status, ended.out), (2, b""), value)
            self.assertRegex(ended.err, rb"^prong: [^\n]*'exponent'[^\n]*\n$")

    def test_twice_or_without_a_value(self):
        ended = prong("map", "examples.power", "--bind", "exponent=1", "--bind", "exponent=2", "1")
        self.assertEqual(ended.status, 2)
        self.assertRegex(ended.err, rb"^prong: [^\n]*bound twice\n$")
        self.check_usage("map", "examples.power", "--bind", "exponent", "1",
                         err=b"--bind exponent: NAME=VALUE is needed")


if __name__ == "__main__":
    unittest.main()
