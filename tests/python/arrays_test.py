"""NumPy's arrays: in and out without a copy, and what does not fit."""

import array
import gc
import unittest

import numpy
import prong
from pool_test_case import PoolTest, make_pool

POINT = numpy.dtype([("x", "f8"), ("y", "i4")], align=True)


class Arrays(PoolTest):
    def same(self, found, expected):
        self.assertIsInstance(found, numpy.ndarray)
        self.assertEqual(found.dtype, expected.dtype)
        numpy.testing.assert_array_equal(found, expected)

    def test_every_number_goes_there_and_back(self):
        for name, dtype in (("boolean", "?"), ("i8", "i1"), ("i16", "i2"), ("i32", "i4"), ("i64", "i8"), ("u8", "u1"),
                            ("u16", "u2"), ("u32", "u4"), ("u64", "u8"), ("f32", "f4"), ("f64", "f8")):
            numbers = numpy.frombuffer(numpy.random.default_rng(1).bytes(800), "u1").astype("u8").astype(dtype)
            self.same(self.pool.map("echoes." + name, numbers), numbers)

    def test_ends_of_ranges_and_what_is_no_number(self):
        for dtype in ("i8", "u8"):
            limits = numpy.iinfo(dtype)
            ends = numpy.array([limits.min, limits.max], dtype)
            self.same(self.pool.map("echoes." + {"i8": "i64", "u8": "u64"}[dtype], ends), ends)
        odd = numpy.array([numpy.nan, numpy.inf, -numpy.inf, -0.0, 5e-324])
        found = self.pool.map("echoes.f64", odd)
        self.assertEqual(found.tobytes(), odd.tobytes())

    def test_results_lie_in_the_pools_memory(self):
        numbers = numpy.arange(100_000.0)
        squares = self.pool.map("examples.square", numbers)
        self.same(squares, numbers * numbers)
        self.assertFalse(squares.flags.owndata)
        self.assertFalse(squares.flags.writeable)
        self.assertRaises(ValueError, squares.__setitem__, 0, 1)
        part = squares[10:20]
        del squares
        gc.collect()
        for _ in range(5):
            self.pool.map("examples.square", numbers + 1)
        self.same(part, numbers[10:20] ** 2)

    def test_results_outlive_the_pool(self):
        with make_pool() as pool:
            squares = pool.map("examples.square", numpy.arange(1000.0))
        del pool
        gc.collect()
        self.same(squares, numpy.arange(1000.0) ** 2)

    def test_results_are_the_next_calls_items(self):
        once = self.pool.map("examples.square", numpy.arange(1000.0))
        self.same(self.pool.map("examples.square", once), numpy.arange(1000.0) ** 4)
        self.same(self.pool.map("examples.square", once[10:]), numpy.arange(10, 1000.0) ** 4)

    def test_arrays_of_the_pool_are_used_in_place(self):
        numbers = self.pool.empty(1000)
        self.assertEqual((numbers.shape, numbers.dtype, numbers.flags.writeable), ((1000,), numpy.dtype("f8"), True))
        numbers[:] = 3
        self.same(self.pool.map("examples.square", numbers), numpy.full(1000, 9.0))
        points = self.pool.array([(1, 2), (3, 4)], POINT)
        self.same(self.pool.map("echoes.point", points), points)
        self.assertEqual(self.pool.empty((3, 0)).shape, (3, 0))
        self.assertEqual(self.pool.empty((2, 3), "i2").shape, (2, 3))
        self.assertRaises(prong.UsageError, self.pool.empty, -1)
        self.assertRaises(prong.UsageError, self.pool.empty, 3, object)
        self.raises(prong.PoolBroken, "no room for 1152921504606846976 bytes in the pool's inputs: …", self.pool.empty,
                    1 << 57)
        self.assertRaises(prong.UsageError, self.pool.empty, 1 << 62)

    def test_arrays_that_are_not_contiguous_are_gathered(self):
        numbers = numpy.arange(100.0)
        self.same(self.pool.map("examples.square", numbers[::3]), numbers[::3] ** 2)
        self.same(self.pool.map("examples.square", numbers[::-1]), numbers[::-1] ** 2)
        pairs = numpy.asfortranarray(numbers.reshape(50, 2))
        self.same(self.pool.map("examples.hypot", pairs), numpy.hypot(pairs[:, 0], pairs[:, 1]))
        read_only = numbers.copy()
        read_only.flags.writeable = False
        self.same(self.pool.map("examples.square", read_only), numbers**2)

    def test_structs_are_structured_arrays(self):
        points = numpy.array([(1.5, 2), (3.5, -4)], POINT)
        found = self.pool.map("echoes.point", points)
        self.same(found, points)
        self.assertEqual(found["y"].tolist(), [2, -4])
        self.assertEqual(self.pool.map("echoes.point", list(points)), [{"x": 1.5, "y": 2}, {"x": 3.5, "y": -4}])
        pairs = numpy.array([(1, 2.5)], numpy.dtype([("f0", "i1"), ("f1", "f8")], align=True))
        self.same(self.pool.map("echoes.pair", pairs), pairs)
        packed = numpy.array([(1.5, 2)], numpy.dtype([("x", "f8"), ("y", "i4")]))
        self.raises(prong.Mismatch, "'echoes.point' takes {x: f64, y: i32}, in an array …", self.pool.map, "echoes.point",
                    packed)

    def test_rows_are_tuples_and_lists(self):
        pairs = numpy.array([[3.0, 4.0], [5, 12]])
        self.same(self.pool.map("examples.hypot", pairs), numpy.array([5.0, 13]))
        self.same(self.pool.starmap("examples.hypot", pairs), numpy.array([5.0, 13]))
        self.assertEqual(self.pool.map("echoes.numbers", pairs), [[3, 4], [5, 12]])
        self.same(self.pool.map("trials.sum", pairs), numpy.array([7.0, 17]))
        self.assertEqual(self.pool.map("echoes.numbers", [pairs[0], (1, 2)]), [[3, 4], [1, 2]])
        self.assertEqual(self.pool.apply("echoes.matrix", (pairs,)), pairs.tolist())

    def test_another_type_of_numbers_is_an_error_that_names_both(self):
        for numbers, name in ((numpy.arange(3), "int64"), (numpy.arange(3, dtype="f4"), "float32"),
                              (numpy.arange(3, dtype=">f8"), ">f8"), (numpy.arange(3) > 1, "bool"),
                              (numpy.arange(3, dtype="c16"), "complex128")):
            error = self.raises(prong.Mismatch, f"'examples.square' takes f64, in an array float64, and this one is of {name}: "
                                "its astype() converts it", self.pool.map, "examples.square", numbers)
            self.assertIsInstance(error, TypeError)
        self.raises(prong.Mismatch, "'examples.square' takes f64, and the array's shape is (2, 2)", self.pool.map,
                    "examples.square", numpy.ones((2, 2)))
        self.raises(prong.Mismatch, "'examples.square' takes a series of f64, and the array has no dimension",
                    self.pool.map, "examples.square", numpy.array(1.0))
        self.raises(prong.Mismatch, "'echoes.numbers' takes [f64], in an array float64, and this one is of int64: …",
                    self.pool.map, "echoes.numbers", numpy.ones((2, 2), int))

    def test_arrays_of_objects_and_texts_are_plain_values(self):
        self.same(self.pool.map("examples.square", numpy.array([1, 2.5], object)), numpy.array([1, 6.25]))
        self.assertEqual(self.pool.map("examples.upper", numpy.array(["a", "bc"])), ["A", "BC"])
        self.assertEqual(self.pool.map("echoes.any", numpy.array([1, 2])), [1, 2])

    def test_other_buffers_are_arrays(self):
        self.same(self.pool.map("examples.square", array.array("d", [1, 2])), numpy.array([1.0, 4]))
        self.same(self.pool.map("examples.square", memoryview(numpy.arange(3.0))), numpy.arange(3.0) ** 2)
        self.assertEqual(self.pool.map("echoes.u8", b"abc"), [97, 98, 99])

    def test_array_overrules_what_is_given_back(self):
        self.same(self.pool.map("examples.square", [1, 2], array=True), numpy.array([1.0, 4]))
        self.assertEqual(self.pool.map("examples.square", numpy.arange(3.0), array=False), [0, 1, 4])
        self.assertEqual(self.pool.map("examples.upper", ["a"], array=True), ["A"])
        self.same(self.pool.map("examples.square", [], array=True), numpy.empty(0))
        self.same(self.pool.map("examples.square", numpy.empty(0)), numpy.empty(0))
        self.assertEqual(self.pool.map("echoes.null", [None, None], array=True), [None, None])

    def test_bytes_that_are_no_bool_are_true(self):
        odd = numpy.array([0, 1, 2, 255], "u1").view("?")
        self.assertEqual(self.pool.map("echoes.boolean", odd).view("u1").max(), 1)

    def test_outcomes_have_an_array(self):
        outcomes = self.pool.map_outcomes("examples.sqrt", numpy.array([4.0, -1, 9]))
        self.assertEqual(outcomes.array[outcomes.returned].tolist(), [2, 3])
        self.assertEqual([one.kind for one in outcomes], ["returned", "threw", "returned"])
        self.assertEqual((outcomes[0].value, outcomes.failures[0].index), (2, 1))

    def test_later_and_as_a_stream(self):
        numbers = numpy.arange(1000.0)
        self.same(self.pool.map_async("examples.square", numbers).get(30), numbers**2)
        self.assertEqual(list(self.pool.imap("examples.square", numbers)), (numbers**2).tolist())
        self.assertEqual(list(self.pool.imap("echoes.i64", numpy.arange(5))), list(range(5)))

    def test_strict_workers_give_arrays_too(self):
        try:
            pool = make_pool(1, sandbox="strict")
            squares = pool.map("examples.square", numpy.arange(1000.0))
        except prong.PoolBroken as missing:
            self.skipTest(str(missing))
        with pool:
            self.same(squares, numpy.arange(1000.0) ** 2)


if __name__ == "__main__":
    unittest.main()
