"""Plain values of every type, there and back, and hostile ones."""

import collections
import dataclasses
import math
import unittest

import numpy
import prong
from pool_test_case import PoolTest


@dataclasses.dataclass
class Shape:
    name: object
    points: object
    tag: object = None


Point = collections.namedtuple("Point", "x y")


class Values(PoolTest):
    def test_there_and_back(self):
        for name, values in {
                "null": [None], "boolean": [True, False], "i8": [-128, 127], "i16": [-(1 << 15)], "i32": [1 << 30],
                "i64": [-(1 << 63), (1 << 63) - 1], "u8": [255], "u16": [65535], "u32": [(1 << 32) - 1],
                "u64": [(1 << 64) - 1, 0], "f32": [0.5, -math.inf], "f64": [1e308, 5e-324, -0.0], "nothing": [()],
                "str": ["", "ä", "a\0b", "\U0001f600", "\udcff"], "bytes": [b"", b"\0\xff"],
                "pair": [(1, 2.5)], "labelled": [("a", 1)], "point": [{"x": 1.5, "y": 2}],
                "shape": [{"name": "s", "points": [{"x": 1.0, "y": 1}], "tag": None}], "numbers": [[], [1.5, 2.5]],
                "truths": [[True, False]], "texts": [["a", ""]], "blobs": [[b"a"]], "matrix": [[[1.0], []]],
                "maybe_integer": [None, 3], "maybe_text": [None, "x"], "table": [{}, {"a": 1.0}],
                "shapes": [{"k": {"name": "", "points": [], "tag": "t"}}],
                "any": [None, True, -5, (1 << 64) - 1, 1.5, "t", b"b", [1, [2]], {"a": {"b": [None]}}]}.items():
            with self.subTest(name):
                found = self.pool.map("echoes." + name, values)
                self.assertEqual(found, values)
                self.assertEqual(list(map(type, found)), list(map(type, values)))
                self.assertEqual(list(self.pool.imap("echoes." + name, values)), values)
                self.assertEqual([self.pool.apply("echoes." + name, (value,)) for value in values], values)

    def test_no_number_comes_back_as_such(self):
        self.assertTrue(math.isnan(self.pool.map("echoes.f64", [math.nan])[0]))
        self.assertTrue(math.isnan(self.pool.apply("echoes.any", (math.nan,))))

    def test_integers_are_exact(self):
        outcomes = self.pool.map_outcomes("echoes.f64", [1 << 53, (1 << 53) + 1, 1 << 63, (1 << 64) - 1])
        self.assertEqual([one.kind for one in outcomes], ["returned", "rejected", "returned", "rejected"])
        for name, values in (("i8", [128, -129]), ("u8", [-1, 256]), ("u64", [-1]), ("i64", [1 << 63]), ("i32", [1.0])):
            self.assertEqual({one.kind for one in self.pool.map_outcomes("echoes." + name, values)}, {"rejected"})

    def test_floats_of_32_bits_are_rounded_once(self):
        self.assertEqual(self.pool.map("echoes.f32", [0.1]), [float(numpy.float32(0.1))])
        self.assertEqual(self.pool.apply("echoes.f32", (0.1,)), float(numpy.float32(0.1)))
        outcomes = self.pool.map_outcomes("echoes.f32", [1e300, 1.0])
        self.assertEqual([one.kind for one in outcomes], ["rejected", "returned"])

    def test_objects_with_the_fields_are_structs(self):
        expected = {"name": "s", "points": [{"x": 1.0, "y": 2}], "tag": None}
        self.assertEqual(self.pool.map("echoes.shape", [Shape("s", [Point(1, 2)])]), [expected])
        self.assertEqual(self.pool.map("echoes.point", [Point(1, 2), {"y": 2, "x": 1}]), [{"x": 1.0, "y": 2}] * 2)
        rejected = self.pool.map_outcomes("echoes.point", [{"x": 1}, {"x": 1, "y": 2, "z": 3}, (1, 2), 5])
        self.assertEqual({one.kind for one in rejected}, {"rejected"})

    def test_numpys_scalars_are_numbers(self):
        self.assertEqual(self.pool.map("echoes.i64", [numpy.int8(3), numpy.uint64(4)]), [3, 4])
        self.assertEqual(self.pool.map("echoes.f64", [numpy.float32(0.5), numpy.float64(2)]), [0.5, 2])
        self.assertEqual(self.pool.map("echoes.boolean", [numpy.bool_(True)]), [True])
        self.assertEqual(self.pool.map("echoes.bytes", [bytearray(b"a"), memoryview(b"bcd")[::2]]), [b"a", b"bd"])
        self.assertEqual(self.pool.map("echoes.bytes", [numpy.array([1, 2], "u1")]), [b"\1\2"])

    def test_text_is_not_bytes(self):
        kinds = [one.kind for one in self.pool.map_outcomes("echoes.str", ["a", b"a", 1])]
        self.assertEqual(kinds, ["returned", "rejected", "rejected"])
        self.assertRaises(UnicodeEncodeError, self.pool.map, "echoes.str", ["\ud800"])

    def test_what_a_plugin_emits_is_checked(self):
        outcomes = self.pool.map_outcomes("echoes.texts_unchecked", [b"\x91\xa1a", b"\x92\xa1a", b"\xdd\xff\xff\xff\xff",
                                                                    b"", b"\x91\x01", b"\xc1", b"\x90\x90"])
        self.assertEqual([one.kind for one in outcomes], ["returned"] + ["threw"] * 6)
        self.assertEqual(outcomes[0].value, ["a"])
        self.assertEqual(outcomes[4].failure.what,
                         "the result is not of the function's type: expected str at $[0], found 1")
        self.raises(prong.TaskFailed, "item 1: threw: the result is not of the function's type: …", self.pool.map,
                    "echoes.texts_unchecked", [b"\x90", b"\xc0"])
        self.assertRaises(prong.TaskFailed, list, self.pool.imap("echoes.texts_unchecked", [b"\xc0"]))

    def test_depth_and_circles_end(self):
        circle = []
        circle.append(circle)
        self.raises(prong.Mismatch, "item 0 cannot be sent: it has more than 128 lists and dicts inside each other",
                    self.pool.map, "echoes.any", [circle])
        self.raises(prong.Mismatch, "item 0 cannot be sent: it has a key of type 'int', which is no str", self.pool.map,
                    "echoes.any", [{1: 2}])

    def test_values_that_change_while_they_are_read(self):
        items = [None]

        class Treacherous:
            def __getattr__(self, name):
                items.clear()
                items.extend([self] * 100)
                raise AttributeError(name)

            def __index__(self):
                items.clear()
                return 7

        items[:] = [Treacherous() for _ in range(3)]
        self.assertEqual(self.pool.map("echoes.any", items), [7, 7, 7])

        class Failing:
            def __index__(self):
                raise RuntimeError("not now")

        self.assertRaises(RuntimeError, self.pool.map, "echoes.i64", [Failing()])


if __name__ == "__main__":
    unittest.main()
