"""`prong run`: all results to the result function of the same name."""

import json
import unittest

from prong_command import ECHOES, SANITIZED, ProngTest, environment, prong

ODD = b"prong: item %d: threw: std::domain_error: odd in trials.fail_odd\n"


class Run(ProngTest):
    def test_prints_what_the_result_function_returns(self):
        self.check("run", "examples.square", "--range", "10",
                   out=b'"examples.square returned [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]"\n')
        self.check("run", "examples.cube", "-r", "1", "2", out=b"examples.cube returned [1, 8]\n")
        self.check("run", "examples.square", "-r", given=b"5\n6", out=b"examples.square returned [25, 36]\n")

    def test_of_no_inputs(self):
        self.check("run", "examples.square", "-r", "--range", "0", out=b"examples.square returned []\n")
        self.check("run", "trials.fail_odd", "-r", given=b"", out=b"0 results:\n")

    def test_of_a_million_in_order(self):
        self.check("run", "trials.scale", "--bind", "factor=2", "--bind", "offset=0.5", "--range", "1000000",
                   out=b"999999000000.5\n")
        numbers = range(0, 200000, 2)
        expected = b"100000 results:" + b"".join(b" %d" % n for n in numbers) + b"\n"
        ended = prong("run", "trials.fail_odd", "-r", "-j", "3", given=b"".join(b"%d\n" % n for n in numbers))
        self.assertEqual((ended.status, ended.err), (0, b""))
        self.assertEqual([float(n) for n in ended.out.split()[2:]], list(numbers))

    def test_binds_each_name_where_it_belongs(self):
        words = ("run", "trials.scale", "1", "2", "3")
        self.check(*words, "--bind", "factor=10", "--bind", "offset=0.5", out=b"60.5\n")
        self.check_usage(*words, "--bind", "factor=10", "--bind", "offset=1", "--bind", "fcator=3",
                         err=b"'trials.scale' has no parameter 'fcator': the map function is "
                             b"scale(x: f64, factor: f64) -> f64, the result function "
                             b"scale(results: [f64], offset: f64) -> f64")

    def test_misses_an_argument_of_the_result_function(self):
        ended = prong("run", "trials.scale", "1", "--bind", "factor=1")
        self.assertEqual((ended.status, ended.out), (2, b""))
        self.assertRegex(ended.err, rb"^prong: [^\n]*'offset'[^\n]*\n$")

    def test_hands_over_the_survivors(self):
        for skip in ([], ["--on-error=skip"]):
            self.check("run", "trials.fail_odd", "-r", *skip, "0", "1", "2", "3", "4", "-j", "1",
                       out=b"3 results: 0 2 4\n", err=ODD % 1 + ODD % 3, status=1)
        self.check("run", "trials.fail_odd", "-r", "1", out=b"0 results:\n", err=ODD % 0, status=1)

    def test_stop_does_not_call_the_result_function(self):
        self.check("run", "trials.fail_odd", "--on-error", "stop", "0", "1", "2", "3", err=ODD % 1, status=1)
        self.check("run", "trials.fail_odd", "--on-error", "stop", "-r", "0", "2", out=b"2 results: 0 2\n")
        self.check_usage("run", "trials.fail_odd", "--on-error", "null", "0",
                         err=b"--on-error null: skip or stop is needed")

    def test_failing_result_function(self):
        self.check("run", "trials.number", "1", "2", status=1,
                   err=b"prong: threw: std::runtime_error: no answer in trials.number\n")

    def test_finds_what_is_wrong_before_anything_runs(self):
        path = self.folder() / "touched"
        ended = prong("run", "trials.touch", path)
        self.assertEqual((ended.status, ended.out, path.exists()), (2, b"", False))
        self.assertRegex(ended.err, rb"^prong: [^\n]*'trials\.touch'[^\n]*f64[^\n]*str[^\n]*\n$")
        self.check("run", "trials.echo", path, status=3,
                   err=b"prong: cannot find result function 'trials.echo': trials.so has a map function of that name "
                       b"and no result function\n")


