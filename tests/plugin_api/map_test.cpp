// Map functions: values, bound arguments, progress, cancellation, times.
#include "batch.hpp"
#include "kinds/point.hpp"
#include "kinds_plugin.hpp"

#include <doctest/doctest.h>

#include <numeric>

namespace {

using tests::kinds::Point;

std::vector<double> numbers(std::size_t count) {
  std::vector<double> result(count);
  std::iota(result.begin(), result.end(), 0.0);
  return result;
}

TEST_CASE("a pure function runs all items of blocks and of what is left over") {
  for (const std::size_t count : {1u, 255u, 256u, 257u, 1000u}) {
    Batch batch;
    batch.with_items(numbers(count)).returning<double>();
    CHECK(map_function("square")(&batch) == 0);
    for (std::size_t i = 0; i < count; ++i) {
      REQUIRE(batch.result<double>(i) == static_cast<double>(i) * static_cast<double>(i));
    }
    CHECK(batch.ended == count);
    CHECK(batch.failures.empty());
  }
}

TEST_CASE("several parameters come as a C struct") {
  Batch batch;
  batch.with_items<std::tuple<std::int8_t, double, bool>>({{2, 1.5, false}, {-3, 2, true}})
      .returning<double>();
  CHECK(batch.item_stride == 24);
  CHECK(map_function("weigh")(&batch) == 0);
  CHECK(batch.result<double>(0) == 3);
  CHECK(batch.result<double>(1) == 6);
}

TEST_CASE("bound arguments leave the first parameter to the item, in any order and beside others") {
  Batch batch;
  batch.with_items<std::int8_t>({2, 3}).returning<double>();
  batch.binding("is_negative", true).binding_text("unknown", "x").binding("weight", 10.0);
  CHECK(map_function("weigh")(&batch) == 0);
  CHECK(batch.failures.empty());
  CHECK(batch.result<double>(0) == -20);
  CHECK(batch.result<double>(1) == -30);
}

TEST_CASE("a missing bound argument, or one of another type, fails every item with a sentence") {
  Batch missing;
  missing.with_items<std::int8_t>({2, 3}).returning<double>().binding("weight", 10.0);
  CHECK(map_function("weigh")(&missing) == 0);
  REQUIRE(missing.failures.size() == 2);
  CHECK(missing.failures[1].item == 1);
  CHECK(missing.failures[1].what == "tests.kinds.some needs the argument 'is_negative', which is not bound");
  CHECK(missing.ended == 2);

  Batch wrong;
  wrong.with_items<std::int8_t>({2}).returning<double>().binding("is_negative", true).binding("weight", 1.0f);
  CHECK(map_function("weigh")(&wrong) == 0);
  REQUIRE(wrong.failures.size() == 1);
  CHECK(wrong.failures[0].what == "argument 'weight' of tests.kinds.some is f64 and another type was bound");
}

TEST_CASE("items or results of another layout fail every item") {
  Batch items;
  items.with_items<float>({1, 2}).returning<double>();
  CHECK(map_function("square")(&items) == 0);
  REQUIRE(items.failures.size() == 2);
  CHECK(items.failures[0].what == "tests.kinds.some: the worker's items are not f64");

  Batch results;
  results.with_items<double>({1, 2}).returning_text();
  CHECK(map_function("square")(&results) == 0);
  REQUIRE(results.failures.size() == 2);
  CHECK(results.failures[0].what == "tests.kinds.some: the worker's results are not f64");
}

TEST_CASE("structs, tuples, bools and null are raw, with zeroed padding") {
  Batch points;
  points.with_items<Point>({{1, 2, true}}).returning<Point>();
  CHECK(map_function("mirror")(&points) == 0);
  CHECK(points.result<Point>(0).x == 2);
  CHECK(points.result<Point>(0).y == 1);
  CHECK_FALSE(points.result<Point>(0).is_visible);
  for (std::size_t i = 17; i < 24; ++i)
    CHECK(points.result_bytes()[i] == std::byte{0});

  Batch bools;
  bools.with_items<std::uint8_t>({0, 1, 2}).returning<bool>();
  CHECK(map_function("negate")(&bools) == 0);
  CHECK(bools.result_bytes() == std::vector{std::byte{1}, std::byte{0}, std::byte{0}});

  Batch nulls;
  nulls.with_items<float>({1, 2}).returning<void>();
  CHECK(map_function("ignore")(&nulls) == 0);
  CHECK(nulls.result_bytes() == std::vector{std::byte{0}, std::byte{0}});

  Batch pairs;
  pairs.with_items<std::int64_t>({-1}).returning<std::pair<std::uint8_t, std::int64_t>>();
  CHECK(map_function("both")(&pairs) == 0);
  CHECK(pairs.result<std::pair<std::uint8_t, std::int64_t>>(0) ==
        std::pair<std::uint8_t, std::int64_t>{255, -1});
}

TEST_CASE("str and bytes are views in and emitted out") {
  const std::string nul("a\0b", 3);
  for (const auto& [function, in, out] : {std::tuple{"twice", nul, nul + nul},
                                          {"twice", "", ""},
                                          {"trimmed", "  x ", "x "},
                                          {"trimmed", " ", ""},
                                          {"reversed",
                                           "\xff"
                                           "bc",
                                           "cb\xff"},
                                          {"reversed", "", ""}}) {
    Batch batch;
    batch.with_texts({in, "other"}).returning_text();
    CHECK(map_function(function)(&batch) == 0);
    CHECK(batch.emitted[0] == out);
    CHECK(batch.emitted[1].has_value());
    CHECK(batch.ended == 2);
  }

  Batch lengths;
  lengths.with_texts({"four", ""}).returning<std::uint64_t>();
  CHECK(map_function("length")(&lengths) == 0);
  CHECK(lengths.result<std::uint64_t>(0) == 4);
  CHECK(lengths.result<std::uint64_t>(1) == 0);
}

TEST_CASE("a result that is not taken does not stop the others") {
  Batch batch;
  batch.with_texts({"a", "b", "c"}).returning_text();
  batch.too_large = 1;
  CHECK(map_function("twice")(&batch) == 0);
  CHECK(batch.emitted[0] == "aa");
  CHECK_FALSE(batch.emitted[1]);
  CHECK(batch.emitted[2] == "cc");
}

TEST_CASE("progress names the running item, in a pure function its block, unless exact is asked for") {
  std::vector<std::int32_t> values(600, 2);
  values[3] = values[300] = values[599] = 1;
  for (const bool exact : {false, true}) {
    Batch batch;
    batch.with_items(values).returning<std::int32_t>();
    if (exact) batch.flags = PRONG_EXACT;
    CHECK(map_function("halve")(&batch) == 0);
    REQUIRE(batch.failures.size() == 3);
    CHECK(batch.failures[0].progress == (exact ? 3 : 0));
    CHECK(batch.failures[1].progress == (exact ? 300 : 256));
    CHECK(batch.failures[2].progress == (exact ? 599 : 512));
    CHECK(batch.failures[2].item == 599);
    CHECK(batch.ended == 600);
    CHECK(batch.result<std::int32_t>(301) == 1);
  }

  Batch announced;
  announced.with_items<std::int32_t>({0, 1, 1}).returning<std::int32_t>();
  CHECK(map_function("commit")(&announced) == 0);
  REQUIRE(announced.failures.size() == 2);
  CHECK(announced.failures[0].progress == 1);
  CHECK(announced.failures[1].progress == 2);
  CHECK(announced.ended == 3);
}

TEST_CASE("cancellation stops before the next item, or the next block of a pure function") {
  Batch texts;
  texts.with_texts({"a", "b", "c", "d"}).returning_text();
  texts.cancel_at = 1;
  CHECK(map_function("twice")(&texts) == 0);
  CHECK(texts.emitted[1] == "bb");
  CHECK_FALSE(texts.emitted[2]);
  CHECK(texts.ended == 2);

  Batch pure;
  std::vector<std::int32_t> values(600, 2);
  values[10] = 1;
  pure.with_items(values).returning<std::int32_t>();
  pure.cancel_at = 10;
  CHECK(map_function("halve")(&pure) == 0);
  CHECK(pure.ended == 256);
  CHECK(pure.result<std::int32_t>(255) == 1);
  CHECK(pure.result<std::uint32_t>(256) == 0xaaaaaaaa);

  Batch before;
  before.with_items<double>({3}).returning<double>();
  before.is_cancelled = 1;
  CHECK(map_function("square")(&before) == 0);
  CHECK(before.ended == 0);
}

TEST_CASE("times are taken of every item when asked for, also of pure functions and failures") {
  Batch batch;
  batch.with_items<std::int32_t>({2, 1, 4}).returning<std::int32_t>();
  std::vector<std::uint64_t> times(3, UINT64_MAX);
  batch.item_nanoseconds = times.data();
  CHECK(map_function("halve")(&batch) == 0);
  for (const std::uint64_t time : times)
    CHECK(time != UINT64_MAX);
  REQUIRE(batch.failures.size() == 1);
  CHECK(batch.failures[0].progress == 1);
  CHECK(batch.result<std::int32_t>(2) == 2);
}

}  // namespace
