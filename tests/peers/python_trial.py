"""One scenario against one of Python's pools; cell.py runs it. Writes what it finds into FOLDER/report, line by line.

usage: python_trial.py PEER SCENARIO FOLDER PATIENCE
"""

import concurrent.futures
import multiprocessing
import os
import pathlib
import resource
import signal
import sys
import threading
import time

import crimes

ITEMS = 20
GUILTY = 7
DEADLINE_SECONDS = 1
START_SECONDS = 50  # for new workers: thirteen interpreters take their time on a busy machine


class NoAnswer(Exception):
    pass


class Pool:
    """multiprocessing.Pool, one apply_async for each item: of its calls the one that loses least."""

    busy_max = 1 << 30

    def __init__(self, workers, initializer=None, path=None):
        self.pool = multiprocessing.Pool(workers, initializer, (path,) if path else ())

    def submit(self, item, callback=None):
        return self.pool.apply_async(crimes.work, (item,), callback=callback)

    def answer(self, handle, until):
        try:
            return handle.get(max(until - time.monotonic(), 0))
        except multiprocessing.TimeoutError:
            raise NoAnswer from None

    def imap(self, items):
        return self.pool.imap(crimes.work, items)

    def close(self):
        self.pool.close()

    def join(self):
        self.pool.join()

    def end(self):
        self.pool.terminate()
        self.pool.join()


class Executor:
    """What concurrent.futures has made the interface of executors, over ProcessPoolExecutor."""

    busy_max = 1 << 30

    def __init__(self, workers, initializer=None, path=None):
        self.executor = self.make(workers, initializer=initializer, initargs=(path,) if path else ())

    @staticmethod
    def make(workers, **options):
        return concurrent.futures.ProcessPoolExecutor(workers, **options)

    def submit(self, item, callback=None):
        future = self.executor.submit(crimes.work, item)
        if callback:
            future.add_done_callback(callback)
        return future

    def answer(self, handle, until):
        try:
            return handle.result(max(until - time.monotonic(), 0))
        except concurrent.futures.TimeoutError:
            raise NoAnswer from None

    def imap(self, items):
        return self.executor.map(crimes.work, items)

    def close(self):
        self.executor.shutdown(wait=False)

    def join(self):
        self.executor.shutdown(wait=True)

    def end(self):
        self.executor.shutdown(wait=True, cancel_futures=True)


class Loky(Executor):
    busy_max = 2 * os.cpu_count() + 1  # it hands out no more before one of these has come back

    @staticmethod
    def make(workers, **options):
        from joblib.externals import loky

        return loky.get_reusable_executor(workers, timeout=3600, **options)

    def end(self):
        self.executor.shutdown(wait=True, kill_workers=True)


PEERS = {"pool": Pool, "executor": Executor, "loky": Loky}


def name_of(error):
    names = {"BrokenProcessPool", "TerminatedWorkerError"}
    for kind in type(error).__mro__:
        if kind.__name__ in names:
            return "BrokenProcessPool"  # loky's names for it are finer
    return type(error).__name__


