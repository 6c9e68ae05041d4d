// Items into messages, and results out of them, of which nothing is believed that does not fit.
#include "client/remote_job.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace prong::client {

using namespace cluster;

namespace {

RemoteJob job_of(pool::JobFacts facts) { return {std::move(facts), CallHead{}, "prong:map:a.b"}; }

pool::ItemRange take_all(RemoteJob& job, const Items& items) {
  job.add(make_segment(job.facts(), items));
  return {.segment = job.take(1, 1)->segment, .start = 1, .count = 2};
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Piece doubles(std::uint64_t first, const std::vector<double>& values) {
  auto memory = std::make_shared<std::vector<double>>(values);
  return {.first = first,
          .count = values.size(),
          .encoding = Encoding::raw,
          .bytes = std::as_bytes(std::span{*memory}),
          .stride = sizeof(double),
          .memory = memory};
}

}  // namespace

TEST_CASE("a chunk has the items of its range, and offsets from its own beginning") {
  RemoteJob job = job_of({.items = Encoding::json, .results = Encoding::json});
  const std::string lines = "1\n22\n333\n4444\n";
  const std::array<std::uint64_t, 5> offsets{0, 2, 5, 9, 14};
  const std::array<std::uint64_t, 4> indices{7, 8, 9, 10};
  const auto range = take_all(job, {.bytes = std::as_bytes(std::span{lines}),
                                    .offsets = offsets,
                                    .count = 4,
                                    .gap = 1,
                                    .indices = indices});
  const Chunk chunk = make_chunk(job, range);
  CHECK(text_of(chunk.bytes) == "22\n333\n");
  CHECK(chunk.offsets == std::vector<std::uint64_t>{0, 3, 7});
  CHECK(chunk.indices == std::vector<std::uint64_t>{8, 9});
  CHECK(chunk.count == 2);
  CHECK(chunk.gap == 1);
  CHECK(chunk.first_index == 1);
}

TEST_CASE("a result function may have no items at all") {
  RemoteJob job = job_of({.kind = transport::JobKind::result, .results = Encoding::json, .item_stride = 8});
  const std::array<std::uint64_t, 1> offsets{0};
  job.add(make_segment(job.facts(), {.offsets = offsets, .count = 0}));
  CHECK(items_that_fit(static_cast<const RemoteSegment&>(*job.next_segment())) >= 1);
  const Chunk chunk = make_chunk(job, *job.take(1));
  CHECK(chunk.count == 0);
  CHECK(chunk.bytes.empty());
  CHECK(chunk.offsets.empty());
}

TEST_CASE("fixed-size results come to lie side by side, as pieces of the job") {
  RemoteJob job = job_of({.item_stride = 8, .result_stride = 8});
  const std::array<double, 4> items{};
  const auto range = take_all(job, {.bytes = std::as_bytes(std::span{items}), .count = 4});
  auto pieces = fit_pieces(job, range, {doubles(0, {5}), doubles(1, {6})});
  REQUIRE(pieces);
  CHECK((*pieces)[0].first == 1);
  CHECK((*pieces)[1].first == 2);
  CHECK((*pieces)[0].bytes.data() + 8 == (*pieces)[1].bytes.data());
  double value = 0;
  std::memcpy(&value, (*pieces)[1].bytes.data(), sizeof value);
  CHECK(value == 6);
}

TEST_CASE("nothing is believed of an answer that does not fit its chunk") {
  RemoteJob job = job_of({.item_stride = 8, .result_stride = 8});
  const std::array<double, 4> items{};
  const auto range = take_all(job, {.bytes = std::as_bytes(std::span{items}), .count = 4});
  CHECK(fit_pieces(job, range, {doubles(0, {5, 6})}));
  CHECK_FALSE(fit_pieces(job, range, {}));
  CHECK_FALSE(fit_pieces(job, range, {doubles(0, {5})}));
  CHECK_FALSE(fit_pieces(job, range, {doubles(0, {5, 6, 7})}));
  CHECK_FALSE(fit_pieces(job, range, {doubles(1, {5, 6})}));
  CHECK_FALSE(fit_pieces(job, range, {doubles(0, {5}), doubles(0, {6})}));
  Piece text = doubles(0, {5, 6});
  text.encoding = Encoding::json;
  CHECK_FALSE(fit_pieces(job, range, {text}));
  Piece wide = doubles(0, {5, 6, 7, 8});
  wide.count = 2;
  wide.stride = 16;
  CHECK_FALSE(fit_pieces(job, range, {wide}));
}

TEST_CASE("a failure is told by its place in the job, and by the name that the caller knows") {
  RemoteJob job = job_of({.function = "a.b", .item_stride = 8, .result_stride = 8});
  const std::array<double, 4> items{};
  const auto range = take_all(job, {.bytes = std::as_bytes(std::span{items}), .count = 4});
  Piece piece{.first = 0, .count = 2, .encoding = Encoding::raw};
  piece.failures = {{.index = 0, .ending = Ending::threw, .function = "x"},
                    {.index = 1, .ending = Ending::crashed}};
  const auto pieces = fit_pieces(job, range, {piece});
  REQUIRE(pieces);
  CHECK(pieces->front().failures[1].index == 2);
  CHECK(pieces->front().failures[0].function == "a.b");
}

}  // namespace prong::client