class Reductions(ProngTest):
    """What reaches a result function, told by itself."""

    def setUp(self):
        super().setUp()
        self.env = environment(PRONG_PLUGIN_PATH=ECHOES)

    def test_survivors_keep_the_indices_of_their_inputs(self):
        odd = b"prong: item %d: threw: std::domain_error: odd in echoes.even\n"
        self.check("run", "echoes.even", "0", "1", "2", "3", "4", "-j", "1", out=b"[[0,0],[2,2],[4,4]]\n",
                   err=odd % 1 + odd % 3, status=1, env=self.env)
        empty = b"prong: item %d: threw: std::invalid_argument: no word in echoes.word\n"
        self.check("run", "echoes.word", "", "a", "", "b", "-j", "1", out=b'[[1,"a"],[3,"b"]]\n',
                   err=empty % 0 + empty % 2, status=1, env=self.env)
        self.check("run", "echoes.even", "1", out=b"[]\n", err=odd % 0, status=1, env=self.env)

    def test_survivors_of_rejected_lines_keep_theirs(self):
        self.check("run", "echoes.even", "-j", "1", given=b"x\n2\n\n4\n", out=b"[[1,2],[3,4]]\n", status=1, env=self.env, err=(
            b"prong: item 0: rejected: line 1: expected i64 (-9223372036854775808 to 9223372036854775807), found x\n"
            b"prong: item 2: rejected: line 3: expected i64 (-9223372036854775808 to 9223372036854775807), found nothing\n"))

    def test_survivors_of_many(self):
        ended = prong("run", "echoes.even", "--range", "20000", "-j", "3", "--chunk", "7", env=self.env)
        self.assertEqual((ended.status, ended.err.count(b"\n")), (1, 10000))
        self.assertEqual(json.loads(ended.out), [[n, n] for n in range(0, 20000, 2)])

    def test_all_results_without_failures_are_counted_from_0(self):
        self.check("run", "echoes.even", "4", "2", out=b"[[0,4],[1,2]]\n", env=self.env)
        self.check("run", "echoes.word", "-R", given=b"b\na\n", out=b'[[0,"b"],[1,"a"]]\n', env=self.env)
        self.check("run", "echoes.even_point", "4", "2", out=b"[4,2]\n", env=self.env)

    def test_binds_values_of_any_type_to_both_functions(self):
        words = ["run", "echoes.repeat", "a", "", "b", "--bind", "times=2", "--bind", "text=[as it is]",
                 "--bind", 'shape={"name":"!","points":[{"x":1,"y":-2147483648}],"tag":null}',
                 "--bind", 'list=["","é"]', "--bind", 'any={"k":[18446744073709551615,null]}']
        self.check(*words, status=1, env=self.env,
                   out='[[[0,["a!","a!"]],[2,["b!","b!"]]],["","é"],"[as it is]",'
                       '{"name":"!","points":[{"x":1,"y":-2147483648}],"tag":null},'
                       '{"k":[18446744073709551615,null]}]\n'.encode(),
                   err=b"prong: item 1: threw: std::invalid_argument: nothing to repeat in echoes.repeat\n")
        self.check_usage(*words, "--bind", "list=7", err=b"'echoes.repeat': argument 'list' is bound twice",
                         env=self.env)

    def test_a_bound_value_that_does_not_fit_is_told_first(self):
        mark = self.folder() / "mark"
        self.check_usage("run", "echoes.process", "1", "--bind", "file=" + str(mark), "--bind", "fiel=1", env=self.env,
                         err=b"'echoes.process' has no parameter 'fiel': the map function is process(x: i32) -> i32, "
                             b"the result function process(workers: [i32], file: str) -> (i32, bool)")
        self.check_usage("run", "echoes.checked", "[1]", "--bind", "least=x", env=self.env,
                         err=b"'echoes.checked': argument 'least': expected f64, found x")
        self.assertFalse(mark.exists())

    def test_the_name_of_an_item_is_free_for_an_argument_of_the_other_function(self):
        self.check("run", "echoes.times", "1", "2", "--bind", "factor=10", "--bind", "x=0.5", out=b"30.5\n",
                   env=self.env)
        self.check_usage("run", "echoes.checked", "[1]", "--bind", "least=0", "--bind", "numbers=[]", env=self.env,
                         err=b"'echoes.checked': the first parameter, 'numbers', is the item and cannot be bound")

    def test_stop_does_not_call_it(self):
        mark = self.folder() / "mark"
        words = ["run", "echoes.fail_if_empty", "a", "", "b", "--bind", f"file={mark}", "--on-error"]
        failure = b"prong: item 1: threw: std::invalid_argument: no word in echoes.fail_if_empty\n"
        self.check(*words, "stop", err=failure, status=1, env=self.env)
        self.assertFalse(mark.exists())
        self.check(*words, "skip", out=b'"2"\n', err=failure, status=1, env=self.env)
        self.assertTrue(mark.exists())

    def test_what_is_wrong_with_it_is_found_before_anything_runs(self):
        mark = self.folder() / "mark"
        self.check("run", "echoes.touch", mark, status=3, env=self.env,
                   err=b"prong: cannot find result function 'echoes.touch': echoes.so has a map function of that name "
                       b"and no result function\n")
        self.check_usage("run", "echoes.mismatched", mark, env=self.env,
                         err=b"'echoes.mismatched': the result function takes a list of f64, the results are str")
        self.assertFalse(mark.exists())

    def test_its_own_failure_is_the_commands(self):
        self.check("run", "echoes.checked", "[1,2]", "[]", "--bind", "least=1", out=b"null\n", env=self.env)
        self.check("run", "echoes.checked", "[1,2]", "[]", "--bind", "least=2", status=1, env=self.env,
                   err=b"prong: threw: std::range_error: one is too small in echoes.checked\n")

    def test_its_death_is_too(self):
        ended = prong("run", "trials.number_then_die", "1", "2")
        self.assertEqual((ended.status, ended.out), (1, b""))
        where = rb"[^\n]*" if SANITIZED else rb"[^\n]*trials::[^\n]*"  # a sanitizer has an abort() of its own
        self.assertRegex(ended.err, rb"^prong: crashed: SIGABRT in trials\.number_then_die \(worker \d+\): at " + where + rb"\n(prong:   .*\n)*$")

    def test_it_runs_in_a_worker(self):
        process, is_worker = json.loads(prong("run", "echoes.process", "1", "-j", "1", "--bind", "file=", env=self.env).out)
        self.assertTrue(is_worker)


