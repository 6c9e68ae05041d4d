"""What multiprocessing.Pool takes for the same work: prints one JSON object, figure by figure, for run.py."""

import json
import multiprocessing
import statistics
import time


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


def main():
    figures = {}
    with multiprocessing.Pool(2) as pool:
        floats = [float(i) for i in range(1_000_000)]
        figures["map_items_per_s"] = len(floats) / median_ms(3, lambda: pool.map(square, floats)) * 1000
        figures["apply_us"] = median_ms(3, lambda: [pool.apply(square, (3.0,)) for _ in range(2000)]) / 2000 * 1000
        tiny = floats[:50_000]
        figures["tiny_tasks_per_s"] = len(tiny) / median_ms(3, lambda: pool.map(square, tiny, chunksize=1)) * 1000
        texts = ["a" * 32] * 1_000_000
        figures["strings_ms"] = median_ms(3, lambda: pool.map(upper, texts))
        large = b"x" * (64 << 20)
        figures["large_ms"] = median_ms(3, lambda: pool.apply(echo, (large,)))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
