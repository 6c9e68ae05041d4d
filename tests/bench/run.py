"""Runs every figure of the design with its peers, in one run: a table, and build/bench.json.

usage: run.py BUILD_FOLDER
"""

import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

PYTHON = "/usr/bin/python3"
HERE = pathlib.Path(__file__).parent


def figures_of(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def wall_ms(command):
    start = time.perf_counter()
    subprocess.run(["sh", "-c", command], check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1000


def in_turn(runs, ours, peer):
    """Medians of milliseconds; both in turn, so that a drift of the machine meets both."""
    times = [(wall_ms(ours), wall_ms(peer)) for _ in range(runs + 1)][1:]
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def peak_memory_mib(lines, prong):
    command = f"yes 2 | head -n {lines} | {prong} map examples.square > /dev/null"
    script = f"import resource,subprocess; subprocess.run(['sh','-c',{command!r}],check=True);" \
             "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    return int(subprocess.run([PYTHON, "-c", script], check=True, capture_output=True, text=True).stdout) / 1024


class Table:
    def __init__(self):
        self.rows = []

    def at_most(self, name, ours, peer, target, unit):
        self.add(name, ours, peer, ours / peer, f"≤ {target} ×", ours / peer <= target, unit)

    def at_least(self, name, ours, peer, target, unit, faster=True):
        """How many times better: ours and peer are times when `faster`, else rates."""
        ratio = peer / ours if faster else ours / peer
        self.add(name, ours, peer, ratio, f"≥ {target} ×", ratio >= target, unit)

    def bound(self, name, ours, limit, unit):
        self.add(name, ours, None, None, f"≤ {limit} {unit}", ours <= limit, unit)

    def add(self, name, ours, peer, ratio, target, met, unit):
        self.rows.append({"name": name, "ours": ours, "peer": peer, "ratio": ratio, "target": target, "met": met,
                          "unit": unit})

    def print(self):
        print("| figure | ours | peer | ratio | target | met |\n| --- | ---: | ---: | ---: | --- | --- |")
        for row in self.rows:
            peer = "" if row["peer"] is None else f"{row['peer']:,.4g} {row['unit']}"
            ratio = "" if row["ratio"] is None else f"{row['ratio']:.3g}"
            print(f"| {row['name']} | {row['ours']:,.4g} {row['unit']} | {peer} | {ratio} | {row['target']} | "
                  f"{'yes' if row['met'] else '**no**'} |")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    prong = build / "bin/prong"
    ours = figures_of([build / "bin/prong_bench"])
    pool = figures_of([PYTHON, HERE / "python_pool.py"])
    table = Table()
    table.at_most("A map of x² over 10⁷ f64 in the pool's memory, against oneTBB", ours["map_shared_ms"],
                  ours["tbb_existing_ms"], 1.10, "ms")
    table.at_least("B the same in items/s, against Pool.map", 1e7 / ours["map_shared_ms"] * 1000,
                   pool["map_items_per_s"], 400, "/s", faster=False)
    table.at_most("C from a std::vector into Results, against oneTBB into a fresh vector", ours["map_vector_ms"],
                  ours["tbb_fresh_ms"], 0.5, "ms")
    table.at_least("D apply, against Pool.apply", ours["apply_us"], pool["apply_us"], 20, "µs")
    table.at_most("D apply, against the floor", ours["apply_us"], ours["floor_us"], 2, "µs")
    table.at_least("E tiny tasks with chunk_size 1, against Pool.map(chunksize=1)", ours["tiny_tasks_per_s"],
                   pool["tiny_tasks_per_s"], 40, "/s", faster=False)
    table.at_least("F 10⁶ strings into std::strings, against Pool.map", ours["strings_ms"], pool["strings_ms"], 6, "ms")
    table.at_least("F 10⁶ strings into views, against Pool.map", ours["string_views_ms"], pool["strings_ms"], 10, "ms")
    table.at_least("G 64 MiB there and back, against Pool.apply", ours["large_ms"], pool["large_ms"], 6, "ms")
    lines, mawk = in_turn(3, f"seq 5000000 | {prong} map examples.square", "seq 5000000 | mawk '{print $1*$1}'")
    table.at_most("H seq 5000000 | prong map examples.square, against mawk", lines, mawk, 0.25, "ms")
    python = "import multiprocessing as m\nif __name__ == '__main__':\n with m.Pool() as p: print(p.map(abs, [3]))"
    one, one_python = in_turn(11, f"{prong} map examples.square 3", f"{PYTHON} -c \"{python}\"")
    table.at_most("I the whole process prong map examples.square 3, against Python's Pool", one, one_python, 0.25, "ms")
    table.bound("J new pool of 2 until the first result, median", ours["pool_start_ms"], 5, "ms")
    table.bound("K worker killed until its replacement took a task, p50", ours["replacement_p50_ms"], 0.5, "ms")
    table.bound("K the same, p99", ours["replacement_p99_ms"], 2, "ms")
    table.bound("M host's peak memory over 10⁸ streamed lines", peak_memory_mib(100_000_000, prong), 64, "MiB")
    table.print()
    result = {"machine": platform.platform(), "processors": len(os.sched_getaffinity(0)),
              "rows": table.rows}
    (build.parent / "bench.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
