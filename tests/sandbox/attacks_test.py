"""The table of attacks in docs/security.md, held against what happens: attack x level -> who stops it.

Runs in namespaces of its own, as a user that is nobody outside: an attack that works there reaches the hosts of
this test and no other process, whoever runs it. This process is number 1 there, which no signal reaches.
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

SOURCE = pathlib.Path(os.environ["PRONG_SOURCE"])
HOST = os.environ["PRONG_ATTACKED_HOST"]
PLUGIN = pathlib.Path(os.environ["PRONG_ATTACKS"])
PLUGINS = pathlib.Path("/attacks")  # in the world of this test
WORLD_READY = "PRONG_ATTACKS_WORLD"
LEVELS = ("none", "limits", "strict")
LEFT = [pathlib.Path("/tmp/prong-attack"), pathlib.Path("/tmp/prong-attack-prey"), pathlib.Path("/dev/shm/prong-attack")]
WATCHDOG_SECONDS = 120
# Milliseconds that an attack may take: one that is not to end, and one that ends at once.
IMPATIENCE = 100
PATIENCE = 20_000


class Event:
    """What came of one attack: a line of the host, or none when that died of it."""

    def __init__(self, fields):
        self.fields = fields
        self.ending, self.said, replaced, self.traces, overwritten, other = fields
        self.replaced = replaced == "replaced"
        self.overwritten = overwritten == "overwritten"
        self.other_lives = other == ""


class Host:
    """One that suffers these attacks, one after the other."""

    def __init__(self, level, port, attacks, milliseconds):
        process = subprocess.run([HOST, PLUGINS, level, str(port), str(milliseconds), *attacks], stdin=subprocess.DEVNULL, capture_output=True,
                                 timeout=WATCHDOG_SECONDS)
        lines = [line.split("\t") for line in process.stdout.decode().splitlines()]
        self.events = {line[0]: Event(line[1:]) for line in lines}
        self.status = process.returncode
        self.err = process.stderr.decode()[-2000:]
        self.left = left_processes()


def left_processes():
    """Those that do not end, which is waited for: orphans come to this process, and it buries them."""
    until = time.monotonic() + WATCHDOG_SECONDS / 4
    while True:
        try:
            while os.waitpid(-1, os.WNOHANG)[0] != 0:
                pass
        except ChildProcessError:
            pass
        left = {int(name) for name in os.listdir("/proc") if name.isdigit()} - {1}
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.002)


def works(event):
    return event.ending == "returned" and event.said == "done"


DEADLY = "nobody: the host dies"

# What the other words of the table mean. Each also means that the host lives and that no process is left.
MEANINGS = {
    # Denied with an error that the function sees.
    "filter": lambda event: event.ending == "returned" and event.said in ("EPERM", "ENOSYS"),
    "Landlock": lambda event: event.ending == "returned" and event.said == "EACCES",
    "seal": lambda event: event.ending == "returned" and event.said == "EACCES",
    "system": lambda event: event.ending == "returned" and event.said not in ("done", ""),
    "settings": lambda event: event.ending != "",
    "limit": lambda event: event.said in ("EAGAIN", "EMFILE", "ENOMEM", "std::bad_alloc"),
    # The item fails; its worker is another one afterwards.
    "worker": lambda event: event.ending in ("crashed", "exited") and event.replaced,
    "time-out": lambda event: event.ending == "timed_out" and event.replaced,
    # The item fails, its worker lives on.
    "item": lambda event: event.ending == "threw" and not event.replaced,
    # It works, and the next task does not notice.
    "replaced": lambda event: works(event) and event.replaced and event.traces == "",
    "restored": lambda event: works(event) and not event.replaced and event.traces == "",
    # What it leaves is ended with the pool.
    "zygote": works,
    # The item is lost; there is another zygote.
    "pool": lambda event: event.ending == "lost" and event.replaced,
    # It works.
    "nobody": works,
    "nobody: written": lambda event: works(event) and event.overwritten,
    "nobody: the other dies": lambda event: works(event) and not event.other_lives,
    "nobody: the next task sees it": lambda event: works(event) and event.traces != "",
}


def table():
    """Rows of (attack, {level: word})."""
    page = (SOURCE / "docs/security.md").read_text()
    for attack, *words in re.findall(r"^\| `(\w+)`[^|]*\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE):
        yield attack, dict(zip(LEVELS, (word.strip() for word in words)))


class Attacks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = socket.create_server(("127.0.0.1", 0))
        cls.port = cls.server.getsockname()[1]
        cls.named = socket.socket(socket.AF_UNIX)
        cls.named.bind(f"\0prong-{cls.port}")
        cls.named.listen()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.named.close()
        for file in LEFT:
            file.unlink(missing_ok=True)

    def test_all_have_a_row(self):
        names = subprocess.run([HOST, PLUGINS, "none", "0", "1000"], check=True, capture_output=True, text=True).stdout.split()
        self.assertGreaterEqual(len(names), 40)
        self.assertEqual([attack for attack, _ in table()], names)

    def test_are_stopped_as_the_table_says(self):
        for level in LEVELS:
            words = {attack: row[level] for attack, row in table()}
            slow = [attack for attack, word in words.items() if word == "time-out"]
            deadly = [attack for attack, word in words.items() if word == DEADLY]
            rest = [attack for attack in words if attack not in slow and attack not in deadly]
            for attacks, milliseconds in ((rest, PATIENCE), (slow, IMPATIENCE)):
                with self.subTest(level=level):
                    self.check(Host(level, self.port, attacks, milliseconds), words)
            for attack in deadly:
                with self.subTest(level=level, attack=attack):
                    host = Host(level, self.port, [attack], PATIENCE)
                    self.assertEqual((host.status, host.events, host.left), (-signal.SIGKILL, {}, set()), host.err)

    def check(self, host, words):
        self.assertEqual((host.status, host.left), (0, set()), host.err)
        for attack, event in host.events.items():
            with self.subTest(attack=attack, word=words[attack]):
                self.assertTrue(MEANINGS[words[attack]](event), event.fields)
                self.assertEqual(event.overwritten, words[attack] == "nobody: written", event.fields)
                self.assertEqual(event.other_lives, words[attack] != "nobody: the other dies", event.fields)


def enter_namespaces():
    """This script once more, as process 1 of its own world; or an honest word why not."""
    command = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--keep-caps", "--mount", "--pid", "--fork",
               "--kill-child", "--mount-proc"]
    if subprocess.run([*command, "true"], capture_output=True).returncode != 0:
        print("skipped: this system gives no user namespaces (unshare), and these attacks would reach other processes")
        sys.exit(77)
    os.execvp(command[0], [*command, *again()])


def again():
    return [sys.executable, "-B", __file__, *sys.argv[1:]]


def furnish_world():
    """A root folder that belongs to who is nobody outside, so that plugins in it are trusted, wherever they were built:
    in a clone in /tmp, say, or by a user to whom / does not belong. All else is where it was."""
    needed = {*pathlib.Path(HOST).parents, *SOURCE.parents, SOURCE}
    root = next(one for one in map(pathlib.Path, ("/mnt", "/media", "/srv", "/opt")) if one.is_dir() and one not in needed)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", root], check=True)
    for entry in pathlib.Path("/").iterdir():
        here = root / entry.name
        if entry.is_symlink():
            here.symlink_to(entry.readlink())
        elif entry.is_dir() and entry != root:
            here.mkdir()
            subprocess.run(["mount", "--rbind", entry, here], check=True)
    (root / PLUGINS.name).mkdir()
    shutil.copy(PLUGIN, root / PLUGINS.name)
    old = root / "old-root"
    old.mkdir()
    subprocess.run(["pivot_root", root, old], check=True)
    os.chdir("/")
    subprocess.run(["umount", "--lazy", "/old-root"], check=True)
    os.chdir(SOURCE)
    # What was needed for this is given up.
    os.environ[WORLD_READY] = "1"
    os.execvp("setpriv", ["setpriv", "--inh-caps=-all", "--ambient-caps=-all", *again()])


if __name__ == "__main__":
    if os.getpid() != 1:
        enter_namespaces()
    if WORLD_READY not in os.environ:
        furnish_world()
    unittest.main()
