// Functions whose values travel as MessagePack.
#include "batch.hpp"
#include "kinds/shapes.hpp"
#include "kinds_plugin.hpp"

#include <doctest/doctest.h>

namespace {

using prong::Any;
using tests::kinds::Person;

TEST_CASE("a list is a span or a vector, and an exception fails its item alone") {
  Batch means;
  means.with_items<std::vector<double>>({{1, 2, 6}, {}, {5}}).returning<double>();
  CHECK(map_function("mean")(&means) == 0);
  CHECK(means.result<double>(0) == 3);
  CHECK(means.result<double>(2) == 5);
  REQUIRE(means.failures.size() == 1);
  CHECK(means.failures[0].what == "no values have no mean");

  Batch counts;
  counts.with_items<std::vector<bool>>({{true, false, true}, {}}).returning<std::uint64_t>();
  CHECK(map_function("count_true")(&counts) == 0);
  CHECK(counts.result<std::uint64_t>(0) == 2);
}

TEST_CASE("a result may be a list of views of its item") {
  Batch batch;
  batch.with_texts({"a bc  d", "", " "}).returning<std::vector<std::string>>();
  CHECK(map_function("words")(&batch) == 0);
  CHECK(batch.result<std::vector<std::string>>(0) == std::vector<std::string>{"a", "bc", "d"});
  CHECK(batch.result<std::vector<std::string>>(1).empty());
  CHECK(batch.ended == 3);
}

TEST_CASE("structs with text come whole, and with the other parameters in a tuple or bound") {
  const Person anna{"Anna", 30, {{"maths", 1.5}}};
  const Person bob{"", {}, {}};
  Batch tuples;
  tuples.with_items<std::tuple<Person, std::int32_t>>({{anna, 3}, {bob, 3}}).returning<Person>();
  CHECK(map_function("older")(&tuples) == 0);
  CHECK(tuples.result<Person>(0) == Person{"Anna", 33, {{"maths", 1.5}}});
  CHECK(tuples.result<Person>(1) == bob);

  Batch bound;
  bound.with_items<Person>({anna, bob}).returning<Person>().binding<std::int32_t>("years", -30);
  CHECK(map_function("older")(&bound) == 0);
  CHECK(bound.result<Person>(0).age == 0);
}

TEST_CASE("bound arguments may be of any type") {
  Batch positions;
  positions.with_texts({"c", "x"}).returning<std::optional<std::uint64_t>>();
  positions.binding<std::vector<std::string>>("haystack", {"a", "b", "c"});
  CHECK(map_function("position")(&positions) == 0);
  CHECK(positions.result<std::optional<std::uint64_t>>(0) == 2u);
  CHECK(positions.result<std::optional<std::uint64_t>>(1) == std::nullopt);

  Batch scaled;
  scaled.with_items<double>({1, 2}).returning<double>();
  scaled.binding<std::vector<double>>("factors", {3, 5}).binding<std::optional<Person>>("who", Person{});
  CHECK(map_function("scale")(&scaled) == 0);
  CHECK(scaled.failures.empty());
  CHECK(scaled.result<double>(1) == -30);
}

TEST_CASE("maps of bytes, and any as it is") {
  Batch maps;
  maps.with_items<std::map<std::string, std::vector<std::byte>>>({{{"one", {std::byte{0}}}, {"", {}}}, {}});
  maps.returning<std::map<std::string, std::uint32_t>>();
  CHECK(map_function("sizes")(&maps) == 0);
  CHECK(maps.result<std::map<std::string, std::uint32_t>>(0) ==
        std::map<std::string, std::uint32_t>{{"", 0}, {"one", 1}});

  Batch anys;
  anys.with_msgpack({"\xc0", "\x92\x01\xa1x", "\xc7"}).returning<Any>();
  CHECK(map_function("same")(&anys) == 0);
  CHECK(anys.emitted[0] == "\xc0");
  CHECK(anys.emitted[1] == "\x92\x01\xa1x");
  REQUIRE(anys.failures.size() == 1);
  CHECK(anys.failures[0].what == "expected any, found an ext");
}

TEST_CASE("an item that does not decode fails alone, with the place") {
  Batch batch;
  batch.with_msgpack({"\x91\x01", "\x92\x01\xa1x", "", "\x91"});
  batch.returning<double>();
  CHECK(map_function("mean")(&batch) == 0);
  CHECK(batch.result<double>(0) == 1);
  REQUIRE(batch.failures.size() == 3);
  CHECK(batch.failures[0].item == 1);
  CHECK(batch.failures[0].type == "std::invalid_argument");
  CHECK(batch.failures[0].what == "expected f64 at $[1], found the str \"x\"");
  CHECK(batch.failures[1].what == "expected [f64], found nothing");
  CHECK(batch.failures[2].item == 3);
  CHECK(batch.ended == 4);
}

TEST_CASE("a bound argument that does not decode fails every item, with its name") {
  Batch batch;
  batch.with_texts({"a", "b"}).returning<std::optional<std::uint64_t>>();
  batch.binding<std::vector<int>>("haystack", {7});
  CHECK(map_function("position")(&batch) == 0);
  REQUIRE(batch.failures.size() == 2);
  CHECK(batch.failures[1].what == "argument 'haystack': expected str at $[0], found 7");
}

}  // namespace
