"""Hosts that are network namespaces of this test alone, at one switch. They have no names, and end with the processes
that hold them, which end with the test however that ends."""

import contextlib
import ctypes
import os
import shutil
import subprocess

from processes import dies_with_test, run_quietly, wait_until

NEEDED = ("ip", "nsenter", "unshare")
CLONE_NEWNET = 0x40000000


def why_no_hosts():
    """Why there can be none; empty: there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    missing = [tool for tool in NEEDED if not shutil.which(tool)]
    if missing:
        return f"network namespaces need {', '.join(missing)}"
    if subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode != 0:
        return "network namespaces are not allowed here"
    return ""


def enter_namespace(file):
    if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


class Namespace:
    def __init__(self):
        # It reads from a pipe that nobody writes to: no name, no time limit.
        self.holder = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                       preexec_fn=dies_with_test)
        ours = os.readlink("/proc/self/ns/net")
        wait_until(lambda: os.readlink(f"/proc/{self.holder.pid}/ns/net") != ours, "a namespace")
        self.ip("link", "set", "lo", "up")

    def enter(self):
        """What to put before a command that is to run there; it stays one process."""
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "--"]

    @contextlib.contextmanager
    def entered(self):
        """The calling thread is there; sockets that it makes stay there."""
        with open(f"/proc/{self.holder.pid}/ns/net", "rb") as there, open("/proc/thread-self/ns/net", "rb") as here:
            enter_namespace(there)
            try:
                yield
            finally:
                enter_namespace(here)

    def ip(self, *words):
        run_quietly(*self.enter(), "ip", *words)

    def end(self):
        self.holder.stdin.close()
        self.holder.kill()
        self.holder.wait()


class Host(Namespace):
    def __init__(self, switch, number):
        super().__init__()
        self.switch, self.port, self.address = switch, f"port{number}", f"10.73.0.{number}"
        switch.ip("link", "add", self.port, "type", "veth", "peer", "name", "eth0", "netns", str(self.holder.pid))
        switch.ip("link", "set", self.port, "up")
        self.ip("addr", "add", f"{self.address}/24", "dev", "eth0")
        self.ip("link", "set", "eth0", "up")
        self.mend()

    def cut(self):
        """Nothing gets there or comes from there, and nobody is told: the cable still has its carrier."""
        self.switch.ip("link", "set", self.port, "nomaster")

    def mend(self):
        self.switch.ip("link", "set", self.port, "master", "bridge")


class Network:
    def __init__(self, hosts):
        self.switch = Namespace()
        self.switch.ip("link", "add", "bridge", "type", "bridge")
        self.switch.ip("link", "set", "bridge", "up")
        self.hosts = [Host(self.switch, number) for number in range(1, hosts + 1)]

    def end(self):
        for namespace in (*self.hosts, self.switch):
            namespace.end()
