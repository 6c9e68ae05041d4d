"""Every public header compiles alone, under g++ and clang 19, as C++20 and C++23; those of C as C11, too.

All pairs of a header and a way to compile it take minutes. So the headers that include all others are compiled in each
way, and every other one in one of them, in turn; one with which another one begins was compiled alone there.
PRONG_TEST_ALL=1 (./dev test-all) is for all pairs."""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ["PRONG_SOURCE"])
FOLDERS = [SOURCE / "host/include", SOURCE / "plugin_api/include"]
COMPILERS = [name for name in ("g++", os.environ.get("PRONG_TEST_CLANG")) if name and not name.endswith("-NOTFOUND")]
WAYS = [(compiler, f"-std=c++{standard}") for compiler in COMPILERS for standard in (20, 23)]
WHOLE = {"prong/prong.hpp", "prong/plugin.hpp", "prong/prong.h"}
ALL = os.environ.get("PRONG_TEST_ALL") == "1"


def headers():
    return {str(header.relative_to(folder)): header for folder in FOLDERS for header in folder.rglob("*.h*")}


def those_with_which_none_begins(found):
    begins = (re.search(r"^#include <([^>]*)>", header.read_text(), re.MULTILINE) for header in found.values())
    return sorted(set(found) - {first[1] for first in begins if first})


def compiles(header, compiler, *options):
    """What the compiler says against it. It is included twice, as may happen to it."""
    command = [compiler, *options, "-Wall", "-Wextra", "-pedantic-errors", "-Werror", "-fsyntax-only",
               *(f"-I{folder}" for folder in FOLDERS), "-"]
    source = f"#include <{header}>\n" * 2
    ended = subprocess.run(command, input=source, capture_output=True, text=True)
    return f"{' '.join(command)} < '#include <{header}>'\n{ended.stderr}" if ended.returncode else ""


class Headers(unittest.TestCase):
    def check(self, jobs):
        with concurrent.futures.ThreadPoolExecutor(2) as threads:
            self.assertEqual([complaint for complaint in threads.map(lambda job: compiles(*job), jobs) if complaint], [])

    def test_compile_alone(self):
        found = headers()
        self.assertLessEqual(WHOLE, set(found))
        self.check([(header, compiler, "-x", "c++", standard)
                    for i, header in enumerate(sorted(found) if ALL else those_with_which_none_begins(found))
                    for way, (compiler, standard) in enumerate(WAYS)
                    if ALL or header in WHOLE or i % len(WAYS) == way])

    def test_of_c_compile_as_c11(self):
        found = [header for header in headers() if header.endswith(".h")]
        self.assertIn("prong/plugin.h", found)
        self.assertIn("prong/prong.h", found)
        self.check([(header, "gcc", "-x", "c", "-std=c11") for header in found])


if __name__ == "__main__":
    unittest.main()
