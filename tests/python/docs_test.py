"""docs/python.md: what it shows is what happens."""

import doctest
import os
import pathlib
import re
import subprocess
import sys
import unittest

PAGE = pathlib.Path(os.environ["PRONG_SOURCE"]) / "docs/python.md"
HERE = pathlib.Path(__file__).parent


class Page(unittest.TestCase):
    def test_sessions_print_what_is_shown(self):
        blocks = re.findall(r"^```pycon\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
        self.assertEqual(len(blocks), 4)
        parser = doctest.DocTestParser()
        test = parser.get_doctest("\n".join(blocks), {}, "docs/python.md", str(PAGE), 0)
        said = []
        runner = doctest.DocTestRunner()
        runner.run(test, out=said.append)
        self.assertEqual((runner.failures, "".join(said)), (0, ""))

    def test_both_programs_print_the_same(self):
        programs = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
        self.assertEqual(len(programs), 2)
        before, after = [[line.split("#")[0].rstrip() for line in program.splitlines()] for program in programs]
        self.assertEqual(len([line for line in after if line not in before]), 2)
        printed = [float(subprocess.run([sys.executable, "-B", "-c", program.replace("1_000_000", "1_000")],
                                        capture_output=True, text=True, check=True, timeout=60).stdout)
                   for program in programs]
        self.assertEqual(printed[0], printed[1])

    def test_the_comparison_runs(self):
        printed = subprocess.run([sys.executable, "-B", HERE / "compare.py", "1000"], capture_output=True, text=True,
                                 check=True, timeout=60).stdout
        self.assertEqual(len(printed.splitlines()), 7)
        for line in printed.splitlines()[:1] + [line.split("|")[1] for line in printed.splitlines()[2:]]:
            self.assertIn(line.strip(), PAGE.read_text())


class Stubs(unittest.TestCase):
    """What is written of the native half is there, and everything public has a sentence."""

    def test_stubs_tell_what_there_is(self):
        import prong
        from prong import _native

        stub = pathlib.Path(prong.__file__).with_name("_native.pyi").read_text()
        told = set(re.findall(r"^(?:class|def) (\w+)|^(\w+):", stub, re.MULTILINE))
        told = {name for pair in told for name in pair if name}
        self.assertEqual(told, {name for name in dir(_native) if not name.startswith("__")})
        for name in sorted(told):
            value = getattr(_native, name)
            if not isinstance(value, type):
                continue
            text = re.search(rf"^class {name}:\n(.*?)(?=^\S|\Z)", stub, re.DOTALL | re.MULTILINE)[1]
            members = set(re.findall(r"def (\w+)", text)) - {"__init__", "__len__"}
            self.assertEqual(members, {member for member in vars(value) if not member.startswith("_")}, name)

    def test_everything_public_says_what_it_is(self):
        import prong

        for name in prong.__all__:
            value = getattr(prong, name)
            self.assertTrue(value.__doc__, name)
            for member, method in vars(value).items():
                if callable(method) and not member.startswith("_"):
                    self.assertTrue(method.__doc__, f"{name}.{member}")


if __name__ == "__main__":
    unittest.main()
