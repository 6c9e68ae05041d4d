"""Items of 1 ms on one, two and three hosts: over Gearman and MPI, against a pool of as many workers here, mpi4py and
Dask. Hosts are network namespaces of this machine and the items sleep, so the figures tell what a chunk costs on its
way, and nothing of a network."""

import contextlib
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from commands import wall_ms

sys.path.append(str(pathlib.Path(__file__).parent.parent / "cluster"))
from hosts import Network, why_no_hosts
from processes import Process, environment, wait_until

HERE = pathlib.Path(__file__).parent
PYTHON = "/usr/bin/python3"
SLOTS = 2  # of a host
ITEMS = 4000  # for each slot
CHUNK = 20  # of the peers; ours find their own
RUNS = 3
COLUMNS = ["a pool here", "--on gearman://", "--on mpi", "mpi4py.futures", "Dask"]
# On one machine, and more ranks than processors.
MPIRUN = "mpirun --allow-run-as-root --oversubscribe --bind-to none --mca btl self,tcp --mca btl_tcp_if_include lo " \
         "--mca oob_tcp_if_include lo"


class Cluster:
    """Broker, scheduler and clients on the first host, SLOTS workers of both engines on each other one."""

    def __init__(self, hosts, prong, plugins, stack):
        self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="prong-bench-")))
        self.stack = stack
        self.slots = SLOTS * hosts
        self.items = ITEMS * self.slots
        self.map = f"PRONG_PLUGIN_PATH={plugins} {prong} map bench.doze --range {self.items}"
        self.network = Network(1 + hosts)
        stack.callback(self.network.end)
        self.address = self.network.hosts[0].address
        self.key = self.folder / "key"
        self.key.write_bytes(os.urandom(32))
        self.key.chmod(0o600)
        self.start(0, "broker", "/usr/sbin/gearmand", "-L", self.address, "-j", "3", "-R", "-l", "none")
        self.start(0, "scheduler", "dask-scheduler", "--host", self.address, "--no-dashboard")
        wait_until(lambda: all(self.answers(port) for port in (4730, 8786)), "broker and scheduler")
        for host in range(1, 1 + hosts):
            self.start(host, f"node-{host}", prong, "worker", *self.on(), "--slots", str(SLOTS), "--plugins",
                       plugins).says("offers")
            self.start(host, f"dask-{host}", "dask-worker", f"{self.address}:8786", "--nworkers", str(SLOTS), "--nthreads", "1",
                       "--no-dashboard", "--local-directory", str(self.folder))

    def on(self):
        return ["--on", f"gearman://{self.address}", "--key", str(self.key)]

    def start(self, host, name, *words):
        process = Process(list(map(str, words)), self.folder, name, environment(HOME=str(self.folder)),
                          self.network.hosts[host].enter())
        self.stack.callback(process.kill)
        return process

    def answers(self, port):
        probe = ["bash", "-c", f"exec 3<>/dev/tcp/{self.address}/{port}"]
        return subprocess.run([*self.network.hosts[0].enter(), *probe], capture_output=True).returncode == 0

    def peer_ms(self, *words):
        return float(subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True).stdout)

    def milliseconds(self):
        """One of each, in the order of COLUMNS: of the whole command for Prong, and of the call alone for the others."""
        first = self.network.hosts[0].enter()
        numbers = (self.slots, self.items, CHUNK)
        script = HERE / "cluster_peers.py"
        return [
            wall_ms(f"{self.map} -j {self.slots}"),
            wall_ms(" ".join([*first, "env", self.map, *self.on()])),
            wall_ms(f"{MPIRUN} -n {self.slots // SLOTS} env {self.map} -j {SLOTS} --on mpi"),
            self.peer_ms(*MPIRUN.split(), "-n", 1 + self.slots, PYTHON, "-m", "mpi4py.futures", script, "mpi4py", *numbers),
            self.peer_ms(*first, PYTHON, script, "dask", f"{self.address}:8786", *numbers)]


def measure(table, prong, plugins):
    """Returns lines for print_beside."""
    if reason := why_no_hosts():
        print(f"no rows of a cluster: {reason}")
        return []
    lines = []
    for hosts in (1, 2, 3):
        with contextlib.ExitStack() as stack:
            cluster = Cluster(hosts, prong, plugins, stack)
            times = [cluster.milliseconds() for _ in range(RUNS)]
        here, gearman, mpi, *peers = [statistics.median(column) for column in zip(*times)]
        where = f"O items of 1 ms, {hosts} host{'s' if hosts > 1 else ''} of {SLOTS} slots"
        table.at_most(f"{where}: over Gearman, against a pool of as many workers", gearman, here, 1.05, "ms")
        table.at_most(f"{where}: over MPI, the same", mpi, here, 1.05, "ms")
        rates = [cluster.items / time * 1000 for time in (here, gearman, mpi, *peers)]
        lines.append((where, "/s", dict(zip(COLUMNS, rates))))
    return lines
