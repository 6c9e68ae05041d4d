"""docs/behaviours.md: every behaviour has a row, and every test that a row names exists."""

import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ["PRONG_SOURCE"])
PAGE = (SOURCE / "docs/behaviours.md").read_text()


def named_tests():
    """(file, name of a test case) of "`file`: "name", "name"; …"."""
    page = re.sub(r"\s+", " ", PAGE)
    for file, names in re.findall(r'`(tests/[^`]*)`: ("[^"]*"(?:, "[^"]*")*)', page):
        for name in re.findall(r'"([^"]*)"', names):
            yield file, name


class Behaviours(unittest.TestCase):
    def test_have_a_row_each(self):
        self.assertEqual([int(number) for number in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)], list(range(1, 41)))

    def test_name_tests_that_exist(self):
        tests = list(named_tests())
        self.assertGreater(len(tests), 28)
        for file, name in tests:
            with self.subTest(file=file, name=name):
                text = re.sub(r"\s+", " ", (SOURCE / file).read_text())
                begin = r'TEST_CASE\( ?"' if file.endswith(".cpp") else r'(Scenario\("|def )'
                self.assertRegex(text, begin + re.escape(name) + r'["(]')


if __name__ == "__main__":
    unittest.main()
