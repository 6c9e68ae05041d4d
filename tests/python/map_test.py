"""map and its kin over plain values: results, failures, bound arguments, options."""

import pickle
import unittest

import prong
from pool_test_case import PoolTest, make_pool


class Maps(PoolTest):
    def test_map_gives_a_list_in_input_order(self):
        for items in (range(10), list(range(10)), tuple(range(10)), (x for x in range(10)), iter(range(10))):
            self.assertEqual(self.pool.map("examples.square", items), [x * x for x in range(10)])

    def test_nothing_gives_nothing(self):
        self.assertEqual(self.pool.map("examples.square", []), [])
        self.assertEqual(self.pool.map("examples.upper", iter(())), [])
        self.assertEqual(len(self.pool.map_outcomes("examples.square", [])), 0)
        self.assertEqual(list(self.pool.imap("examples.square", [])), [])
        self.assertEqual(self.pool.map_async("examples.square", []).get(30), [])

    def test_many_items_and_chunk_sizes(self):
        numbers = [float(x) for x in range(20_000)]
        for chunk in (None, 1, 7, 100_000):
            self.assertEqual(self.pool.map("examples.square", numbers, chunk), [x * x for x in numbers])

    def test_tuples_give_all_arguments(self):
        self.assertEqual(self.pool.starmap("examples.hypot", [(3, 4), [5.0, 12]]), [5, 13])
        self.assertEqual(self.pool.map("examples.hypot", [(3, 4)]), [5])
        self.assertEqual(self.pool.starmap("examples.square", [(3,), [4]]), [9, 16])
        self.raises(prong.Mismatch, "'examples.square' takes one argument for each item; starmap's items are tuples of it",
                    self.pool.starmap, "examples.square", [1, 2])

    def test_arguments_are_bound_by_name(self):
        self.assertEqual(self.pool.map("examples.power", [1, 2, 3], exponent=3), [1, 8, 27])
        self.assertEqual(self.pool.map("examples.power", [2], bind={"exponent": 2}), [4])
        self.assertEqual(self.pool.starmap("examples.power", [(3,)], exponent=2), [9])
        self.assertEqual(list(self.pool.imap("examples.power", [2], exponent=3)), [8])
        self.raises(prong.Mismatch, "'examples.power' has no parameter 'expnent'; its parameters are "
                    "(base: f64, exponent: f64)", self.pool.map, "examples.power", [1], expnent=3)
        self.raises(prong.Mismatch, "'examples.power': argument 'exponent': expected f64, found the str \"x\"",
                    self.pool.map, "examples.power", [1], exponent="x")
        self.raises(prong.Mismatch, "argument 'exponent' cannot be sent: it is a value of type 'set', …",
                    self.pool.map, "examples.power", [1], exponent={1})

    def test_the_first_failure_is_raised(self):
        failed = self.raises(prong.TaskFailed, "item 1: threw: std::domain_error: a negative number has no real square "
                             "root in examples.sqrt", self.pool.map, "examples.sqrt", [1, -1, -2])
        self.assertEqual((failed.index, failed.kind, failed.crash), (1, "threw", None))
        self.assertEqual(failed.message, str(failed))
        self.assertEqual(failed.failure.type, "std::domain_error")

    def test_a_crash_carries_its_report(self):
        failed = self.raises(prong.TaskFailed, "item 2: crashed: SIGSEGV in examples.crash (worker …",
                             self.pool.map, "examples.crash", [0, 0, 7, 0])
        self.assertEqual((failed.kind, failed.index, failed.failure.signal), ("crashed", 2, 11))
        self.assertEqual((failed.crash.address, failed.crash.input), (0, "7"))
        self.assertIn("examples::crash", str(failed.crash.frames[0]))
        self.assertGreater(failed.crash.peak_memory, 0)
        again = pickle.loads(pickle.dumps(failed))
        self.assertEqual((str(again), again.crash), (str(failed), failed.crash))
        self.assertEqual(self.pool.map("examples.crash", [0]), [0])

    def test_outcomes_tell_of_each_item(self):
        outcomes = self.pool.map_outcomes("culprits.call_exit", [0, 4, 0])
        self.assertEqual([bool(one) for one in outcomes], [True, False, True])
        self.assertEqual([one.kind for one in outcomes], ["returned", "exited", "returned"])
        self.assertEqual((outcomes[0].value, outcomes[-1].value, outcomes[1].failure.exit_code), (0, 0, 3))
        self.raises(prong.TaskFailed, outcomes[1].failure.message, lambda: outcomes[1].value)
        self.assertEqual(outcomes.returned, [True, False, True])
        self.assertEqual(outcomes.failures, [outcomes[1].failure])
        self.assertEqual(len(outcomes[1:]), 2)
        self.assertRaises(IndexError, lambda: outcomes[3])
        self.assertIsNone(outcomes.array)
        self.assertEqual(outcomes.build, outcomes.failures[0].build)
        module = next(one for one in self.pool.modules() if one.module == "culprits")
        self.assertEqual((outcomes.build.build_id, outcomes.build.file), (module.build_id, module.file))

    def test_an_item_that_does_not_fit_is_rejected_alone(self):
        outcomes = self.pool.map_outcomes("examples.square", [1, "a", None, 2.5, True])
        self.assertEqual([one.kind for one in outcomes], ["returned", "rejected", "rejected", "returned", "rejected"])
        self.assertEqual(outcomes[1].failure.message, 'item 1: rejected: expected f64, found the str "a"')

    def test_a_value_without_a_form_is_an_error_before_anything_runs(self):
        for value, what in ((object(), "a value of type 'object', …"), ({1}, "a value of type 'set', …"),
                            (1j, "a value of type 'complex', …"), (1 << 64, "an integer of more than 64 bits"),
                            (-1 << 64, "an integer of more than 64 bits")):
            self.raises(prong.Mismatch, "item 1 cannot be sent: it is " + what, self.pool.map, "examples.square",
                        [0, value])

    def test_what_an_iterable_raises_is_raised(self):
        def numbers():
            yield 1
            raise KeyError("midway")

        class Broken:
            def __iter__(self):
                raise OSError("no items")

        for call in (self.pool.map, self.pool.map_outcomes, self.pool.map_async, self.pool.run):
            self.assertRaises(KeyError, call, "examples.square", numbers())
            self.assertRaises(OSError, call, "examples.square", Broken())
            self.assertRaises(TypeError, call, "examples.square", 3)

    def test_a_missing_function_is_told_with_a_suggestion(self):
        sentence = "cannot find map function 'examples.sqare': examples.so has no such function (did you mean 'square'?)"
        for call in (self.pool.map, self.pool.map_async, self.pool.imap, self.pool.run):
            error = self.raises(prong.CannotFind, sentence, call, "examples.sqare", [1])
            self.assertIsInstance(error, LookupError)
        self.raises(prong.UsageError, f"a function goes by its name, as in 'stats.square', and not as {abs!r}",
                    self.pool.map, abs, [1])

    def test_retries_timeouts_and_seeds(self):
        outcome = self.pool.map_outcomes("examples.slow", [60.0], timeout=0.05)[0]
        self.assertEqual(outcome.kind, "timed_out")
        draws = [self.pool.map("trials.draw", range(5), seed=seed) for seed in (1, 1, 2)]
        self.assertEqual(draws[0], draws[1])
        self.assertNotEqual(draws[0], draws[2])
        self.raises(prong.UsageError, "'examples.square': a time-out of 0 ns: it must be positive", self.pool.map,
                    "examples.square", [1], timeout=0)
        for option, value in (("retries", -1), ("seed", 1 << 64), ("seed", 1.5), ("chunksize", -1), ("chunksize", "x")):
            self.assertRaises(prong.UsageError, self.pool.map, "examples.square", [1], **{option: value})
        self.assertRaises(ValueError, self.pool.map, "examples.square", [1], timeout=float("nan"))
        self.assertEqual(self.pool.map("examples.square", [2], timeout=float("inf"), retries=2), [4])

    def test_run_gives_all_results_to_the_result_function(self):
        self.assertEqual(self.pool.run("examples.square", range(3)), "examples.square returned [0, 1, 4]")
        self.assertEqual(self.pool.run("trials.scale", [1, 2], factor=10, offset=0.5), 30.5)
        self.assertEqual(self.pool.run("echoes.word", ["a", "b"]), [(0, "a"), (1, "b")])
        self.assertIsNone(self.pool.run("echoes.checked", [[1.0], [2.0]], least=0.5))
        failed = self.raises(prong.TaskFailed, "threw: std::runtime_error: no answer in trials.number",
                             self.pool.run, "trials.number", [1])
        self.assertIsNone(failed.index)
        failed = self.raises(prong.TaskFailed, "item 1: threw: std::domain_error: odd in trials.fail_odd",
                             self.pool.run, "trials.fail_odd", [0, 1])
        self.raises(prong.CannotFind, "cannot find result function 'examples.sqrt': …", self.pool.run, "examples.sqrt", [1])
        self.raises(prong.Mismatch, "'trials.scale' has no parameter 'x2'; …", self.pool.run, "trials.scale", [1], factor=1,
                    offset=1, x2=1)
        self.assertEqual(self.pool.run("examples.square", []), "examples.square returned []")

    def test_apply_takes_arguments_by_position_and_name(self):
        self.assertEqual(self.pool.apply("examples.hypot", (3, 4)), 5)
        self.assertEqual(self.pool.apply("examples.hypot", (3,), {"y": 4}), 5)
        self.assertEqual(self.pool.apply("examples.power", kwds={"exponent": 2, "base": 3}), 9)
        for args, kwds, sentence in (
                ((1, 2, 3), {}, "takes 2 arguments, and 3 were given"), ((1,), {}, "needs a value for 'y' too"),
                ((1,), {"x": 1}, "'x' was given twice"), ((), {"z": 1}, "has no parameter 'z'")):
            error = self.raises(prong.Mismatch, "examples.hypot(x: f64, y: f64) -> f64…", self.pool.apply,
                                "examples.hypot", args, kwds)
            self.assertIn(sentence, str(error))
        self.raises(prong.TaskFailed, "item 0: threw: …", self.pool.apply, "examples.sqrt", (-1,))
        self.raises(prong.TaskFailed, "item 0: timed_out: …", self.pool.apply, "examples.slow", (60,), timeout=0.05)


