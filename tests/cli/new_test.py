"""`prong new`: what it makes builds against an installed Prong, passes its own tests, installs, and runs there."""

import json
import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from prong_command import PRONG, SANITIZED, WATCHDOG_SECONDS, ProngTest, environment, prong, watch_anew

BUILD = Path(PRONG).parent.parent
INCLUDE = Path(__file__).parents[2] / "plugin_api/include"
MACROS = Path(__file__).parents[2] / "plugin_api/cmake/plugin.rs"


def command(*words, **more):
    watch_anew(4 * WATCHDOG_SECONDS)  # a compiler may be at work
    ended = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def has_rust():
    """A rustc of rustup's may be there without any toolchain; that of Debian 12 is too old."""
    if not shutil.which("rustc"):
        return False
    version = re.match(r"rustc (\d+)\.(\d+)", subprocess.run(["rustc", "--version"], capture_output=True, text=True).stdout)
    return bool(version) and tuple(map(int, version.groups())) >= (1, 82)


# What headers declare, or have macros for, what other languages have words for, and the templates' own names.
NASTY = ("time", "index", "linux", "unix", "stdin", "errno", "EOF", "NULL", "INT_MAX", "SYS_read", "I", "signal", "tm", "size_t",
         "uint8_t", "pid_t", "y1", "acme.linux", "acme.time", "assert", "plugin", "mapfn", "resultfn", "twice", "sum", "x",
         "prong_batch", "Export", "NOTE", "EXPORT", "type", "fn", "match", "self", "crate", "impl", "mod", "module", "acme.acme",
         "acme.prongs", "restrict", "import", "test", "std_", "_x")


