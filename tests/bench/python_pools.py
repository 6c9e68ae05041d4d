"""What Python's process pools take for the same work: prints one JSON object, figure by figure, for run.py.

usage: python_pools.py Pool | ProcessPoolExecutor | loky
"""

import concurrent.futures
import json
import multiprocessing
import statistics
import sys
import time

WORKERS = 2


def square(x):
    return x * x


def upper(text):
    return text.upper()


def echo(data):
    return data


def median_ms(runs, body):
    times = []
    for run in range(-1, runs):
        start = time.perf_counter()
        body()
        if run >= 0:
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


class Pool:
    def __init__(self):
        self.pool = multiprocessing.Pool(WORKERS)

    def map(self, function, items, chunk=None):
        return self.pool.map(function, items, chunk)

    def apply(self, function, item):
        return self.pool.apply(function, (item,))

    def end(self):
        self.pool.terminate()


class Executor:
    """What concurrent.futures has no default for is given the size that Pool.map chooses."""

    def __init__(self, executor):
        self.executor = executor

    def map(self, function, items, chunk=None):
        return list(self.executor.map(function, items, chunksize=chunk or max(1, len(items) // (4 * WORKERS))))

    def apply(self, function, item):
        return self.executor.submit(function, item).result()

    def end(self):
        self.executor.shutdown()


def make(name):
    if name == "Pool":
        return Pool()
    if name == "ProcessPoolExecutor":
        return Executor(concurrent.futures.ProcessPoolExecutor(WORKERS))
    from joblib.externals import loky

    return Executor(loky.ProcessPoolExecutor(WORKERS))


def main():
    pool = make(sys.argv[1])
    figures = {}
    floats = [float(i) for i in range(1_000_000)]
    figures["map_items_per_s"] = len(floats) / median_ms(3, lambda: pool.map(square, floats)) * 1000
    figures["apply_us"] = median_ms(3, lambda: [pool.apply(square, 3.0) for _ in range(2000)]) / 2000 * 1000
    tiny = floats[:20_000]
    figures["tiny_tasks_per_s"] = len(tiny) / median_ms(3, lambda: pool.map(square, tiny, 1)) * 1000
    # No two alike: pickle would send equal objects once.
    texts = [f"{i:08x}abcdefghijklmnopqrstuvwx" for i in range(1_000_000)]
    figures["strings_ms"] = median_ms(3, lambda: pool.map(upper, texts))
    large = b"x" * (64 << 20)
    figures["large_ms"] = median_ms(3, lambda: pool.apply(echo, large))
    pool.end()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