class Descriptions(PoolTest):
    def test_functions_are_described(self):
        info = self.pool.describe("examples.power")
        self.assertEqual(str(info), "examples.power(base: f64, exponent: f64) -> f64")
        self.assertEqual((info.kind, info.pure, info.doc), ("map", False, "base to the power of exponent"))
        self.assertEqual(self.pool.describe("examples.square", "result").kind, "result")
        self.assertRaises(prong.CannotFind, self.pool.describe, "examples.nothing")
        self.assertRaises(prong.UsageError, self.pool.describe, "examples.square", "other")

    def test_everything_on_the_plugin_path_is_listed(self):
        names = [function.name for function in self.pool.functions()]
        for name in ("examples.square", "echoes.point", "culprits.segv"):
            self.assertIn(name, names)
        module = next(one for one in self.pool.modules() if one.module == "examples")
        self.assertEqual((module.version, module.license, module.abi[0], module.refusal), ("1.0.0", "MIT", 1, None))
        self.assertIn("examples.square", [function.name for function in prong.list_functions()])
        self.assertNotIn("echoes.point", [function.name for function in prong.list_functions()])

    def test_a_pool_tells_of_itself(self):
        with make_pool(3, initializer="examples.square", initargs=(1.0,), maxtasksperchild=1000) as pool:
            self.assertEqual(pool.workers, 3)
            pool.resize(2)
            self.assertEqual(pool.workers, 2)
            pool.map_outcomes("examples.sqrt", [1, -1])
            statistics = pool.statistics()
            self.assertEqual((statistics.items, statistics.failures), (2, 1))
            self.assertTrue(pool.worker_pids())
            self.assertEqual(pool.sandbox_report().level, "none")
            self.assertRaises(prong.UsageError, pool.resize, -1)


if __name__ == "__main__":
    unittest.main()
