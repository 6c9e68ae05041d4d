"""docs/embedding.md: every snippet is a part of an example that is built and run, and every command works."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["PRONG_SOURCE"])
BUILD = pathlib.Path(os.environ["PRONG_BUILD"])
EXAMPLES = SOURCE / "docs/examples"
PAGE = (SOURCE / "docs/embedding.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def squeezed(code):
    """Without what depends on how far a block is indented: line breaks and the blanks around them."""
    return re.sub(r"\s+", " ", code)


class Snippets(unittest.TestCase):
    def are_parts_of(self, language, files):
        sources = [squeezed(file.read_text()) for file in files]
        found = blocks(language)
        self.assertTrue(found)
        for block in found:
            with self.subTest(block=block):
                self.assertTrue(any(squeezed(block).strip() in source for source in sources))

    def test_of_cpp_are_parts_of_the_examples(self):
        self.are_parts_of("cpp", EXAMPLES.glob("*.cpp"))

    def test_of_c_are_parts_of_the_examples(self):
        self.are_parts_of("c", EXAMPLES.glob("*.c"))

    def test_of_cmake_are_parts_of_the_projects(self):
        self.are_parts_of("cmake", [EXAMPLES / name / "CMakeLists.txt" for name in ("project", "installed")])


@unittest.skipIf(os.environ.get("PRONG_SANITIZE"), "the sanitizers need flags of their own")
class Commands(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="prong-docs-"))
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copy(EXAMPLES / "first.cpp", self.folder)

    def test_of_the_console_print_what_is_shown(self):
        for name in ("host", "plugin_api"):
            (self.folder / name).symlink_to(SOURCE / name)
        (self.folder / "build").mkdir()
        (self.folder / "build/release").symlink_to(BUILD)
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "g++").symlink_to(shutil.which(os.environ["CXX"]))
        environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
        commands = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", "".join(blocks("console")), re.MULTILINE)
        self.assertEqual(len(commands), 2)
        for command, shown in commands:
            ended = subprocess.run(command, shell=True, cwd=self.folder, env=environment, capture_output=True, text=True)
            self.assertEqual(ended.returncode, 0, ended.stderr)
            self.assertEqual(ended.stdout, shown)

    def test_of_cmake_configure_a_project_around_prong(self):
        """Prong itself is not built once more: that takes minutes."""
        for name in ("CMakeLists.txt", "stats.cpp"):
            shutil.copy(EXAMPLES / "project" / name, self.folder)
        (self.folder / "prong").symlink_to(SOURCE)
        for command in ("cmake -G Ninja -S . -B build", "ninja -C build acme.stats-plugin", "ninja -C build -n first"):
            ended = subprocess.run(command.split(), cwd=self.folder, capture_output=True, text=True)
            self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        self.assertTrue((self.folder / "build/lib/prong/plugins/acme-_-stats.so").exists())


if __name__ == "__main__":
    unittest.main()
