"""Runs every figure of the design with its peers, in one run: two tables, and build/bench.json.

usage: run.py BUILD_FOLDER [--check | --record]

--check    fails when a ratio is much worse than the recorded one
--record   makes this run's ratios the recorded ones
"""

import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys

import cluster_rows
from commands import in_turn, peak_memory_mib
from table import Table, print_beside, worse

PYTHON = "/usr/bin/python3"
HERE = pathlib.Path(__file__).parent
RECORDED = HERE / "recorded.json"
POOLS = ["Pool", "ProcessPoolExecutor", "loky"]


def figures_of(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def library_rows(table, ours, pool):
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


def command_rows(table, prong):
    lines, mawk = in_turn(3, f"seq 5000000 | {prong} map examples.square", "seq 5000000 | mawk '{print $1*$1}'")
    table.at_most("H seq 5000000 | prong map examples.square, against mawk", lines, mawk, 0.25, "ms")
    python = "import multiprocessing as m\nif __name__ == '__main__':\n with m.Pool() as p: print(p.map(abs, [3]))"
    one, one_python = in_turn(11, f"{prong} map examples.square 3", f"{PYTHON} -c \"{python}\"")
    table.at_most("I the whole process prong map examples.square 3, against Python's Pool", one, one_python, 0.25, "ms")


def scaling_rows(table, ours):
    """Flat: what a chunk costs the host at the largest size, against the smallest of several chunks a worker."""
    table.bound("J new pool of 2 until the first result, median", ours["pool_start_ms"], 5, "ms")
    table.bound("K worker killed until its replacement took a task, p50", ours["replacement_p50_ms"], 0.5, "ms")
    table.bound("K the same, p99", ours["replacement_p99_ms"], 2, "ms")
    table.bound("N a worker's start: what sandbox strict adds, median", ours["sandbox_start_us"], 250, "µs")
    table.at_most("N apply at sandbox strict, against none", ours["sandbox_apply_ms"], ours["no_sandbox_apply_ms"], 1.15,
                  "ms")
    table.at_most("N 10⁵ strings at sandbox strict, against none", ours["sandbox_strings_ms"],
                  ours["no_sandbox_strings_ms"], 1.15, "ms")
    for items in (10**4, 10**5, 10**6, 10**7):
        table.at_most(f"L the host's time for a chunk of 100 items, {items:.0e} items against 1e+03",
                      ours[f"chunk_ns_{items}_items"], ours["chunk_ns_1000_items"], 1.1, "ns")
    for workers in (8, 64):
        table.at_most(f"L the same of 10⁶ items, {workers} workers against 1", ours[f"chunk_ns_{workers}_workers"],
                      ours["chunk_ns_1_workers"], 1.1, "ns")
    table.at_most("a pure function through the plugin's door, against the same loop in place, an item",
                  ours["pure_ns_per_item"], ours["inline_ns_per_item"], 1.1, "ns")
    table.at_most("1000 items, one in fifty 100 times as long, against the best schedule", ours["uneven_ms"],
                  ours["uneven_ms"] / ours["uneven_ratio"], 1.1, "ms")


def beside_others(ours, pools, prong):
    """The same functions in other tools; those that start a process for each item get fewer of them."""
    columns = ["Prong", *POOLS, "parallel --pipe", "parallel", "xargs -P"]
    lines = [("x² over f64", "/s", {"Prong": 1e7 / ours["map_shared_ms"] * 1000} |
              {name: pools[name]["map_items_per_s"] for name in POOLS})]
    for name, unit, key in (("one call", "µs", "apply_us"), ("tiny tasks, chunk size 1", "/s", "tiny_tasks_per_s"),
                            ("10⁶ strings of 32 bytes", "ms", "strings_ms"), ("64 MiB there and back", "ms", "large_ms")):
        lines.append((name, unit, {"Prong": ours[key]} | {one: pools[one][key] for one in POOLS}))
    awk = r'mawk "{print \$1*\$1}"'
    count = 5_000_000
    times = in_turn(3, f"seq {count} | {prong} map examples.square",
                    f"seq {count} | parallel --pipe -k -j2 --block 4M '{awk}'")
    lines.append(("5·10⁶ lines of text squared, mawk in parallel", "ms", dict(zip(["Prong", "parallel --pipe"], times))))
    count = 500
    times = in_turn(3, f"seq {count} | {prong} map -j2 --chunk 1 examples.square",
                    f"seq {count} | parallel -k -j2 'echo {{}} | {awk}'",
                    f"seq {count} | xargs -P2 -I@ sh -c 'echo @ | {awk}'")
    lines.append((f"{count} lines, each a task of its own", "ms", dict(zip(["Prong", "parallel", "xargs -P"], times))))
    return beside(columns, lines)


def beside(columns, lines):
    print_beside(columns, lines)
    return [{"name": name, "unit": unit, "figures": figures} for name, unit, figures in lines]


def judge(rows, mode):
    if mode == "--record":
        RECORDED.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    if mode != "--check":
        return 0
    sentences = worse(rows, json.loads(RECORDED.read_text()))
    print("\n".join(sentences) or "no ratio is much worse than recorded")
    return 1 if sentences else 0


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    mode = sys.argv[2] if len(sys.argv) > 2 else ""
    if mode not in ("", "--check", "--record"):
        sys.exit(__doc__)
    if not shutil.which("parallel"):
        sys.exit("run.py: GNU parallel is missing: ./dev bench installs it")
    prong = build / "bin/prong"
    ours = figures_of([build / "bin/prong_bench"])
    pools = {name: figures_of([PYTHON, HERE / "python_pools.py", name]) for name in POOLS}
    table = Table()
    library_rows(table, ours, pools["Pool"])
    command_rows(table, prong)
    scaling_rows(table, ours)
    table.bound("M host's peak memory over 10⁸ streamed lines", peak_memory_mib(PYTHON, 100_000_000, prong), 64, "MiB")
    on_hosts = cluster_rows.measure(table, prong, build / "tests/bench")
    table.print()
    print()
    others = beside_others(ours, pools, prong)
    print()
    others += beside(cluster_rows.COLUMNS, on_hosts)
    result = {"machine": platform.platform(), "processors": len(os.sched_getaffinity(0)), "rows": table.rows,
              "others": others, "figures": ours}
    (build.parent / "bench.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    return judge(table.rows, mode)


if __name__ == "__main__":
    sys.exit(main())
