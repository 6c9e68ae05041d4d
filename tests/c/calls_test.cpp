// Calls that wait: items in every encoding, results item by item and piece by piece, and result functions.
#include "fixture.hpp"

#include <cstdint>

namespace prong_c_test {

TEST_CASE("raw items give raw results side by side") {
  const PoolHandle pool = make_pool();
  const std::vector<double> numbers{1, 2, 3};
  const Results results = map(pool, make_call("examples.square"), make_items(numbers));
  CHECK(prong_results_first(results.get()) == 0);
  REQUIRE(prong_results_count(results.get()) == 3);
  CHECK(prong_results_failure_count(results.get()) == 0);
  const prong_view raw = prong_results_raw(results.get());
  REQUIRE(raw.size == 3 * sizeof(double));
  CHECK(static_cast<const double*>(raw.data)[2] == 9);
  CHECK(number(prong_results_value(results.get(), 1)) == 4);
  CHECK(prong_results_value(results.get(), 3).data == nullptr);
  CHECK(prong_results_value(results.get(), UINT64_MAX).data == nullptr);
  REQUIRE(prong_results_piece_count(results.get()) > 0);
  const prong_piece* piece = prong_results_piece(results.get(), 0);
  CHECK(piece->struct_size == sizeof(prong_piece));
  CHECK(piece->encoding == PRONG_RAW);
  CHECK(piece->stride == sizeof(double));
  CHECK(piece->ends == nullptr);
}

TEST_CASE("results know the build of the plugin that they came from") {
  const PoolHandle pool = make_pool();
  const Results results = map(pool, make_call("examples.square"), make_items({1}));
  const prong_plugin_build* build = prong_results_build(results.get());
  REQUIRE(build != nullptr);
  CHECK(build->struct_size == sizeof(prong_plugin_build));
  CHECK(std::string{build->module} == "examples");
  CHECK(std::string{build->version} == "1.0.0");
  CHECK(std::string{build->file}.ends_with("examples.so"));
  const Modules found{prong_pool_find(pool.get(), "examples", NoError{})};
  CHECK(std::string{build->build_id} == prong_modules_at(found.get(), 0)->build_id);
}

TEST_CASE("no items give no results") {
  const PoolHandle pool = make_pool();
  const Results results = map(pool, make_call("examples.square"), make_items({}));
  CHECK(prong_results_count(results.get()) == 0);
  CHECK(prong_results_raw(results.get()).data == nullptr);
  CHECK(prong_results_piece_count(results.get()) == 0);
}

TEST_CASE("views and MessagePack: a value for each item, and where it ends") {
  const PoolHandle pool = make_pool();
  for (const uint32_t encoding : {uint32_t{PRONG_VIEWS}, uint32_t{PRONG_MSGPACK}}) {
    CAPTURE(encoding);
    const std::string mark = encoding == PRONG_MSGPACK ? "\xa2" : "";  // a str of two bytes
    const Texts texts{{mark + "ab", mark + "cd", mark + "ef"}};
    const Results results = map(pool, make_call("examples.upper", encoding, encoding), texts.items());
    REQUIRE(prong_results_count(results.get()) == 3);
    CHECK(value_of(results, 0) == mark + "AB");
    CHECK(value_of(results, 2) == mark + "EF");
    CHECK(prong_results_raw(results.get()).data == nullptr);
    const prong_piece* piece = prong_results_piece(results.get(), 0);
    CHECK(piece->encoding == encoding);
    REQUIRE(piece->ends != nullptr);
    CHECK(piece->ends[0] == 2 + mark.size());
  }
}

TEST_CASE("JSON: a text for each item, also behind those that failed") {
  const PoolHandle pool = make_pool();
  const Texts texts{{"4", "-1", "\"x\"", "9", "16"}};
  prong_call call = make_call("examples.sqrt", PRONG_JSON, PRONG_JSON);
  call.chunk_size = 2;
  const Results results = map(pool, call, texts.items());
  REQUIRE(prong_results_count(results.get()) == 5);
  CHECK(value_of(results, 0) == "2");
  CHECK(value_of(results, 3) == "3");
  CHECK(value_of(results, 4) == "4");
  CHECK(prong_results_value(results.get(), 1).data == nullptr);
  REQUIRE(prong_results_failure_count(results.get()) == 2);
  CHECK(prong_results_failure(results.get(), 0)->index == 1);
  CHECK(prong_results_failure(results.get(), 0)->ending == PRONG_ENDING_THREW);
  CHECK(prong_results_failure(results.get(), 1)->ending == PRONG_ENDING_REJECTED);
  CHECK(prong_results_failed_item(results.get(), 2) == prong_results_failure(results.get(), 1));
  CHECK(prong_results_failed_item(results.get(), 3) == nullptr);
}

TEST_CASE("text: lines as they came, with a gap between items") {
  const PoolHandle pool = make_pool();
  const char* const lines = "a\nb\n";
  const uint64_t offsets[] = {0, 2, 4};
  prong_items items = make_items({});
  items.bytes = lines;
  items.size = 4;
  items.count = 2;
  items.offsets = offsets;
  items.gap = 1;
  const Results results = map(pool, make_call("examples.upper", PRONG_TEXT, PRONG_TEXT), items);
  CHECK(prong_results_value(results.get(), 0).data == nullptr);
  std::string all;
  for (uint64_t i = 0; i < prong_results_piece_count(results.get()); ++i)
    all += text(prong_results_piece(results.get(), i)->bytes);
  CHECK(all == "A\nB\n");
}

TEST_CASE("arguments are bound by name, in any encoding") {
  const PoolHandle pool = make_pool();
  const double two = 2;
  const prong_argument in_json{"exponent", nullptr, {"3", 1}, PRONG_JSON, 0};
  const prong_argument in_raw{"exponent", "f64", {&two, sizeof two}, PRONG_RAW, 0};
  prong_call call = make_call("examples.power");
  call.bound_count = 1;
  call.bound = &in_json;
  CHECK(number(prong_results_value(map(pool, call, make_items({2})).get(), 0)) == 8);
  call.bound = &in_raw;
  CHECK(number(prong_results_value(map(pool, call, make_items({3})).get(), 0)) == 9);
}

TEST_CASE("memory of the pool is used where it is, and results outlive the pool") {
  Results results;
  {
    const PoolHandle pool = make_pool();
    const Memory memory{prong_pool_allocate(pool.get(), 2 * sizeof(double), NoError{})};
    auto* numbers = static_cast<double*>(prong_memory_data(memory.get()));
    CHECK(reinterpret_cast<std::uintptr_t>(numbers) % 16 == 0);
    numbers[0] = 5;
    numbers[1] = 6;
    prong_items items = make_items({});
    items.bytes = numbers;
    items.size = 2 * sizeof(double);
    items.count = 2;
    const Results squares = map(pool, make_call("examples.square"), items);
    // And so are results.
    items.bytes = prong_results_raw(squares.get()).data;
    results = map(pool, make_call("examples.square"), items);
  }
  CHECK(number(prong_results_value(results.get(), 1)) == 1296);
}

TEST_CASE("the result function gets all results of a map") {
  const PoolHandle pool = make_pool();
  const prong_call call = make_call("examples.square");
  const Results squares = map(pool, call, make_items({1, 2, 3}));
  const Results report{prong_reduce(pool.get(), &call, squares.get(), NoError{})};
  REQUIRE(report != nullptr);
  CHECK(prong_results_count(report.get()) == 1);
  CHECK(value_of(report, 0) == "examples.square returned [1, 4, 9]");
  const Results none{prong_reduce(pool.get(), &call, map(pool, call, make_items({})).get(), NoError{})};
  CHECK(value_of(none, 0) == "examples.square returned []");
}

TEST_CASE("the result function gets what returned, with the items' own indices") {
  const PoolHandle pool = make_pool();
  prong_call call = make_call("echoes.word", PRONG_VIEWS);
  const Results words = map(pool, call, Texts{{"a", "", "b"}}.items());
  CHECK(prong_results_failure_count(words.get()) == 1);
  call.result_encoding = PRONG_JSON;
  const Results located{prong_reduce(pool.get(), &call, words.get(), NoError{})};
  CHECK(value_of(located, 0) == R"([[0,"a"],[2,"b"]])");

  prong_call even = make_call("echoes.even", PRONG_JSON);
  const Results evens = map(pool, even, Texts{{"2", "3", "4"}}.items());
  even.result_encoding = PRONG_JSON;
  const Results places{prong_reduce(pool.get(), &even, evens.get(), NoError{})};
  CHECK(value_of(places, 0) == "[[0,2],[2,4]]");
}

TEST_CASE("functions are told of the indices that items have") {
  const PoolHandle pool = make_pool();
  const prong_call call = make_call("echoes.word", PRONG_VIEWS, PRONG_JSON);
  prong_call locate = call;
  locate.kind = PRONG_FUNCTION_RESULT;
  const Texts texts{{"a", "b"}};
  prong_items items = texts.items();
  const uint64_t indices[] = {7, 9};
  items.indices = indices;
  CHECK(value_of(map(pool, locate, items), 0) == R"([[7,"a"],[9,"b"]])");
  items.indices = nullptr;
  CHECK(value_of(map(pool, locate, items), 0) == R"([[0,"a"],[1,"b"]])");

  const double x = 0;
  prong_items one = make_items({});
  one.bytes = &x;
  one.size = sizeof x;
  one.count = 1;
  prong_call draw = make_call("extremes.draw");
  const auto drawn = [&] { return std::string{value_of(map(pool, draw, one), 0)}; };
  const std::string first = drawn();
  one.has_first_index = 1;
  one.first_index = 5;
  const std::string sixth = drawn();
  CHECK(sixth != first);
  draw.seed = 1;
  CHECK(drawn() != sixth);
}

TEST_CASE("native encodings are told by signature") {
  CHECK(prong_native_encoding("(f64, i32)") == PRONG_RAW);
  CHECK(prong_native_encoding("str") == PRONG_VIEWS);
  CHECK(prong_native_encoding("[str]") == PRONG_MSGPACK);
  CHECK(prong_native_encoding("nothing of the kind") == 0);
  CHECK(prong_native_encoding(nullptr) == 0);
}

}  // namespace prong_c_test
