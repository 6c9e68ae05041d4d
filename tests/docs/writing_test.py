"""docs/writing-a-plugin.md: a new user types what the page says, and sees what it shows."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["PRONG_SOURCE"])
BUILD = pathlib.Path(os.environ["PRONG_BUILD"])
PAGE = (SOURCE / "docs/writing-a-plugin.md").read_text()

# Nothing takes so long unless it hangs.
WATCHDOG_SECONDS = 200


def section(name):
    return re.search(rf"^## {re.escape(name)}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE).group(1)


def steps(text):
    """In their order: ("console", block), or (name of a file, what is to be at its end)."""
    for before, language, block in re.findall(r"(.*?)^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        yield ("console", block) if language == "console" else (re.findall(r"at the end of `(\S+)`", before, re.I)[-1], block)


def pattern(shown):
    """Of what is shown: `…` is any lines."""
    return "".join("(?:.*\n)*" if line == "…" else re.escape(line) + "\n" for line in shown.splitlines())


def rust_that_is_too_old():
    """Why the Rust of this machine will not do; None: it will. A rustc of rustup's may have no toolchain."""
    if not shutil.which("rustc"):
        return "there is no rustc here"
    ended = subprocess.run(["rustc", "--version"], capture_output=True, text=True)
    version = re.match(r"rustc (\d+)\.(\d+)", ended.stdout)
    if not version:
        return "the rustc here does not work"
    return None if tuple(map(int, version.groups())) >= (1, 82) else f"{ended.stdout.strip()} is older than 1.82"


@unittest.skipIf(os.environ.get("PRONG_SANITIZE"), "the sanitizers need flags of their own")
class NewUser(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="prong-docs-"))
        self.addCleanup(shutil.rmtree, self.home)
        prefix = self.home / "prefix"
        for component in ("host", "plugin_api"):
            subprocess.run(["cmake", "--install", BUILD / component, "--prefix", prefix], check=True, capture_output=True)
        kept = {name: os.environ[name] for name in ("CC", "CXX", "CARGO_HOME", "RUSTUP_HOME") if name in os.environ}
        # rustup looks for its toolchains in the home that we hide.
        kept.setdefault("RUSTUP_HOME", str(pathlib.Path.home() / ".rustup"))
        self.environment = {**kept, "PATH": f"{prefix}/bin:{os.environ['PATH']}", "HOME": str(self.home),
                            "CMAKE_GENERATOR": "Ninja", "LC_ALL": "C.UTF-8"}
        self.place = self.home / "work"
        self.place.mkdir()

    def type(self, command):
        ended = subprocess.run(["/bin/bash", "-c", f"umask 022; {command} && pwd > {self.home}/place"], cwd=self.place,
                               env=self.environment, capture_output=True, text=True, timeout=WATCHDOG_SECONDS)
        if command.startswith("cd "):
            self.place = pathlib.Path((self.home / "place").read_text().strip())
        return ended.stdout + ended.stderr + (f"[status {ended.returncode}]\n" if ended.returncode else "")

    def follow(self, name):
        count = 0
        for kind, block in steps(section(name)):
            if kind != "console":
                with (self.place / kind).open("a") as file:
                    file.write("\n" + block)
                continue
            for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
                self.assertRegex(self.type(command), rf"\A{pattern(shown)}\Z", command)
                count += 1
        self.assertGreater(count, 6)

    def test_in_cpp(self):
        self.follow("In C++")

    def test_in_c(self):
        (self.place / "sub").mkdir()
        self.place /= "sub"
        self.follow("In C")

    @unittest.skipIf(rust_that_is_too_old(), rust_that_is_too_old())
    def test_in_rust(self):
        (self.place / "sub").mkdir()
        self.place /= "sub"
        self.follow("In Rust")


if __name__ == "__main__":
    unittest.main()
