"""docs/cli.md: every command of the page, in its order, prints what is shown."""

import re
import unittest
from pathlib import Path

from prong_command import PRONG, ProngTest, shell

PAGE = (Path(__file__).parents[2] / "docs/cli.md").read_text()


def commands():
    """(task, command, what is shown of standard output, of standard error, status)."""
    for task, text in re.findall(r"^### (.*?)\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE):
        for block in re.findall(r"^```console\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
            for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
                lines = shown.splitlines(keepends=True)
                status = [int(line.split()[1].strip("]\n")) for line in lines if line.startswith("[status ")]
                out = "".join(line for line in lines if not line.startswith(("prong: ", "[status ")))
                err = "".join(line for line in lines if line.startswith("prong: "))
                yield task, command, out, err, (status or [0])[0]


def general(text):
    """Without what differs from run to run: pids, rates, sizes, builds, and which calls the compiler has left."""
    text = re.sub(r"(mapfn::)?examples::crash\([^)]*\)", "CRASH", re.sub(r"(?m)^prong:   #[1-9].*\n", "", text))
    text = re.sub(r"peak memory: [0-9.]+", "peak memory: SIZE", re.sub(r"worker \d+", "worker PID", text))
    text = re.sub(r" at examples\.cpp:\d+", " in examples.so", text)  # a build for sanitizers knows lines
    text = re.sub(r'"build_id":"[0-9a-f]+"', '"build_id":"ID"', text)
    return re.sub(r"[0-9.]+/s", "RATE", text)


class Cookbook(ProngTest):
    def test_has_ten_tasks_or_more(self):
        self.assertGreaterEqual(len({task for task, *_ in commands()}), 10)

    def test_commands_print_what_is_shown(self):
        folder = self.folder()
        (folder / "points.csv").write_text("name,y,x\na,4,3\nb,12,5\n")
        (folder / "notes.txt").write_text("one two\nthree four five\n")
        (folder / "title.txt").write_text("a title")
        tools = folder / "bin"
        tools.mkdir()
        (tools / "prong").symlink_to(PRONG)
        path = f"export PATH={tools}:$PATH; "
        for task, command, out, err, status in commands():
            with self.subTest(task=task, command=command):
                ended = shell(path + command, cwd=folder)
                self.assertEqual((general(ended.out.decode()), general(ended.err.decode()), ended.status),
                                 (general(out), general(err), status))


if __name__ == "__main__":
    unittest.main()
