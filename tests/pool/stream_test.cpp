// The untyped call: jobs that grow while they run, pieces in order, windows, encodings.
#include "fixture.hpp"

#include <string>

namespace prong::test {

namespace {

// Lines with their newlines, as the command line pushes them.
struct Lines {
  std::string text;
  std::vector<std::uint64_t> offsets{0};
  void add(std::string_view line) {
    (text += line) += '\n';
    offsets.push_back(text.size());
  }
  [[nodiscard]] Items items() const {
    return {
        .bytes = std::as_bytes(std::span{text}), .offsets = offsets, .count = offsets.size() - 1, .gap = 1};
  }
};

std::string text_of(const Piece& piece) {
  return {reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size()};
}

Call json_call(std::string function) {
  return {.function = std::move(function), .items = Encoding::json, .results = Encoding::json};
}

}  // namespace

TEST_CASE("lines of JSON in, lines of JSON out, in order, while the input grows") {
  PoolFixture pool;
  Job job = pool->open(json_call("examples.square"));
  std::string output;
  for (int block = 0; block < 50; ++block) {
    Lines lines;
    for (int i = 0; i < 100; ++i)
      lines.add(std::to_string(block * 100 + i));
    job.push(lines.items());
  }
  job.finish();
  while (const auto piece = job.next())
    output += text_of(*piece);
  std::string expected;
  for (long i = 0; i < 5000; ++i)
    expected += std::to_string(i * i) + '\n';
  CHECK(output == expected);
}

TEST_CASE("a line that is no value is rejected by itself, with where and why") {
  PoolFixture pool;
  Lines lines;
  for (const auto* line : {"1", "x", "3", "", "[5]", "6"})
    lines.add(line);
  Job job = pool->submit(json_call("examples.square"), lines.items());
  std::string output;
  std::vector<Failure> failures;
  for (Piece& piece : job.collect()) {
    output += text_of(piece);
    failures.insert(failures.end(), piece.failures.begin(), piece.failures.end());
  }
  CHECK(output == "1\n9\n36\n");
  REQUIRE(failures.size() == 3);
  CHECK(failures[0].index == 1);
  CHECK(failures[1].index == 3);
  CHECK(failures[2].index == 4);
  for (const Failure& failure : failures) {
    CHECK(failure.ending == Ending::rejected);
    CHECK(failure.what.find("expected") != std::string::npos);
  }
}

TEST_CASE("printed results before and after a crash are kept, with the place of the failure") {
  PoolFixture pool;
  Lines lines;
  for (int i = 0; i < 10; ++i)
    lines.add(i == 4 ? "1" : "0");
  Call call = json_call("examples.crash");
  call.chunk_size = 10;
  Job job = pool->submit(call, lines.items());
  std::string output;
  std::uint64_t next = 0;
  for (const Piece& piece : job.collect()) {
    CHECK(piece.first == next);
    next += piece.count;
    std::size_t at = 0;
    REQUIRE(piece.positions.size() == piece.failures.size());
    for (std::size_t i = 0; i < piece.failures.size(); ++i) {
      output += text_of(piece).substr(at, piece.positions[i] - at) + "null\n";
      at = piece.positions[i];
    }
    output += text_of(piece).substr(at);
  }
  CHECK(next == 10);
  CHECK(output == "0\n0\n0\n0\nnull\n0\n0\n0\n0\n0\n");
}

TEST_CASE("text in and out is verbatim") {
  PoolFixture pool;
  Lines lines;
  for (const auto* line : {"abc", "", "[1,2]", "\"q\"", "\xff\xfe"})
    lines.add(line);
  Call call{.function = "examples.upper", .items = Encoding::text, .results = Encoding::text};
  std::string output;
  for (const Piece& piece : pool->submit(call, lines.items()).collect())
    output += text_of(piece);
  CHECK(output == "ABC\n\n[1,2]\n\"Q\"\n\xff\xfe\n");
}

TEST_CASE("a window keeps the producer waiting, and nothing is lost") {
  PoolFixture pool;
  Call call = json_call("examples.square");
  call.window_bytes = 1000;
  Job job = pool->open(call);
  std::thread producer{[&] {
    for (int block = 0; block < 200; ++block) {
      Lines lines;
      for (int i = 0; i < 50; ++i)
        lines.add("2");
      job.push(lines.items());
    }
    job.finish();
  }};
  std::uint64_t items = 0;
  while (const auto piece = job.next())
    items += piece->count;
  producer.join();
  CHECK(items == 10'000);
}

TEST_CASE("unordered jobs hand over whatever has ended") {
  PoolFixture pool;
  const std::vector<double> seconds{0.3, 0, 0, 0};
  Call call{.function = "examples.slow", .chunk_size = 1, .ordered = false};
  Job job = pool->submit(call, {.bytes = std::as_bytes(std::span{seconds}), .count = 4});
  std::vector<std::uint64_t> order;
  while (const auto piece = job.next()) {
    for (std::uint64_t i = 0; i < piece->count; ++i)
      order.push_back(piece->first + i);
  }
  REQUIRE(order.size() == 4);
  CHECK(order.back() == 0);
}

TEST_CASE("next_until returns on time, and cancel ends what waits") {
  PoolFixture pool;
  const std::vector<double> seconds(50, 0.02);
  Job job =
      pool->submit({.function = "examples.slow"}, {.bytes = std::as_bytes(std::span{seconds}), .count = 50});
  CHECK_FALSE(job.next_until(std::chrono::steady_clock::now()));
  job.cancel();
  const ResultSet set{job.collect()};
  CHECK(set.size() == 50);
  CHECK(set.failures().size() >= 40);
  CHECK(set.failures().back().ending == Ending::cancelled);
}

TEST_CASE("cancel and terminate wake who waits for the next piece of an open job") {
  for (const bool cancels : {true, false}) {
    CAPTURE(cancels);
    PoolFixture pool;
    pool.expect_ended();
    Job job = pool->open(json_call("examples.square"));
    std::thread waiter{[&] { CHECK_FALSE(job.next()); }};
    std::this_thread::sleep_for(std::chrono::milliseconds{20});  // makes it likely that it waits by now
    if (cancels) {
      job.cancel();
    } else {
      pool->terminate();
    }
    waiter.join();
  }
}

TEST_CASE("a result function's items are all read, or it is not called") {
  PoolFixture pool;
  Lines lines;
  for (const auto* line : {"1", "x", "3"})
    lines.add(line);
  Call call{.function = "examples.square", .kind = FunctionKind::result, .items = Encoding::json};
  const ResultSet set{pool->submit(call, lines.items()).collect()};
  REQUIRE(set.failures().size() == 1);
  CHECK(set.failures()[0].ending == Ending::rejected);
  CHECK(set.failures()[0].what == "result 1: expected f64, found x");
}

TEST_CASE("items that do not add up are refused before anything runs") {
  PoolFixture pool;
  const std::vector<double> xs(3);
  const auto bytes = std::as_bytes(std::span{xs});
  Job raw = pool->open({.function = "examples.square"});
  CHECK_THROWS_AS(raw.push({.bytes = bytes, .count = 4}), UsageError);
  CHECK_THROWS_AS(raw.push({.bytes = bytes.first(23), .count = 3}), UsageError);
  Job json = pool->open(json_call("examples.square"));
  const std::vector<std::uint64_t> falling{0, 5, 3};
  const std::vector<std::uint64_t> beyond{0, 5, 25};
  CHECK_THROWS_AS(json.push({.bytes = bytes, .offsets = falling, .count = 2}), UsageError);
  CHECK_THROWS_AS(json.push({.bytes = bytes, .offsets = beyond, .count = 2}), UsageError);
  CHECK_THROWS_AS(json.push({.bytes = bytes, .count = 2}), UsageError);
  json.finish();
  CHECK_THROWS_AS(json.push({.bytes = bytes, .offsets = falling, .count = 0}), UsageError);
  CHECK_THROWS_AS(static_cast<void>(pool->open({.function = "examples.square", .items = Encoding::views})),
                  Mismatch);
}

}  // namespace prong::test
