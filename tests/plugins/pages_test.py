"""docs/plugins.md: every command of the page, in its order, prints what is shown."""

import re
import shutil
import subprocess
import unittest
from pathlib import Path

from pictures import png
from plugin_command import PRONG, SANITIZED, WATCHDOG_SECONDS, PluginTest, environment

PAGE = (Path(__file__).parents[2] / "docs/plugins.md").read_text()


def commands():
    """(command, what is shown)."""
    for block in re.findall(r"^```console\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE):
        yield from re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)


@unittest.skipUnless(shutil.which("zstd"), "there is no command zstd")
class Page(PluginTest):
    def test_commands_print_what_is_shown(self):
        self.file("notes.txt", b"one two\nthree four five")
        self.file("copy.txt", b"one two\nthree four five")
        self.file("title.txt", b"a title\n")
        self.file("a.png", png(64, 48, lambda x, y: (4 * x, 4 * y, (x * y) % 256)))
        self.file("other.png", png(64, 48, lambda x, y: [(37 * x + 91 * y) % 256] * 3))
        self.file("broken.png", (self.dir / "a.png").read_bytes()[:300])
        (self.dir / "bin").mkdir()
        (self.dir / "bin/prong").symlink_to(PRONG)
        env = environment()
        env["PATH"] = f"{self.dir}/bin:{env['PATH']}"
        all_commands = list(commands())
        self.assertGreater(len(all_commands), 10)
        for command, shown in all_commands:
            if SANITIZED and "--sandbox" in command:
                continue
            ended = subprocess.run(["/bin/bash", "-c", command], cwd=self.dir, env=env, capture_output=True, text=True,
                                   timeout=WATCHDOG_SECONDS)
            status = f"[status {ended.returncode}]\n" if ended.returncode else ""
            self.assertEqual(ended.stdout + ended.stderr + status, shown, command)


if __name__ == "__main__":
    unittest.main()
