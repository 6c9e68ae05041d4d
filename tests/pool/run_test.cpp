// Result functions: what reaches them, when they are not called, and what their failure is.
#include "echoes/shapes.hpp"
#include "fixture.hpp"

#include <unistd.h>

#include <algorithm>

namespace prong::test {

namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using ::echoes::Shape;

template <class T>
using Located = std::vector<std::pair<std::uint64_t, T>>;

template <class Error>
Error thrown_by(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  FAIL("it did not throw");
  std::abort();
}

// A file that functions of the test's plugins write to tell that they were called.
struct Mark {
  std::string path = (fs::temp_directory_path() / ("prong-mark-" + std::to_string(::getpid()))).string();
  Mark() { fs::remove(path); }
  ~Mark() { fs::remove(path); }
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;
  [[nodiscard]] bool is_set() const { return fs::exists(path); }
};

}  // namespace

TEST_CASE("all results reach the result function in input order, raw, as views and in MessagePack") {
  PoolFixture pool;
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < 10'000; ++i)
    numbers.push_back(2 * i);
  const auto located = pool->run<Located<std::int64_t>>("echoes.even", numbers, {.chunk_size = 7});
  REQUIRE(located.size() == numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i)
    REQUIRE(located[i] == std::pair{std::uint64_t{i}, numbers[i]});

  const std::vector<std::int32_t> evens{0, 2, -4};
  CHECK(pool->run<std::vector<std::int32_t>>("echoes.even_point", evens) == evens);
  CHECK(pool->run<Located<std::string>>("echoes.word", std::vector{"a"s, "b\0c"s}) ==
        Located<std::string>{{0, "a"}, {1, "b\0c"s}});
  CHECK(pool->run<Located<std::string>>("echoes.word", std::vector<std::string>{}).empty());
}

TEST_CASE("bound arguments of any type reach the map function and the result function by name") {
  PoolFixture pool;
  using Story =
      std::tuple<Located<std::vector<std::string>>, std::vector<std::string>, std::string, Shape, Any>;
  const Shape shape{"!", {{0.5, INT32_MIN}}, std::nullopt};
  const std::vector<std::string> list{"", "b"};
  const Any any{encode_msgpack(std::map<std::string, std::vector<int>>{{"k", {1, 2}}})};
  const std::vector<Bound> bound{prong::bind("any", any), prong::bind("times", std::uint8_t{2}),
                                 prong::bind("list", list), prong::bind("shape", shape),
                                 prong::bind("text", "é")};
  const auto story = pool->run<Story>("echoes.repeat", std::vector{"a"s, "b"s}, {.bound = bound});
  CHECK(story == Story{{{0, {"a!", "a!"}}, {1, {"b!", "b!"}}}, list, "é", shape, any});
}

TEST_CASE("the name of the item of one function is free for an argument of the other") {
  PoolFixture pool;
  const std::vector<Bound> bound{prong::bind("factor", 10.0), prong::bind("x", 0.5)};
  CHECK(pool->run<double>("echoes.times", std::vector{1.0, 2.0}, {.bound = bound}) == 30.5);
}

TEST_CASE("a result function that takes too long is ended, when there is a limit for it") {
  PoolFixture pool;
  const std::vector<double> none(3, 0.0);
  const auto started = [&] {
    return pool->run<double>("lives.pure_sleep", none, {.result_timeout = std::chrono::milliseconds{50}});
  };
  try {
    static_cast<void>(started());
    FAIL("it returned");
  } catch (const TaskFailed& failed) {
    CHECK(failed.failure().ending == Ending::timed_out);
  }
}

