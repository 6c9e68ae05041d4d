"""One scenario against one peer, in a process of its own: prints one JSON object.

usage: cell.py BUILD_FOLDER PEER SCENARIO PATIENCE

Whatever the host leaves behind becomes this process's child, is counted and is killed, also when this process is told
to end. PATIENCE is the time in seconds that the host waits for an answer; once its workers have begun, a host that
reports nothing for three times that hangs.
"""

import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
GRACE_SECONDS = 1.0  # for processes to end after their host
START_SECONDS = 60.0  # until the host's workers have begun
NOBODY = 65534
PR_SET_CHILD_SUBREAPER = 36


def descendants(of):
    """The pids of the living ones."""
    children = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        children.setdefault(int(parent), []).append((int(entry.name), state))
    found = []
    parents = [of]
    while parents:
        for pid, state in children.get(parents.pop(), []):
            parents.append(pid)
            if state not in "ZX":
                found.append(pid)
    return found


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def count_left():
    until = time.monotonic() + GRACE_SECONDS
    while (left := descendants(os.getpid())) and time.monotonic() < until:
        time.sleep(0.005)
        reap()
    return len(left)


def kill_left():
    while left := descendants(os.getpid()):
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.005)
        reap()


def command_of(build, peer, scenario, folder, patience):
    if peer == "prong":
        return [build / "bin/prong_trial", scenario, folder]
    return [sys.executable, "-B", HERE / "python_trial.py", peer, scenario, folder, str(patience)]


def how_it_ended(status):
    if status is None:
        return "hangs"
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit code {status}"


def watch(host, scenario, report, patience):
    """The host's exit status; None when it hangs, or was killed since the scenario says so."""
    heard = time.monotonic()
    told = ""
    while host.poll() is None:
        starts_workers = told == "" or told.endswith(("warm 1\n", "broken 1\n"))
        if time.monotonic() > heard + (START_SECONDS if starts_workers else 3 * patience):
            break
        now_told = report.read_text() if report.exists() else ""
        if now_told != told:
            heard, told = time.monotonic(), now_told
        if scenario.startswith("host_killed") and "ready" in told:
            break
        time.sleep(0.002)
    status = host.poll()
    if status is None:
        host.kill()
        host.wait()
    return status


def read_report(report):
    found = {"guilty": [], "innocent": []}
    for line in report.read_text().splitlines() if report.exists() else []:
        key, value = line.split(" ", 1)
        found[key].append(value) if key in found and isinstance(found[key], list) else found.update({key: value})
    return found


def is_open_to_others(path):
    return all(folder.stat().st_mode & 0o001 for folder in path.parents)


def run(build, peer, scenario, patience):
    # The number of root's processes cannot be limited.
    user = NOBODY if scenario == "fork_fails" and os.geteuid() == 0 else None
    if user and not (is_open_to_others(build / "bin") and is_open_to_others(HERE / "cell.py")):
        return {"unplayed": "needs folders that others may enter"}
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="prong-peers-"))
    if user:
        os.chown(folder, user, user)
    try:
        with open(folder / "out", "wb") as out, open(folder / "err", "wb") as err:
            host = subprocess.Popen(command_of(build, peer, scenario, folder, patience), cwd=folder, stdout=out,
                                    stderr=err, stdin=subprocess.DEVNULL, start_new_session=True, user=user)
        status = watch(host, scenario, folder / "report", patience)
        found = read_report(folder / "report")
        found["host"] = how_it_ended(status)
        found["left"] = count_left()
        found["printed"] = (folder / "out").stat().st_size
        found["errors"] = (folder / "err").read_text(errors="replace")[-2000:]
        return found
    finally:
        kill_left()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    print(json.dumps(run(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4]))))
