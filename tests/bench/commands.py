"""Times of whole commands."""

import statistics
import subprocess
import time


def wall_ms(command):
    start = time.perf_counter()
    subprocess.run(["sh", "-c", command], check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1000


def in_turn(runs, *commands):
    """Medians of milliseconds; all in turn, so that a drift of the machine meets all."""
    times = [[wall_ms(command) for command in commands] for _ in range(runs + 1)][1:]
    return [statistics.median(column) for column in zip(*times)]


def peak_memory_mib(python, lines, prong):
    command = f"yes 2 | head -n {lines} | {prong} map examples.square > /dev/null"
    script = f"import resource,subprocess; subprocess.run(['sh','-c',{command!r}],check=True);" \
             "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    return int(subprocess.run([python, "-c", script], check=True, capture_output=True, text=True).stdout) / 1024