class Trial:
    def __init__(self, peer, folder, patience):
        self.peer = PEERS[peer]
        self.marks = folder / "marks"
        self.report = folder / "report"
        self.patience = patience

    def say(self, key, value=1):
        with open(self.report, "a", encoding="utf-8") as file:
            file.write(f"{key} {value}\n")

    def mark_lines(self, count):
        """The pids in the marks file, once there are so many."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            pids = [int(line) for line in self.marks.read_text().split()] if self.marks.exists() else []
            if len(pids) >= count:
                return pids
            time.sleep(0.001)
        raise RuntimeError("no item has started")

    def submit(self, pool, item):
        try:
            return pool.submit(item)
        except Exception as error:
            return error

    def ending(self, pool, handle, until):
        if isinstance(handle, Exception):
            return name_of(handle)
        try:
            value = pool.answer(handle, until)
        except NoAnswer:
            return "no answer"
        except BaseException as error:
            return name_of(error)
        return "returned" if value == "done" or len(value) == crimes.HUGE else "a torn result"

    def call(self, pool, items, guilty, meanwhile=lambda: None, deadline=None):
        """Runs the items, and tells how the guilty ones ended and how many of the others were lost."""
        start = time.monotonic()
        handles = [self.submit(pool, item) for item in items]
        meanwhile()
        self.say("begun")
        if deadline:
            ends = [self.ending(pool, handles[i], start + deadline) for i in guilty]
            ends = ["TimeoutError" if end == "no answer" else end for end in ends]
        until = time.monotonic() + self.patience
        if not deadline:
            ends = [self.ending(pool, handles[i], until) for i in guilty]
        others = [self.ending(pool, handles[i], until) for i in range(len(items)) if i not in guilty]
        for end in ends:
            self.say("guilty", end)
        for end in others:
            self.say("innocent", end)

    def recover(self, pool, workers):
        """Tells whether the pool still answers, and how long it, or a new one in its place, takes to."""
        start = time.monotonic()
        state = "lives"
        for patience in (self.patience, START_SECONDS):
            handles = [self.submit(pool, "quick") for _ in range(workers)]
            until = time.monotonic() + patience
            ends = {self.ending(pool, handle, until) for handle in handles}
            if ends == {"returned"}:
                self.say("recover_ms", (time.monotonic() - start) * 1000)
                break
            if "no answer" in ends:
                state = "hangs"
                break
            state = "broken"
            self.say("broken")
            pool = self.peer(workers)
        self.say("pool", state)
        return pool

    def end(self, pool):
        try:
            pool.end()
            self.say("ended")
        except BaseException as error:
            self.say("end_raises", type(error).__name__)

    def conclude(self, pool, workers=2):
        self.end(self.recover(pool, workers))

    def warm(self, workers=2):
        """A pool whose workers have begun: nobody is to be blamed for the start of an interpreter."""
        pool = self.peer(workers)
        for handle in [pool.submit("") for _ in range(workers * 4)]:
            pool.answer(handle, time.monotonic() + START_SECONDS)
        self.say("warm")
        return pool

    def lock_holder(self, pids):
        """Of idle workers one reads from the queue's pipe, holding its lock, and the others wait for the lock."""
        until = time.monotonic() + self.patience
        while time.monotonic() < until:
            calls = [pathlib.Path(f"/proc/{pid}/syscall").read_text().split()[0] for pid in pids]
            readers = [pid for pid, call in zip(pids, calls) if call in ("0", "7")]  # read(), poll()
            if len(readers) == 1 and calls.count("202") == len(pids) - 1:  # futex()
                return readers[0]
            time.sleep(0.001)
        raise RuntimeError(f"the workers are not idle: {calls}")

    # The scenarios. A name that is no method's is a crime of one item.

    def crime(self, name):
        pool = self.warm()
        items = [""] * ITEMS
        items[GUILTY] = name
        self.call(pool, items, [GUILTY])
        self.conclude(pool)

    def with_deadline(self, name):
        """As many guilty ones as there are workers."""
        pool = self.warm()
        items = [""] * ITEMS
        items[GUILTY] = items[GUILTY + 1] = name
        self.call(pool, items, [GUILTY, GUILTY + 1], deadline=DEADLINE_SECONDS)
        self.conclude(pool)

    endless_loop = deaf_endless_loop = stops_itself = with_deadline

    def waits_in_queue(self, _):
        """More work for each worker than the deadline, in items that are short."""
        pool = self.warm()
        self.call(pool, ["nap"] * ITEMS, list(range(ITEMS)), deadline=DEADLINE_SECONDS)
        self.conclude(pool)

    def kill_busy(self, workers):
        pool = self.warm(workers)
        items = [f"hold {self.marks}"] * workers + [""] * (3 * workers)

        def kill():
            self.mark_lines(min(workers, pool.busy_max))
            for child in multiprocessing.active_children():
                os.kill(child.pid, signal.SIGKILL)

        self.call(pool, items, range(workers), meanwhile=kill)
        self.conclude(pool, workers)

    def one_killed(self, _):
        self.kill_busy(1)

    def two_killed(self, _):
        self.kill_busy(2)

    def five_killed(self, _):
        self.kill_busy(5)

    def thirteen_killed(self, _):
        self.kill_busy(13)

    def kill_idle(self, holds_lock):
        pool = self.warm()
        pids = [child.pid for child in multiprocessing.active_children()]
        holder = self.lock_holder(pids)
        os.kill(next(pid for pid in pids if (pid == holder) == holds_lock), signal.SIGKILL)
        self.call(pool, [""] * ITEMS, [])
        self.conclude(pool)

    def idle_killed(self, _):
        self.kill_idle(holds_lock=False)

    def lock_holder_killed(self, _):
        self.kill_idle(holds_lock=True)

    def killed_in_shutdown(self, _):
        pool = self.warm()

        def kill():
            pids = self.mark_lines(1)
            pool.close()
            os.kill(pids[0], signal.SIGKILL)

        self.call(pool, [f"hold {self.marks}"] + [""] * ITEMS, [0], meanwhile=kill)
        pool.join()
        self.say("ended")

    def bad_initializer(self, initializer):
        pool = self.peer(2, initializer, str(self.marks))
        self.call(pool, ["quick"], [0])
        self.say("births", len(self.mark_lines(1)))
        self.end(pool)

    def initializer_throws(self, _):
        self.bad_initializer(crimes.throw_at_birth)

    def initializer_exits(self, _):
        self.bad_initializer(crimes.exit_at_birth)

    def callback_throws(self, _):
        pool = self.warm()

        def fail(_):
            raise ValueError("of the callback")

        self.say("guilty", self.ending(pool, pool.submit("quick", fail), time.monotonic() + self.patience))
        self.call(pool, [""] * ITEMS, [])
        self.conclude(pool)

    def input_throws(self, _):
        pool = self.warm()

        def items():
            yield from [""] * 10
            raise ValueError("of the input")

        delivered = 0
        try:
            for _ in pool.imap(items()):
                delivered += 1
            self.say("guilty", "unnoticed")
        except ValueError:
            self.say("guilty", "ValueError")
        for i in range(10):
            self.say("innocent", "returned" if i < delivered else "dropped")
        self.conclude(pool)

    def fork_fails(self, _):
        """All workers die while no process can be made, for 0.3 s."""
        pool = self.warm()
        soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)

        def kill():
            pids = self.mark_lines(2)
            resource.setrlimit(resource.RLIMIT_NPROC, (0, hard))
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.3)
            resource.setrlimit(resource.RLIMIT_NPROC, (soft, hard))

        self.call(pool, [f"hold {self.marks}"] * 2 + [""] * ITEMS, [0, 1], meanwhile=kill)
        self.conclude(pool)

    def host_killed_idle(self, _):
        pool = self.warm()
        self.say("ready")
        signal.pause()
        pool.end()

    def host_killed_busy(self, _):
        pool = self.warm()
        handles = [pool.submit(f"hold_with_child {self.marks}") for _ in range(2)]
        self.mark_lines(2)
        self.say("ready")
        signal.pause()
        del handles


def main():
    peer, scenario, folder, patience = sys.argv[1:]
    threading.excepthook = lambda _: None  # a thread of the pool that ends is seen by what follows
    trial = Trial(peer, pathlib.Path(folder), float(patience))
    getattr(trial, scenario, trial.crime)(scenario)


if __name__ == "__main__":
    main()