@unittest.skipIf(SANITIZED, "the sanitizers need flags of their own")
class Names(ProngTest):
    """Every module name that is not refused makes a source that compiles."""

    def sources(self, *words):
        place = self.folder()
        for name in NASTY:
            ended = prong("new", name, *words, cwd=place)
            self.assertEqual((ended.status, ended.err), (0, b""), name)
        extension = {"c": "c", "rust": "rs"}[words[1]] if words else "cpp"
        return [next((place / name).glob(f"*.{extension}")) for name in NASTY]

    def test_in_cpp(self):
        all_in_one = self.folder() / "all.cpp"
        # A class of such a module, too.
        all_in_one.write_text("".join(f'#include "{source}"\n' for source in self.sources()) + (
            "namespace plugin::time { struct Ahead { explicit Ahead(double) {} double operator()(double x) const { return x; } }; }\n"
            'PRONG_MAP_CLASS(time, ahead, Ahead(double), "x", x, hours)\n'))
        command("c++", "-std=gnu++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", INCLUDE, all_in_one)

    def test_in_c(self):
        for source in self.sources("--lang", "c"):
            command("cc", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", INCLUDE, source)

    @unittest.skipUnless(has_rust(), "there is no rustc here that works")
    def test_in_rust(self):
        for source in self.sources("--lang", "rust"):
            if source.parent.name in ("type", "fn", "match", "self", "crate", "impl", "mod", "time", "acme.time", "x", "sum", "_x"):
                command("rustc", "--edition", "2021", "--crate-type", "lib", "--emit", "metadata", "-o", source.with_suffix(".meta"),
                        source, env={**os.environ, "PRONG_PLUGIN_RS": str(MACROS)})


@unittest.skipIf(SANITIZED, "the sanitizers need flags of their own")
class Project(ProngTest):
    def check_project(self, module, *words, file_name, source):
        place, prefix = self.folder(), self.folder()
        for component in ("host", "plugin_api"):
            command("cmake", "--install", BUILD / component, "--prefix", prefix)
        for file in ("man/man1/prong.1", "man/man1/prong-map.1", "bash-completion/completions/prong",
                     "zsh/site-functions/_prong", "fish/vendor_completions.d/prong.fish"):
            self.assertTrue((prefix / "share" / file).is_file(), file)
        ended = prong("new", module, *words, cwd=place)
        self.assertEqual((ended.status, ended.err), (0, b""))
        self.assertEqual({file.name for file in (place / module).iterdir()}, {"CMakeLists.txt", source, "README.md"})
        build = ("cmake", "-G", "Ninja", "-S", module, "-B", f"{module}/build", f"-DCMAKE_PREFIX_PATH={prefix}",
                 "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror", "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror")
        self.assertIn(f"{module}/build", ended.out.decode())
        command(*build, cwd=place)
        command("cmake", "--build", f"{module}/build", cwd=place)
        self.assertIn("100% tests passed, 0 tests failed out of 3", command("ctest", cwd=place / module / "build"))
        command("cmake", "--install", f"{module}/build", "--prefix", prefix, cwd=place)
        installed = next(prefix.glob(f"lib*/**/prong/plugins/{file_name}"))
        clean = environment(PRONG_PLUGIN_PATH="")
        tool = prefix / "bin/prong"
        self.assertEqual(command(tool, "run", f"{module}.twice", "--range", "4", env=clean), "12\n")
        self.assertRegex(command(tool, "check", installed, env=clean), f"^{installed}: good: {module} 0.1.0, 2 functions\n$")
        failed = subprocess.run([tool, "map", f"{module}.twice", "1", "-1"], env=clean, capture_output=True)
        self.assertEqual((failed.returncode, failed.stdout), (1, b"2\n"))
        self.assertIn(b"item 1: threw: ", failed.stderr)

    def test_in_cpp(self):
        self.check_project("acme.stats", file_name="acme-_-stats.so", source="stats.cpp")

    @unittest.skipUnless(has_rust(), "there is no rustc of 1.82 or newer here that works")
    def test_in_rust(self):
        self.check_project("acme.gauges", "--lang", "rust", file_name="acme-_-gauges.so", source="gauges.rs")

    def test_in_c(self):
        self.check_project("readings", "--lang", "c", file_name="readings.so", source="readings.c")


class Usage(ProngTest):
    def test_needs_a_module(self):
        self.check_usage("new", err=b"which module? prong new MODULE")
        for name in ("1a", "a-b", "", "a..b", "../x", "a/b", ".a"):
            self.check_usage("new", name, cwd=self.folder(), err=(
                f"'{name}' is no module name: identifiers of C++ with dots between them, as acme.stats").encode())

    def test_refuses_names_that_no_namespace_can_have(self):
        for name, word in (("_", "_"), ("a__b", "a__b"), ("acme.__x", "__x"), ("_X", "_X")):
            self.check_usage("new", name, cwd=self.folder(), err=(
                f"'{name}' is no module name: '{word}' is kept for the compiler; name it otherwise").encode())
        self.check_usage("new", "PRONG_MAP", cwd=self.folder(),
                         err=b"'PRONG_MAP' is no module name: 'PRONG_MAP' is kept for Prong's macros; name it otherwise")
        for name, word in (("class", "class"), ("acme.new", "new"), ("int.stats", "int"), ("std", "std"), ("typeof", "typeof")):
            self.check_usage("new", name, cwd=self.folder(), err=(
                f"'{name}' is no module name: '{word}' means something else in C++; try '{word}_'").encode())

    def test_says_in_json_what_it_made(self):
        place = self.folder()
        document = json.loads(prong("new", "classes", "--json", cwd=place).out)
        self.assertEqual(document, {"folder": "classes", "files": ["CMakeLists.txt", "classes.cpp", "README.md"]})
        self.assertEqual(sorted(document["files"]), sorted(file.name for file in (place / "classes").iterdir()))

    def test_writes_over_nothing(self):
        place = self.folder()
        (place / "stats").mkdir()
        self.check_usage("new", "stats", cwd=place, err=b"there is a 'stats' here already; remove it, or go elsewhere")
        self.assertEqual(list((place / "stats").iterdir()), [])

    def test_knows_three_languages(self):
        place = self.folder()
        self.check_usage("new", "stats", "--lang", "cobol", cwd=place, err=b"--lang cobol: c++, c or rust is needed")
        self.assertEqual(list(place.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
