"""libprong exports what exports.expected lists, and nothing else."""

import difflib
import os
import pathlib
import subprocess
import unittest

LIBRARY = os.environ["PRONG_LIBRARY"]
LIST = pathlib.Path(__file__).with_name("exports.expected")


def exported():
    symbols = subprocess.run(["nm", "-D", "--defined-only", "--format=just-symbols", LIBRARY], check=True,
                             capture_output=True, text=True).stdout
    demangled = subprocess.run(["c++filt"], input=symbols, check=True, capture_output=True, text=True).stdout
    return sorted(set(demangled.splitlines()))  # a constructor has two symbols


class Exports(unittest.TestCase):
    def test_are_those_of_the_list(self):
        expected, found = LIST.read_text().splitlines(), exported()
        difference = "\n".join(difflib.unified_diff(expected, found, "exports.expected", "libprong", lineterm="", n=0))
        if difference:
            self.fail(f"""

{difference}

libprong exports other symbols than tests/install/exports.expected lists.
- A line with '+' that nobody outside is to call: take PRONG_API away from it, or keep it from host/exports.map.
- A line with '+' that is new and meant: add it to the list.
- A line with '-': programs that are linked with libprong break. Give the symbol back, or, between minor versions,
  take it from the list.
To make the list anew: PRONG_LIBRARY={LIBRARY} python3 {__file__} > {LIST}""")

    def test_are_prongs_own(self):
        for symbol in exported():
            self.assertRegex(symbol, r"^(prong_|prong::|(vtable|typeinfo|typeinfo name) for prong::)")


if __name__ == "__main__":
    print("\n".join(exported()))
