"""Results that come later: AsyncResult, callbacks, futures; and streams."""

import asyncio
import concurrent.futures
import itertools
import multiprocessing
import sys
import threading
import time
import unittest

import prong
from pool_test_case import PoolTest, make_pool


class Unraisable:
    """What goes to sys.unraisablehook meanwhile."""

    def __enter__(self):
        self.before, self.seen = sys.unraisablehook, []
        sys.unraisablehook = lambda it: self.seen.append((it.exc_type, it.object))
        return self.seen

    def __exit__(self, *_):
        sys.unraisablehook = self.before


class Results(PoolTest):
    def test_get_as_often_as_one_likes(self):
        later = self.pool.map_async("examples.square", [1, 2])
        self.assertEqual((later.get(), later.get(30)), ([1, 4], [1, 4]))
        self.assertTrue(later.ready() and later.successful() and later.wait())
        self.assertEqual(later.progress(), prong.JobProgress(2, 2, 0))
        self.assertEqual(self.pool.starmap_async("examples.hypot", [(3, 4)]).get(30), [5])
        self.assertEqual(self.pool.apply_async("examples.hypot", (3,), {"y": 4}).get(30), 5)

    def test_times_out_and_goes_on(self):
        later = self.pool.apply_async("examples.slow", (0.3,))
        for kind in (prong.TimedOut, multiprocessing.TimeoutError, TimeoutError):
            self.assertRaises(kind, later.get, 0.01)
        self.assertFalse(later.wait(0.01))
        self.assertFalse(later.ready())
        self.raises(prong.UsageError, "successful: the result is not there yet", later.successful)
        self.assertEqual(later.get(30), 0.3)

    def test_failures_are_raised_each_time(self):
        later = self.pool.map_async("examples.sqrt", [1, -1])
        for _ in range(2):
            self.raises(prong.TaskFailed, "item 1: threw: …", later.get, 30)
        self.assertFalse(later.successful())

    def test_cancel_stops_what_runs(self):
        later = self.pool.apply_async("examples.slow", (3600.0,))
        later.cancel()
        self.raises(prong.TaskFailed, "item 0: cancelled…", later.get, 30)

    def test_callbacks_run_once_before_the_result_is_ready(self):
        seen = []
        self.assertEqual(self.pool.map_async("examples.square", [2], callback=seen.append).get(30), [4])
        self.assertEqual(seen, [[4]])
        later = self.pool.apply_async("examples.sqrt", (-1,), callback=seen.append, error_callback=seen.append)
        self.raises(prong.TaskFailed, "item 0: threw: …", later.get, 30)
        self.assertEqual((len(seen), type(seen[1]), seen[1].kind), (2, prong.TaskFailed, "threw"))
        self.assertTrue(later.wait(0))

    def test_callbacks_run_on_a_thread_of_the_pool_and_may_call_it(self):
        done = threading.Event()
        seen = []

        def callback(value):
            seen.append(threading.get_ident() != threading.main_thread().ident)
            inner = self.pool.map_async("examples.square", [value], callback=seen.append)
            seen.append(inner.get(30))  # its own callback comes later, on this very thread
            seen.append(self.pool.apply("examples.square", (value,)))
            done.set()

        self.pool.apply_async("examples.square", (2,), callback=callback).get(30)
        self.assertTrue(done.wait(30))
        self.assertEqual(seen[:3], [True, [16], 16])

    def test_what_a_callback_raises_is_reported_and_the_result_is_there(self):
        def fail(_):
            raise LookupError("in a callback")

        with Unraisable() as seen:
            self.assertEqual(self.pool.apply_async("examples.square", (2,), callback=fail).get(30), 4)
            later = self.pool.apply_async("examples.sqrt", (-2,), error_callback=fail)
            self.assertRaises(prong.TaskFailed, later.get, 30)
            self.pool.apply_async("examples.square", (2,), callback=lambda: None).get(30)
        self.assertEqual(seen[:2], [(LookupError, fail)] * 2)
        self.assertEqual(seen[2][0], TypeError)

    def test_thousands_of_callbacks(self):
        count, seen, done = 3000, [], threading.Event()

        def callback(value):
            seen.append(value)
            if len(seen) == count:
                done.set()

        for number in range(count):
            self.pool.apply_async("examples.square", (number,), callback=callback)
        self.assertTrue(done.wait(60))
        self.assertEqual(sorted(seen), [float(x * x) for x in range(count)])

    def test_callbacks_of_a_terminated_pool_are_told(self):
        pool, seen = make_pool(1), []
        later = pool.apply_async("examples.slow", (3600,), callback=seen.append, error_callback=seen.append)
        pool.terminate()
        self.raises(prong.TaskFailed, "item 0: lost: the pool was terminated…", later.get, 30)
        self.assertEqual([one.kind for one in seen], ["lost"])
        pool.join()

    def test_many_threads_get_one_result(self):
        later, found = self.pool.map_async("examples.slow", [0.1, 0.0]), []
        threads = [threading.Thread(target=lambda: found.append(later.get(30))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(found, [[0.1, 0]] * 8)

    def test_many_threads(self):
        failures = []

        def work(seed):
            try:
                for number in range(30):
                    items = [float(seed * 100 + number + i) for i in range(20)]
                    assert self.pool.map("examples.square", items) == [x * x for x in items]
                    assert self.pool.apply("examples.upper", (f"a{seed}",)) == f"A{seed}"
                    assert sum(self.pool.imap_unordered("examples.square", items)) == sum(x * x for x in items)
                    assert self.pool.map_outcomes("examples.sqrt", [-1.0])[0].kind == "threw"
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(failures, [])

    def test_others_run_while_a_call_waits(self):
        ticks, stop = [], threading.Event()

        def tick():
            while not stop.is_set():
                ticks.append(1)
                time.sleep(0.001)

        thread = threading.Thread(target=tick)
        thread.start()
        try:
            for wait in (lambda: self.pool.map("examples.slow", [0.2]),
                         lambda: self.pool.apply_async("examples.slow", (0.2,)).wait(),
                         lambda: list(self.pool.imap("examples.slow", [0.2]))):
                before = len(ticks)
                wait()
                self.assertGreater(len(ticks), before + 5)
        finally:
            stop.set()
            thread.join()


class Futures(PoolTest):
    def test_submit_gives_a_future(self):
        future = self.pool.submit("examples.hypot", 3, y=4)
        self.assertIsInstance(future, concurrent.futures.Future)
        self.assertEqual(future.result(30), 5)
        failed = self.pool.submit("examples.crash", 1).exception(30)
        self.assertEqual((type(failed), failed.kind), (prong.TaskFailed, "crashed"))
        self.assertRaises(prong.Mismatch, self.pool.submit, "examples.hypot", 3)

    def test_futures_are_waited_for_together(self):
        futures = [self.pool.submit("examples.square", x) for x in range(50)]
        done, pending = concurrent.futures.wait(futures, 30)
        self.assertEqual((sorted(one.result() for one in done), pending), ([x * x for x in range(50)], set()))
        self.assertEqual({one.result() for one in concurrent.futures.as_completed(futures, 30)},
                         {float(x * x) for x in range(50)})

    def test_cancelling_stops_the_call(self):
        future = self.pool.submit("examples.slow", 3600.0)
        self.assertTrue(future.cancel())
        self.assertRaises(concurrent.futures.CancelledError, future.result, 30)
        self.assertEqual(self.pool.map("examples.slow", [0.0] * 4), [0] * 4)

    def test_an_event_loop_awaits_it(self):
        async def both():
            loop = asyncio.get_running_loop()
            return await asyncio.gather(loop.run_in_executor(self.pool, "examples.square", 3.0),
                                        asyncio.wrap_future(self.pool.submit("examples.upper", "a")))

        self.assertEqual(asyncio.run(both()), [9, "A"])

    def test_the_pool_lives_as_long_as_a_future(self):
        future = make_pool(1).submit("examples.slow", 0.1)
        self.assertEqual(future.result(30), 0.1)

    def test_shutdown_waits_or_gives_up(self):
        pool = make_pool(1)
        future = pool.submit("examples.slow", 0.1)
        pool.shutdown()
        self.assertEqual(future.result(0), 0.1)
        pool = make_pool(1)
        future = pool.submit("examples.slow", 3600.0)
        pool.shutdown(cancel_futures=True)
        self.assertEqual(future.exception(30).kind, "lost")


class Streams(PoolTest):
    def test_an_endless_input_is_read_a_window_ahead(self):
        read = itertools.count()
        squares = self.pool.imap("examples.square", read)
        self.assertEqual([next(squares) for _ in range(1000)], [x * x for x in range(1000)])
        del squares
        few = itertools.count()
        bounded = self.pool.imap("examples.square", few, window=10)
        self.assertEqual([next(bounded) for _ in range(100)], [x * x for x in range(100)])
        self.assertLessEqual(next(few), 120)

    def test_unordered_gives_all(self):
        found = list(self.pool.imap_unordered("examples.square", range(5000), 3))
        self.assertEqual(sorted(found), [x * x for x in range(5000)])
        slow = self.pool.imap_unordered("examples.slow", [0.5, 0.0], 1)
        self.assertEqual(next(slow), 0)

    def test_a_failure_is_raised_where_it_stands(self):
        roots = self.pool.imap("examples.sqrt", [1, -1, 4])
        self.assertEqual(next(roots), 1)
        self.assertEqual(self.raises(prong.TaskFailed, "item 1: threw: …", next, roots).index, 1)
        self.assertEqual(list(roots), [2])
        self.assertEqual(list(roots), [])
        self.assertEqual([one.kind for one in self.pool.imap_outcomes("culprits.segv", [0, 1, 0])],
                         ["returned", "crashed", "returned"])

    def test_what_the_input_raises_comes_after_what_was_read(self):
        def numbers():
            yield 1
            yield 2
            raise KeyError("midway")

        squares = self.pool.imap("examples.square", numbers())
        self.assertEqual([next(squares), next(squares)], [1, 4])
        self.assertRaises(KeyError, next, squares)
        self.assertRaises(StopIteration, next, squares)
        formless = self.pool.imap("examples.square", iter([1, 2, 3, {1}, 5]))
        self.assertEqual([next(formless) for _ in range(3)], [1, 4, 9])
        self.assertRaises(prong.Mismatch, next, formless)
        self.assertRaises(StopIteration, next, formless)
        self.assertRaises(TypeError, self.pool.imap, "examples.square", 5)

    def test_the_next_one_in_time(self):
        slow = self.pool.imap("examples.slow", [0.3])
        self.assertRaises(multiprocessing.TimeoutError, slow.next, 0.01)
        self.assertEqual(slow.next(30), 0.3)
        self.assertRaises(StopIteration, slow.next, 30)

    def test_an_input_that_asks_for_results_of_itself(self):
        def numbers():
            yield 1.0
            yield next(squares)

        squares = self.pool.imap("examples.square", numbers())
        self.assertEqual(next(squares), 1)
        self.raises(prong.UsageError, "imap: the input asks for results of itself", next, squares)

    def test_several_threads_share_one(self):
        squares, found = self.pool.imap("examples.square", range(3000)), []
        threads = [threading.Thread(target=lambda: found.extend(squares)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(sorted(found), [x * x for x in range(3000)])


if __name__ == "__main__":
    unittest.main()