TEST_CASE("what is wrong with the result function is found before any item runs") {
  PoolFixture pool;
  const Mark mark;
  const std::vector<std::int32_t> items{1, 2};
  using Left = std::pair<std::int32_t, bool>;
  const auto run = [&]<class R>(std::string_view function, const auto& inputs, std::vector<Bound> bound,
                                std::type_identity<R>) {
    return [&pool, function, &inputs, bound = std::move(bound)] {
      static_cast<void>(pool->run<R>(function, inputs, {.bound = bound}));
    };
  };
  const std::vector<double> doubles{1};
  const std::vector<std::string> texts{mark.path};
  const std::type_identity<double> number;
  const std::type_identity<Left> left;
  CHECK(thrown_by<CannotFind>(run("echoes.touch", texts, {}, number)).what() ==
        "cannot find result function 'echoes.touch': echoes.so has a map function of that name and no result "
        "function"s);
  CHECK(thrown_by<Mismatch>(run("echoes.mismatched", texts, {}, number)).what() ==
        "'echoes.mismatched': the result function takes a list of f64, the results are str"s);
  CHECK(thrown_by<Mismatch>(run("echoes.process", items, {prong::bind("file", 1)}, left)).what() ==
        "'echoes.process': argument 'file' is str, the caller's type is i32"s);
  CHECK(thrown_by<Mismatch>(run("echoes.process", items, {}, left)).what() ==
        "'echoes.process' needs a value for 'file' too: bind all parameters but the first, or none"s);
  CHECK(thrown_by<Mismatch>(
            run("echoes.process", items, {prong::bind("file", ""), prong::bind("flie", "")}, left))
            .what() == "'echoes.process' has no parameter 'flie'; its parameters are (x: i32)"s);
  CHECK(thrown_by<Mismatch>(run("echoes.process", items, {prong::bind("file", mark.path)}, number)).what() ==
        "'echoes.process': results are (i32, bool), the caller's type is f64"s);
  CHECK(thrown_by<Mismatch>(run("echoes.process", doubles, {prong::bind("file", mark.path)}, left)).what() ==
        "'echoes.process': items are i32, the caller's type is f64"s);
  CHECK_FALSE(mark.is_set());
}

TEST_CASE("when an item failed, its failure is thrown and the result function is not called") {
  PoolFixture pool;
  const Mark mark;
  const std::vector<Bound> bound{prong::bind("file", mark.path)};
  const std::vector<std::string> texts{"a", "", "b", ""};
  const auto failed = thrown_by<TaskFailed>(
      [&] { static_cast<void>(pool->run<std::string>("echoes.fail_if_empty", texts, {.bound = bound})); });
  CHECK(failed.failure().index == 1);
  CHECK(failed.failure().ending == Ending::threw);
  CHECK(failed.failure().what == "no word");
  CHECK_FALSE(mark.is_set());
  CHECK(pool->run<std::string>("echoes.fail_if_empty", std::vector{"a"s}, {.bound = bound}) == "1");
  CHECK(mark.is_set());
}

TEST_CASE("a result function runs in a worker") {
  PoolFixture pool{{.workers = 1}};
  using Left = std::pair<std::int32_t, bool>;
  const auto [process, is_worker] =
      pool->run<Left>("echoes.process", std::vector<std::int32_t>(10), {.bound = {prong::bind("file", "")}});
  CHECK(process != ::getpid());
  CHECK(is_worker);
  CHECK(pool->worker_pids() == std::vector{process});
}

TEST_CASE("its own failure is the call's: what it throws, and its death") {
  PoolFixture pool;
  const std::vector<std::vector<double>> lists{{1, 2}, {}, {3}};
  CHECK_NOTHROW(pool->run<void>("echoes.checked", lists, {.bound = {prong::bind("least", 1.0)}}));
  const auto failed = thrown_by<TaskFailed>(
      [&] { pool->run<void>("echoes.checked", lists, {.bound = {prong::bind("least", 2.0)}}); });
  CHECK(failed.failure().type == "std::range_error");
  CHECK(failed.failure().function == "echoes.checked");
  CHECK(failed.failure().index == Failure::no_item);
  CHECK(failed.what() == "threw: std::range_error: one is too small in echoes.checked"s);
  const auto crashed = thrown_by<TaskFailed>(
      [&] { static_cast<void>(pool->run<double>("culprits.kill_self", std::vector<double>{0, 0})); });
  // A sanitizer's handler of the signal exits.
  CHECK((crashed.failure().ending == Ending::crashed || crashed.failure().ending == Ending::exited));
  CHECK(crashed.failure().function == "culprits.kill_self");
  CHECK(crashed.failure().index == Failure::no_item);
}

TEST_CASE("survivors reach a result function with the indices of their items") {
  PoolFixture pool;
  const std::vector<std::int64_t> survivors{10, 20, 30};
  const std::vector<std::uint64_t> indices{1, 5, UINT64_MAX};
  const Call call{.function = "echoes.even", .kind = FunctionKind::result, .results = Encoding::json};
  Job job =
      pool->submit(call, {.bytes = std::as_bytes(std::span{survivors}), .count = 3, .indices = indices});
  const auto pieces = job.collect();
  REQUIRE(pieces.size() == 1);
  CHECK(std::string{reinterpret_cast<const char*>(pieces[0].bytes.data()), pieces[0].bytes.size()} ==
        "[[1,10],[5,20],[18446744073709551615,30]]\n");
}

}  // namespace prong::test