class Call(ProngTest):
    def test_gives_each_argument_to_a_parameter(self):
        self.check("call", "examples.hypot", "3", "4", out=b"5\n")
        self.check("call", "examples.square", "-3", out=b"9\n")
        self.check("call", "trials.echo", "[1,2]", out=b'"[1,2]"\n')
        self.check("call", "trials.echo", "-r", "--", "-x", out=b"-x\n")
        self.check("call", "trials.echo", "", out=b'""\n')

    def test_with_another_number_of_arguments(self):
        signature = b"hypot(x: f64, y: f64) -> f64"
        self.check_usage("call", "examples.hypot", err=b"'examples.hypot' takes 2 arguments, not 0: " + signature)
        self.check_usage("call", "examples.hypot", "3", "4", "5",
                         err=b"'examples.hypot' takes 2 arguments, not 3: " + signature)
        self.check_usage("call", "examples.square",
                         err=b"'examples.square' takes 1 argument, not 0: square(x: f64) -> f64")

    def test_of_an_argument_that_does_not_fit(self):
        for arguments in (["x", "4"], ["3", "x"], ["", "4"], ["3", "[4]"]):
            ended = prong("call", "examples.hypot", *arguments)
            self.assertEqual((ended.status, ended.out), (2, b""), arguments)
            self.assertRegex(ended.err, rb"^prong: [^\n]+\n$")

    def test_that_fails(self):
        self.check("call", "examples.sqrt", "-1", status=1,
                   err=b"prong: threw: std::domain_error: a negative number has no real square root in examples.sqrt\n")
        ended = prong("call", "examples.crash", "1")
        self.assertEqual((ended.status, ended.out), (1, b""))
        self.assertRegex(ended.err, rb"^prong: crashed: SIGSEGV in examples\.crash \(worker \d+\): [^\n]*\n(prong:   .*\n)+$")

    def test_of_no_function(self):
        self.check("call", "examples.sqare", "3", status=3,
                   err=b"prong: cannot find map function 'examples.sqare': examples.so has no such function "
                       b"(did you mean 'square'?)\n")


if __name__ == "__main__":
    unittest.main()
