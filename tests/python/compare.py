"""Python's pool of processes beside Prong's, in one run: the same functions, the same values, two workers each.

usage: compare.py [ITEMS]     PYTHONPATH is build/release/lib/python
"""

import multiprocessing
import statistics
import sys
import time

import numpy
import prong

WORKERS = 2


def square(x):
    return x * x


def upper(text):
    return text.upper()


def seconds(work):
    times = []
    for _ in range(6):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times[1:])


def main():
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    numbers = [float(i) for i in range(items)]
    array = numpy.array(numbers)
    texts = [f"{i:08x}abcdefghijklmnopqrstuvwx" for i in range(items)]
    calls = range(max(items // 500, 1))
    with multiprocessing.Pool(WORKERS) as theirs, prong.Pool(WORKERS) as ours:
        rows = [
            ("map of a list of floats", lambda: theirs.map(square, numbers), lambda: ours.map("examples.square", numbers)),
            ("map of an array; theirs of the list", lambda: theirs.map(square, numbers), lambda: ours.map("examples.square", array)),
            ("map of texts of 32 bytes", lambda: theirs.map(upper, texts), lambda: ours.map("examples.upper", texts)),
            ("imap, drained", lambda: list(theirs.imap(square, numbers, 1000)),
             lambda: list(ours.imap("examples.square", numbers))),
            ("apply, one after the other", lambda: [theirs.apply(square, (3.0,)) for _ in calls],
             lambda: [ours.apply("examples.square", (3.0,)) for _ in calls]),
        ]
        print("| what | multiprocessing.Pool | prong.Pool | ratio |\n| --- | ---: | ---: | ---: |")
        for name, their_work, our_work in rows:
            theirs_took, ours_took = seconds(their_work), seconds(our_work)
            print(f"| {name} | {theirs_took * 1e3:.4g} ms | {ours_took * 1e3:.4g} ms | {theirs_took / ours_took:.3g} |",
                  flush=True)


if __name__ == "__main__":
    main()
