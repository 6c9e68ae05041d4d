// Result functions: one call with all results.
#include "batch.hpp"
#include "kinds/point.hpp"
#include "kinds/shapes.hpp"
#include "kinds_plugin.hpp"

#include <doctest/doctest.h>

namespace {

using tests::kinds::Person;
using tests::kinds::Point;

TEST_CASE("a result function gets all results, also none") {
  for (const auto& [values, sum] :
       {std::pair{std::vector<double>{1, 2, 3.5}, 6.5}, {std::vector<double>{}, 0.0}}) {
    Batch batch;
    batch.with_items(values).returning<double>();
    CHECK(result_function("square")(&batch) == 0);
    CHECK(batch.result<double>(0) == sum);
    CHECK(batch.ended == values.size());
  }
}

TEST_CASE("plain numbers are seen where they lie") {
  Batch batch;
  batch.with_items<std::int32_t>({1, 2}).returning<std::uint64_t>();
  CHECK(result_function("halve")(&batch) == 0);
  CHECK(batch.result<std::uint64_t>(0) == reinterpret_cast<std::uint64_t>(batch.items));
}

TEST_CASE("structs with bools are decoded, texts become views") {
  Batch points;
  points.with_items<Point>({{0, 0, true}, {1, 1, false}, {2, 2, true}}).returning<std::uint64_t>();
  CHECK(result_function("mirror")(&points) == 0);
  CHECK(points.result<std::uint64_t>(0) == 2);

  Batch texts;
  texts.with_texts({"a", "", "bc"}).returning_text();
  CHECK(result_function("twice")(&texts) == 0);
  CHECK(texts.emitted[0] == "abc");
}

TEST_CASE("bound arguments reach a result function by name") {
  Batch batch;
  batch.with_items<double>({1, 2}).returning<double>().binding_text("sign", "minus").binding("weight", 10.0);
  CHECK(result_function("weigh")(&batch) == 0);
  CHECK(batch.result<double>(0) == -30);

  Batch missing;
  missing.with_items<double>({1, 2}).returning<double>().binding("weight", 10.0);
  CHECK(result_function("weigh")(&missing) == 0);
  REQUIRE(missing.failures.size() == 1);
  CHECK(missing.failures[0].what == "tests.kinds.some needs the argument 'sign', which is not bound");
}

TEST_CASE("a lazy range decodes what is looked at, and knows the items' indices") {
  using Oldest = std::map<std::string, std::pair<std::int32_t, std::uint64_t>>;
  const std::vector<std::uint64_t> survivors{3, 4, 10};
  Batch batch;
  batch.with_items<Person>({{"Anna", 30, {}}, {"Bob", 5, {}}, {"Anna", 31, {}}}).returning<Oldest>();
  batch.binding<std::vector<std::string>>("ignored", {"Bob"});
  batch.indices = survivors.data();
  CHECK(result_function("older")(&batch) == 0);
  CHECK(batch.result<Oldest>(0) == Oldest{{"Anna", {31, 10}}});

  batch.indices = nullptr;
  batch.first_index = 100;
  CHECK(result_function("older")(&batch) == 0);
  CHECK(batch.result<Oldest>(0) == Oldest{{"Anna", {31, 102}}});
}

TEST_CASE("a lazy range has random access, over raw values and views too") {
  using Items = std::vector<std::pair<std::uint64_t, std::int32_t>>;
  for (const auto& [items, sorted] :
       {std::pair{Items{{1, 9}, {2, -8}, {2, 7}}, true}, {Items{{2, 0}, {1, 0}}, false}, {Items{}, true}}) {
    Batch batch;
    batch.with_items(items).returning<bool>();
    CHECK(result_function("tally")(&batch) == 0);
    CHECK(batch.result<bool>(0) == sorted);
  }

  Batch texts;
  texts.with_texts({"a", "", "bc"}).returning_text();
  texts.first_index = 5;
  CHECK(result_function("prefixed")(&texts) == 0);
  CHECK(texts.emitted[0] == "bc@7");
}

TEST_CASE("a span holds lists too") {
  Batch batch;
  batch.with_items<std::vector<std::string>>({{"a"}, {"b", "c"}, {}}).returning<std::uint64_t>();
  CHECK(result_function("words")(&batch) == 0);
  CHECK(batch.result<std::uint64_t>(0) == 2);
}

TEST_CASE("a result that does not decode is the result function's failure") {
  Batch batch;
  batch.with_msgpack({"\x90", "\x91\x07"}).returning<std::uint64_t>();
  CHECK(result_function("words")(&batch) == 0);
  REQUIRE(batch.failures.size() == 1);
  CHECK(batch.failures[0].type == "std::invalid_argument");
  CHECK(batch.failures[0].what == "expected str at $[0], found 7");
}

TEST_CASE("an exception of a result function is its one failure") {
  Batch batch;
  batch.with_items<bool>({true, false, true}).returning<void>();
  CHECK(result_function("negate")(&batch) == 0);
  REQUIRE(batch.failures.size() == 1);
  CHECK(batch.failures[0].item == 0);
  CHECK(batch.failures[0].type == "std::length_error");
  CHECK(batch.failures[0].what == "refused 3 results");
}

}  // namespace
