// Map functions that are classes: when objects are made, used and destroyed.
#include "batch.hpp"
#include "kinds/shapes.hpp"
#include "kinds_plugin.hpp"

#include <doctest/doctest.h>

namespace {

using tests::kinds::Person;
using Seen = std::pair<std::uint64_t, std::int32_t>;

TEST_CASE("an object is made once for all batches of a job, and destroyed after them") {
  for (const char* name : {"tally", "tally_pure"}) {
    prong_state state{};
    for (const std::uint64_t before : {0u, 6u}) {
      Batch batch;
      batch.with_items<std::uint8_t>({1, 2, 3}).returning<Seen>().with_state(state);
      CHECK(map_function(name)(&batch) == 0);
      CHECK(batch.result<Seen>(0) == Seen{before + 1, 1});
      CHECK(batch.result<Seen>(2) == Seen{before + 6, 1});
      CHECK(batch.ended == 3);
    }
    REQUIRE(state.object);
    state.destroy(state.object);

    Batch another;
    another.with_items<std::uint8_t>({5}).returning<Seen>();
    CHECK(map_function(name)(&another) == 0);
    CHECK(another.result<Seen>(0) == Seen{5, 1});
  }
}

TEST_CASE("an exception of operator() fails its item and leaves the object") {
  Batch batch;
  batch.with_items<std::uint8_t>({1, 255, 3}).returning<Seen>();
  CHECK(map_function("tally")(&batch) == 0);
  CHECK(batch.result<Seen>(2) == Seen{4, 1});
  REQUIRE(batch.failures.size() == 1);
  CHECK(batch.failures[0].what == "255 is too many");
}

TEST_CASE("the constructor's arguments are bound, and a result may point into the object") {
  Batch batch;
  batch.with_texts({"a", "bc"}).returning_text();
  batch.binding<std::vector<std::int32_t>>("cuts", {1, 2}).binding_text("prefix", "prefix");
  CHECK(map_function("prefixed")(&batch) == 0);
  CHECK(batch.failures.empty());
  CHECK(batch.emitted[0] == "prea");
  CHECK(batch.emitted[1] == "prebc");
}

TEST_CASE("a constructor that throws fails every item, and is tried again for the next batch") {
  prong_state state{};
  for (int round = 0; round < 2; ++round) {
    Batch broken;
    broken.with_texts({"a", "b"}).returning_text().with_state(state);
    broken.binding<std::vector<std::int32_t>>("cuts", {1, -5}).binding_text("prefix", "prefix");
    CHECK(map_function("prefixed")(&broken) == 0);
    REQUIRE(broken.failures.size() == 2);
    CHECK(broken.failures[1].type == "std::out_of_range");
    CHECK(broken.failures[1].what == "cut -5");
    CHECK(broken.failures[0].progress == 0);
    CHECK(broken.ended == 2);
    CHECK(state.object == nullptr);
  }
}

TEST_CASE("a missing argument of the constructor fails every item") {
  Batch batch;
  batch.with_texts({"a"}).returning_text().binding_text("prefix", "prefix");
  CHECK(map_function("prefixed")(&batch) == 0);
  REQUIRE(batch.failures.size() == 1);
  CHECK(batch.failures[0].what == "tests.kinds.some needs the argument 'cuts', which is not bound");
}

TEST_CASE("with nothing bound, every item brings the arguments of an object of its own") {
  using Item = std::tuple<std::string, std::string, std::vector<std::int32_t>>;
  prong_state state{};
  Batch batch;
  batch.with_items<Item>({{"a", "one", {}}, {"b", "two", {-1}}, {"c", "two", {1}}}).returning_text();
  batch.with_state(state);
  CHECK(map_function("prefixed")(&batch) == 0);
  CHECK(batch.emitted[0] == "onea");
  CHECK(batch.emitted[2] == "twc");
  REQUIRE(batch.failures.size() == 1);
  CHECK(batch.failures[0].item == 1);
  CHECK(state.object == nullptr);
}

TEST_CASE("a class may return nothing and take structs") {
  const Person anna{"Anna", 1, {}};
  Batch batch;
  batch.with_items<Person>({anna, {"Bob", {}, {}}}).returning<void>().binding("expected", anna);
  CHECK(map_function("check")(&batch) == 0);
  REQUIRE(batch.failures.size() == 1);
  CHECK(batch.failures[0].what == "Bob is not Anna");
}

}  // namespace
