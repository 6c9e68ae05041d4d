"""Tests with a broker, nodes and clients, on loopback or on hosts of their own; and that nothing of them is left."""

import contextlib
import os
import shutil
import socket
import tempfile
import unittest
from pathlib import Path

from hosts import Network, why_no_hosts
from processes import Process, environment, marked, wait_until

PRONG = os.environ["PRONG"]
CHORES = os.environ["PRONG_CHORES"]
EXAMPLES = os.environ["PRONG_EXAMPLES"]

GEARMAND = shutil.which("gearmand", path=os.environ.get("PATH", "") + ":/usr/sbin")
# Whoever is silent for so long is taken as lost: short, but long for what a busy machine can do in it.
PATIENCE = os.environ.get("PRONG_TEST_PATIENCE", "2")


def only_in_test_all():
    """For modules that take minutes: they wait for who does not answer."""
    if os.environ.get("PRONG_TEST_ALL") != "1":
        raise unittest.SkipTest("./dev test-all runs this")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@unittest.skipUnless(GEARMAND, "Gearman's broker is missing: install gearman-job-server")
class ClusterTest(unittest.TestCase):
    """One broker, as many nodes as a test starts, on loopback."""

    maxDiff = 4000
    with_key = False
    more_ports = ()  # of brokers beside the first one

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="prong-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.runs = self.folder / "runs"
        self.runs.mkdir()
        self.key = self.new_key("key") if self.with_key else None
        self.processes = []
        self.node_count = 0
        self.addCleanup(self.check_nothing_is_left)
        self.set_up_place()
        self.broker = self.start_broker()

    def set_up_place(self):
        self.address, self.port = "127.0.0.1", free_port()

    def enter(self, _host):
        return ()

    def inside(self, _host):
        """Sockets that are made in it are on that host."""
        return contextlib.nullcontext()

    def new_key(self, name, size=32, mode=0o600):
        file = self.folder / name
        file.write_bytes(os.urandom(size))
        file.chmod(mode)
        return file

    def check_nothing_is_left(self):
        for process in self.processes:
            process.kill()
        wait_until(lambda: not marked(), f"end of {marked()}")

    def started(self, words, name, env, host=0):
        process = Process(words, self.folder, f"{name}-{len(self.processes)}", env, self.enter(host))
        self.processes.append(process)
        return process

    @property
    def on(self):
        return "gearman://" + ",".join(f"{self.address}:{port}" for port in (self.port, *self.more_ports))

    def start_broker(self, port=None):
        port = port or self.port
        broker = self.started([GEARMAND, "-L", self.address, "-p", str(port), "-j", "3", "-R", "-l", "none", "--keepalive",
                               "--keepalive-idle", "2", "--keepalive-interval", "1", "--keepalive-count", "3"],
                              "broker", environment())
        wait_until(lambda: self.broker_answers(broker, port), "broker")
        return broker

    def broker_answers(self, broker, port):
        if not broker.lives():
            raise RuntimeError(f"the broker ended: {broker.err}")
        with socket.socket() as one:
            one.settimeout(1)
            return one.connect_ex((self.address, port)) == 0

    def common(self, key=None, patience=PATIENCE):
        key = self.key if key is None else key
        return ["--on", self.on, "--patience", patience, *(["--key", str(key)] if key else [])]

    def start_node(self, name, plugins=CHORES, slots=1, host=None, key=None, ready=True):
        """One after the other on the second and the third host, unless said otherwise."""
        self.node_count += 1
        host = host or 1 + self.node_count % 2
        node = self.started([PRONG, "worker", *self.common(key), "--slots", str(slots), "--plugins", str(plugins)],
                            name, environment(PRONG_TEST_NODE=name, PRONG_TEST_RUNS=str(self.runs)), host)
        if ready:
            node.says("offers")
        return node

    def start_client(self, *words, plugins=CHORES, key=None, host=0):
        return self.started([PRONG, "map", *words, *self.common(key)], "client",
                            environment(PRONG_PLUGIN_PATH=str(plugins)), host)

    def start_attempts(self, items, *words, **more):
        """A client whose items each return how often they were run, when the gate opens."""
        return self.start_client("chores.attempt", "--range", str(items), "--chunk", "1", "--bind",
                                 f'folder={self.runs}', *words, **more)

    def open_gate(self, name="open"):
        (self.runs / name).touch()

    def runs_of(self, node=None):
        """Which items were run, (item, attempt), by that node or any."""
        return sorted(tuple(map(int, file.name.split("."))) for file in self.runs.glob("[0-9]*.[0-9]*")
                      if node is None or file.read_text().startswith(node + ' '))

    def worker_of(self, item, attempt):
        return int((self.runs / f"{item}.{attempt}").read_text().split()[1])

    def wait_for_run(self, node):
        """One that has begun there, (item, attempt)."""
        return wait_until(lambda: self.runs_of(node), f"run on {node}")[0]

    def check_returns(self, client, items, attempts=None):
        """All items returned, each as often as it was run, or as said."""
        status, out, err = client.ended()
        got = list(map(int, out.split()))
        self.assertEqual((len(got), status), (items, 0), err)
        for item, attempt in enumerate(got):
            self.assertIn((item, attempt), self.runs_of(), err)
        for item, attempt in (attempts or {}).items():
            self.assertEqual(got[item], attempt, (item, err))

    def check_call(self, *words, out, err="", status=0, **more):
        self.assertEqual(self.start_client(*words, **more).ended(), (status, out, err), words)


class HostsTest(ClusterTest):
    """Three hosts: on the first are broker and client, and each other one has a node."""

    with_key = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if reason := why_no_hosts():
            raise unittest.SkipTest(reason)

    def set_up_place(self):
        self.network = Network(3)
        self.addCleanup(self.network.end)
        self.address, self.port = self.network.hosts[0].address, 4730

    def enter(self, host):
        return self.network.hosts[host].enter()

    def inside(self, host):
        return self.network.hosts[host].entered()

    def check_nothing_is_left(self):
        super().check_nothing_is_left()
        self.network.end()

    def broker_answers(self, broker, port):
        probe = f"exec 3<>/dev/tcp/{self.address}/{port}"
        return broker.lives() and Process([*self.enter(0), "bash", "-c", probe], self.folder, "probe", environment()).ended()[0] == 0


# On hosts of their own where there can be any, otherwise on loopback.
AnywhereTest = ClusterTest if why_no_hosts() else HostsTest
