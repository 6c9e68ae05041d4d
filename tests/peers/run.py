"""The same faults against Prong and Python's process pools: prints one table, a column for each.

usage: run.py [--behaviours] BUILD_FOLDER [SCENARIO…]

With --behaviours: the scenarios of the behaviours that are promised, with less patience for peers that hang. Whatever the
choice, the status is 1 when Prong does not do what is promised; what the peers do is printed and never a failure.
"""

import argparse
import collections
import concurrent.futures
import json
import pathlib
import platform
import re
import subprocess
import sys

from scenarios import SCENARIOS

HERE = pathlib.Path(__file__).parent
NAMES = {"prong": "Prong", "pool": "`multiprocessing.Pool`", "executor": "`ProcessPoolExecutor`", "loky": "loky"}
NEEDED = {"pool": "multiprocessing.synchronize", "executor": "concurrent.futures.process",
          "loky": "joblib.externals.loky"}
PRINTED_MAX = 1000  # bytes; more on the host's standard output is a flood


def play(build, peer, scenario, patience):
    command = [sys.executable, "-B", HERE / "cell.py", build, peer, scenario.name, str(patience)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def is_there(peer):
    """Whether this Python can run it."""
    if peer == "prong":
        return True
    return subprocess.run([sys.executable, "-c", f"import {NEEDED[peer]}"], stderr=subprocess.DEVNULL).returncode == 0


def bold(text):
    return f"**{text}**"


def milliseconds(time):
    return f"{time:.1f} ms" if time < 10 else f"{time:.0f} ms"


def guilty_text(found):
    counts = collections.Counter(found["guilty"])
    texts = []
    for ending, count in counts.items():
        text = bold(ending) if ending in ("no answer", "unnoticed", "a torn result") else ending
        texts.append(text if len(counts) == 1 else f"{count} × {text}")
    return texts


def host_texts(scenario, found):
    if scenario.name.startswith("host_killed"):
        return []
    if found["host"] == "exit code 0":
        return [bold(f"its end raises {found['end_raises']}")] if "end_raises" in found else []
    if found["host"] == "hangs":
        return [bold("does not end" if found["guilty"] or found["innocent"] else "host hangs")]
    return [bold(f"host: {found['host']}")]


def cell_text(scenario, found):
    """What is not worth telling (nothing lost, the pool lives, the host ends, nothing is left) is left out."""
    if "unplayed" in found:
        return f"not played: {found['unplayed']}"
    texts = guilty_text(found)
    lost = sum(ending != "returned" for ending in found["innocent"])
    if lost:
        texts.append(bold(f"{lost} of {len(found['innocent'])} others lost"))
    if int(found.get("births", 0)) > 2:
        texts.append(bold(f"{found['births']} workers born"))
    if found.get("pool") in ("broken", "hangs"):
        texts.append(bold(f"pool {found['pool']}"))
    texts += host_texts(scenario, found)
    if found["left"]:
        texts.append(bold(f"{found['left']} left"))
    if found["printed"] > PRINTED_MAX:
        texts.append(bold(f"{found['printed'] // 1_000_000} MB on the host's output"))
    if "recover_ms" in found:
        texts.append(f"{milliseconds(float(found['recover_ms']))}")
    return "; ".join(texts) or "nothing left"


def complaints(scenario, found):
    """What of Prong's column is not as promised."""
    if "unplayed" in found:
        return []
    kills_host = scenario.name.startswith("host_killed")
    wrong = [f"guilty: {ending}" for ending in found["guilty"] if not re.fullmatch(scenario.guilty, ending)]
    lost = [ending for ending in found["innocent"] if ending != "returned"]
    if lost:
        wrong.append(f"others: {', '.join(lost)}")
    if scenario.guilty and not found["guilty"]:
        wrong.append("the guilty items have no ending")
    if found.get("pool", "lives") != "lives":
        wrong.append(f"pool {found['pool']}")
    if not kills_host and ("ended" not in found or found["host"] != "exit code 0"):
        wrong.append(f"host: {found['host']}")
    if kills_host and "ready" not in found:
        wrong.append("the host did not become ready")
    if found["left"] or found["printed"]:
        wrong.append(f"{found['left']} processes left, {found['printed']} bytes printed")
    if int(found.get("births", 0)) > 2:
        wrong.append(f"{found['births']} workers born")
    return wrong


def versions(peers):
    texts = [f"Linux {platform.release()}, {platform.machine()}", f"Python {platform.python_version()}"]
    if "loky" in peers:
        from joblib.externals import loky

        texts.append(f"loky {loky.__version__}")
    return ", ".join(texts)


def processor():
    found = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.processor()


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--behaviours", action="store_true")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("scenarios", nargs="*")
    options = parser.parse_args()
    unknown = set(options.scenarios) - {scenario.name for scenario in SCENARIOS}
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    return options


def print_row(scenario, row):
    """Once its cells have come. What is wrong with Prong's, if anything."""
    found = {peer: cell.result() for peer, cell in row.items()}
    print(f"| {scenario.title} |" + "".join(f" {cell_text(scenario, one)} |" for one in found.values()), flush=True)
    wrong = complaints(scenario, found["prong"])
    return [f"{scenario.name}: {'; '.join(wrong)}\n{found['prong']['errors']}"] if wrong else []


def main():
    options = arguments()
    chosen = [s for s in SCENARIOS if s.name in options.scenarios or not options.scenarios]
    peers = [peer for peer in NAMES if is_there(peer)]
    patience, parallel = 5.0, 1
    if options.behaviours:
        chosen = [scenario for scenario in chosen if scenario.behaviour]
        peers = [peer for peer in peers if peer != "loky"]
        patience, parallel = 1.5, 6  # a peer that hangs takes no processor
    print(f"{versions(peers)}, {processor()}, {len(chosen)} faults\n")
    print("| fault |" + "".join(f" {NAMES[peer]} |" for peer in peers))
    print("| --- |" + " --- |" * len(peers))
    with concurrent.futures.ThreadPoolExecutor(parallel) as threads:
        rows = [(scenario, {peer: threads.submit(play, options.build.resolve(), peer, scenario, patience)
                            for peer in peers}) for scenario in chosen]
        try:
            failures = [failure for scenario, row in rows for failure in print_row(scenario, row)]
        finally:
            threads.shutdown(cancel_futures=True)
    for failure in failures:
        print(f"Prong does not do what is promised: {failure}", file=sys.stderr)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
