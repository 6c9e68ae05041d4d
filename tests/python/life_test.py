"""A pool from its beginning to its end: options, signals, forks, and the end of the interpreter."""

import gc
import os
import pathlib
import pickle
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

import numpy
import prong
from pool_test_case import PLUGINS, WATCHDOG_SECONDS, PoolTest, make_pool, run_program


class Ends(PoolTest):
    def test_a_closed_pool_takes_no_calls(self):
        pool = make_pool(1)
        later = pool.map_async("examples.slow", [0.1])
        pool.close()
        for call in (pool.map, pool.map_async, pool.map_outcomes, pool.imap, pool.starmap, pool.run):
            self.raises(prong.UsageError, "the pool was closed: it takes no more calls", call, "examples.square", [])
        for call in (pool.apply, pool.apply_async):
            self.raises(prong.UsageError, "the pool was closed: it takes no more calls", call, "examples.square", (1,))
        self.assertRaises(prong.UsageError, pool.submit, "examples.square", 1)
        pool.join()
        self.assertEqual(later.get(0), [0.1])
        pool.close()
        pool.join()
        pool.terminate()

    def test_join_wants_the_pool_closed(self):
        pool = make_pool(1)
        for _ in range(2):
            self.raises(prong.UsageError, "join: close or terminate the pool first", pool.join)
        later = pool.apply_async("examples.slow", (3600,))
        pool.close()
        self.assertRaises(prong.TimedOut, pool.join, 0.05)
        pool.terminate()
        pool.join()
        self.assertRaises(prong.TaskFailed, later.get, 30)

    def test_a_with_statement_ends_it(self):
        with make_pool(1) as pool:
            pids = [pool.map("trials.worker", [1.0])[0]]
        for pid in pids:
            self.assertFalse(os.path.exists(f"/proc/{pid}"))
        self.raises(prong.UsageError, "the pool was terminated: it takes no more …", pool.map, "examples.square", [1])

    def test_a_pool_that_nobody_holds_ends(self):
        pool = make_pool(1)
        (pid,) = pool.map("trials.worker", [1.0])
        del pool
        gc.collect()
        self.assertFalse(os.path.exists(f"/proc/{pid}"))

    def test_a_callback_may_drop_the_last_of_it(self):
        out, err = run_program("""
            import gc, threading
            done = threading.Event()
            holder = [prong.Pool(1)]
            def callback(value):
                holder.clear()
                done.set()
            holder[0].apply_async("examples.square", (2.0,), callback=callback)
            assert done.wait(30)
            future = prong.Pool(1).submit("examples.square", 3.0)
            print(future.result(30))
            """)
        self.assertEqual((out, err), ("9.0\n", ""))

    def test_a_callback_may_end_it(self):
        seen = []
        pool = make_pool(1)

        def callback(value):
            pool.terminate()
            pool.join()
            seen.append(value)

        self.assertEqual(pool.apply_async("examples.square", (2.0,), callback=callback).get(30), 4)
        pool.join()
        self.assertEqual(seen, [4])

    def test_options_that_make_no_sense(self):
        for options in ({"workers": 0}, {"workers": -1}, {"workers": 5000}, {"workers": "two"}, {"workers": 1.5},
                        {"sandbox": "total"}, {"load_timeout": 0}, {"idle_timeout": -1}, {"maxtasksperchild": 0},
                        {"memory_limit": 1 << 30}, {"plugins": 3}, {"plugins": [3]}, {"processes": 1, "workers": 1}):
            with self.subTest(options):
                self.assertRaises(prong.UsageError, prong.Pool, **options)
        self.assertRaises(ValueError, prong.Pool, load_timeout=float("nan"))
        self.assertRaises(prong.CannotFind, make_pool, 1, initializer="examples.nothing", initargs=(1,))
        with self.assertRaisesRegex(prong.UsageError, "a function goes by its name"):
            make_pool(1, initializer=len)
        with self.assertRaisesRegex(prong.PoolBroken, "its initializer failed: item 0: threw: std::domain_error"):
            make_pool(1, initializer="examples.sqrt", initargs=(-1,)).map("examples.slow", [1.0])

    def test_it_cannot_be_pickled(self):
        sentence = "a pool works only in the process that made it: it cannot be pickled or given to another one"
        self.raises(prong.UsageError, sentence, pickle.dumps, self.pool)

    def test_plugins_are_searched_in_the_folders_given(self):
        with prong.Pool(1, plugins=os.environ["PRONG_ECHOES"]) as pool:
            self.assertEqual(pool.map("echoes.i8", [1]), [1])
        with prong.Pool(1, default_path=False) as pool:
            self.assertRaises(prong.CannotFind, pool.map, "examples.square", [1])
        self.assertIn(b"examples", subprocess.run([sys.executable, "-B", "-c", "import prong; print(prong.list_functions())"],
                                                 cwd="/", capture_output=True, check=True).stdout)

    def test_all_is_found_from_where_the_module_lies(self):
        built = pathlib.Path(prong.__file__).parents[2]
        with tempfile.TemporaryDirectory(prefix="prong-test-") as folder:
            moved = pathlib.Path(folder) / "moved"
            for part in ("lib/python", "lib/prong", "libexec"):
                shutil.copytree(built.parent / part, moved / part)
            for library in built.glob("libprong.so*"):
                shutil.copy(library, moved / "lib", follow_symlinks=False)
            environment = {"PYTHONPATH": str(moved / "lib/python")}
            out, err = run_program("""
                pool = prong.Pool(1)
                file = next(module.file for module in pool.modules() if module.module == "examples")
                print(prong.__file__, file, pool.map("examples.square", [3]))
                """, env=environment, cwd="/")
        self.assertEqual(out, f"{moved}/lib/python/prong/__init__.py {moved}/lib/prong/plugins/examples.so [9.0]\n")
        self.assertEqual(err, "")

    def test_crashes_again_and_again(self):
        for _ in range(20):
            self.assertEqual([one.kind for one in self.pool.map_outcomes("culprits.segv", [1, 0, 1])],
                             ["crashed", "returned", "crashed"])


class Signals(PoolTest):
    """Ctrl-C, in programs of their own."""

    def interrupted(self, wait):
        """A program that is interrupted in this wait, and goes on to use the pool."""
        program = textwrap.dedent(f"""
            import sys, prong
            pool = prong.Pool(2, plugins={PLUGINS!r})
            pool.map("examples.slow", [0.0])
            later = pool.apply_async("examples.slow", (3600.0,))
            stream = pool.imap("examples.slow", [3600.0])
            print("waiting", flush=True)
            try:
                {wait}
                print("not interrupted")
            except KeyboardInterrupt:
                later.cancel()
                del stream
                print(pool.map("examples.square", range(3)))
            """)
        process = subprocess.Popen([sys.executable, "-B", "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "waiting\n")
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=WATCHDOG_SECONDS)
        self.assertEqual((out, err, process.returncode), ("[0.0, 1.0, 4.0]\n", "", 0))

    def test_ctrl_c_ends_every_wait_and_leaves_the_pool(self):
        for wait in ("pool.map('examples.slow', [3600.0])", "pool.apply('examples.slow', (3600.0,))", "later.get()",
                     "later.wait()", "next(stream)", "later.get(3600)",
                     "pool.submit('examples.slow', 3600.0).result()", "pool.map_outcomes('examples.slow', [3600.0])"):
            with self.subTest(wait):
                self.interrupted(wait)

    def test_ctrl_c_ends_join(self):
        program = textwrap.dedent("""
            import prong
            pool = prong.Pool(1)
            later = pool.apply_async("examples.slow", (3600.0,))
            pool.close()
            print("waiting", flush=True)
            try:
                pool.join()
            except KeyboardInterrupt:
                pool.terminate()
                pool.join()
                print("ended")
            """)
        process = subprocess.Popen([sys.executable, "-B", "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
        self.addCleanup(process.kill)
        process.stdout.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.communicate(timeout=WATCHDOG_SECONDS), ("ended\n", ""))


class Interpreters(PoolTest):
    def test_it_ends_quietly_with_a_pool_that_works(self):
        for work in ("", "later = pool.map_async('examples.slow', [3600.0] * 9)", "s = pool.imap('examples.slow', [3600.0])",
                     "f = pool.submit('examples.slow', 3600.0)", "x = pool.map('examples.square', [1.0], array=True)",
                     "later = pool.apply_async('examples.slow', (3600.0,), callback=print, error_callback=lambda e: None)",
                     "import sys; sys.modules[__name__].cycle = [pool]; pool.self = pool"):
            with self.subTest(work):
                self.assertEqual(run_program(f"pool = prong.Pool(2)\n{work}"), ("", ""))

    def test_it_ends_with_threads_that_wait(self):
        out, err = run_program("""
            import threading, time
            pool = prong.Pool(2)
            def work():
                try:
                    pool.map("examples.slow", [3600.0])
                except (prong.TaskFailed, prong.PoolBroken):  # the second for who had not begun to wait
                    pass
            for _ in range(4):
                threading.Thread(target=work, daemon=True).start()
            time.sleep(0.3)
            """)
        self.assertEqual((out, err), ("", ""))

    def test_it_ends_although_a_callback_does_not(self):
        out, err = run_program("""
            import threading, time
            pools = [prong.Pool(1) for _ in range(3)]
            began = threading.Barrier(4)
            def callback(_):
                began.wait(30)
                time.sleep(3600)
            for pool in pools:
                pool.apply_async("examples.square", (1.0,), callback=callback)
            began.wait(30)
            """)
        self.assertEqual((out, err), ("", ""))

    def test_an_exception_ends_it_with_its_own_status(self):
        with self.assertRaises(AssertionError) as ended:
            run_program("pool = prong.Pool(1)\npool.map('examples.sqrt', [-1.0])")
        self.assertIn("status 1", str(ended.exception))
        self.assertIn("prong.errors.TaskFailed: item 0: threw: std::domain_error", str(ended.exception))


class Forks(PoolTest):
    SENTENCE = "a pool works only in the process that made it, not in a child of that"

    def test_a_child_is_told(self):
        out, err = run_program("""
            import gc, os, sys, pickle
            pool = prong.Pool(2)
            later = pool.apply_async("examples.slow", (0.2,))
            called = pool.apply_async("examples.slow", (0.2,), callback=lambda _: None)
            stream = pool.imap("examples.square", range(100))
            next(stream)
            array = pool.map("examples.square", [1.0, 2.0], array=True)
            child = os.fork()
            if child == 0:
                calls = [lambda: pool.map("examples.square", [1]), lambda: pool.apply("examples.square", (1,)), pool.modules,
                         lambda: pool.submit("examples.square", 1), lambda: pool.workers, later.get, later.cancel, called.get,
                         lambda: list(stream), lambda: pool.empty(3), pool.close, pool.terminate, pool.join,
                         pool.statistics, lambda: pool.resize(1), lambda: pool.map_async("examples.square", [1])]
                for call in calls:
                    try:
                        call()
                        print("went through")
                    except prong.UsageError as error:
                        print(error)
                del pool, later, called, stream, array, calls, call
                gc.collect()
                print("alive", flush=True)
                sys.exit(7)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            print(status, later.get(30), array.tolist(),
                  pool.map("examples.square", [3]))
            """)
        lines = out.splitlines()
        self.assertEqual(lines[16:], ["alive", "7 0.2 [1.0, 4.0] [9.0]"])
        self.assertEqual(len(lines), 18)
        for line in lines[:16]:
            self.assertIn("works only in the process that made", line)
        self.assertEqual(err, "")

    def test_multiprocessing_is_told(self):
        out, err = run_program("""
            import multiprocessing
            pool = prong.Pool(1)
            pool.map("examples.square", [1.0])
            def use(_):
                try:
                    return pool.map("examples.square", [1.0])
                except prong.UsageError as error:
                    return str(error)
            with multiprocessing.get_context("fork").Pool(2) as processes:
                print(processes.map(use, [1, 2]))
            def own(x):
                with prong.Pool(1) as mine:
                    return mine.map("examples.square", [x])
            with multiprocessing.get_context("fork").Pool(2) as processes:
                print(processes.map(own, [1.0, 2.0]))
            print(pool.map("examples.square", [5.0]))
            """)
        self.assertEqual(out, f"{[self.SENTENCE] * 2}\n[[1.0], [4.0]]\n[25.0]\n")
        self.assertEqual(err, "")


class Leaks(PoolTest):
    """Nothing grows with the number of calls."""

    def each(self):
        self.pool.map("examples.square", [1.0, 2.0])
        self.pool.map("echoes.shape", [{"name": "n" * 100, "points": [{"x": 1.0, "y": 1}] * 10, "tag": None}])
        self.pool.map("examples.upper", ["text" * 100] * 5)
        self.pool.map("examples.square", numpy.ones(1000)).sum()
        self.pool.apply("examples.power", (2,), {"exponent": 3})
        self.pool.map("examples.power", [2], exponent=3)
        self.pool.map_outcomes("examples.sqrt", [-1.0])
        list(self.pool.imap("examples.square", range(5)))
        next(self.pool.imap("examples.square", range(50)))
        self.pool.map_async("examples.square", [1.0], callback=lambda _: None).get(30)
        self.pool.submit("examples.square", 1.0).result(30)
        self.pool.run("examples.square", [1.0])
        self.pool.empty(100)
        for wrong in ([object()], [1 << 70], numpy.ones(3, int)):
            try:
                self.pool.map("examples.square", wrong)
            except prong.Mismatch:
                pass
        try:
            self.pool.map("examples.sqrt", [-1.0])
        except prong.TaskFailed:
            pass

    def test_objects_and_memory(self):
        def blocks():
            gc.collect()
            return sys.getallocatedblocks()

        def resident():
            with open("/proc/self/statm") as file:
                return int(file.read().split()[1]) * resource.getpagesize()

        # What is kept once, for later, is in the first of these; what leaks is in all of them.
        growths, memory = [], []
        before = blocks()
        for _ in range(5):
            for _ in range(40):
                self.each()
            now = blocks()
            growths.append(now - before)
            memory.append(resident())
            before = now
        self.assertLess(min(growths), 20, growths)  # half an object a round
        self.assertLess(memory[-1] - memory[1], 4 << 20)

    def test_references(self):
        text, number = "a text that nobody else holds" * 2, 123456.5
        item = {"name": text, "points": [], "tag": None}
        before = sys.getrefcount(text), sys.getrefcount(number), sys.getrefcount(item)
        for _ in range(100):
            self.pool.map("examples.upper", [text])
            self.pool.map("examples.square", [number])
            self.pool.map("echoes.shape", [item])
            self.pool.map("examples.power", [number], exponent=number)
        self.assertEqual((sys.getrefcount(text), sys.getrefcount(number), sys.getrefcount(item)), before)

    def test_pools_come_and_go(self):
        def descriptors():
            gc.collect()
            return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))

        make_pool(1).map("examples.square", [1])
        before = descriptors()
        for _ in range(10):
            make_pool(1).map("examples.square", [1])
        # A thread that was joined is seen in /proc for a moment longer: one more may be there now, or have been then.
        end = time.monotonic() + WATCHDOG_SECONDS / 2
        while (grown := [now - then for now, then in zip(descriptors(), before)]) and max(grown) > 0 and time.monotonic() < end:
            time.sleep(0.01)
        self.assertLessEqual(max(grown), 0, grown)


if __name__ == "__main__":
    unittest.main()
