// Messages there and back: every field, whatever is in it.
#include "cluster/message.hpp"

#include "message_members.hpp"
#include "random_messages.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <set>
#include <stdexcept>

using namespace prong;
using namespace prong::test;

namespace {

constexpr int messages = 1000;

template <class Message, class Make, class Decode>
void check_round_trips(const Make& make, const Decode& decode) {
  MessageSource source{17};
  for (int i = 0; i < messages; ++i) {
    CAPTURE(i);
    const Message sent = make(source);
    const std::optional<Message> read = decode(encode(sent));
    REQUIRE(read);
    REQUIRE(same(sent, *read));
  }
}

}  // namespace

TEST_CASE("requests come as they were sent") {
  check_round_trips<Request>([](MessageSource& source) { return source.request(); }, decode_request);
}

TEST_CASE("answers come as they were sent") {
  check_round_trips<Answer>([](MessageSource& source) { return source.answer(); }, decode_answer);
}

TEST_CASE("claims and their answers come as they were sent") {
  check_round_trips<Claim>([](MessageSource& source) { return source.claim(); }, decode_claim);
  check_round_trips<ClaimAnswer>([](MessageSource& source) { return source.claim_answer(); },
                                 decode_claim_answer);
}

TEST_CASE("none is taken for another kind") {
  MessageSource source{5};
  const Bytes request = encode(source.request());
  const Bytes answer = encode(source.answer());
  const Bytes claim = encode(source.claim());
  const Bytes claim_answer = encode(source.claim_answer());
  for (const Bytes& bytes : {request, answer, claim, claim_answer}) {
    const int taken = (decode_request(bytes) ? 1 : 0) + (decode_answer(bytes) ? 1 : 0) +
                      (decode_claim(bytes) ? 1 : 0) + (decode_claim_answer(bytes) ? 1 : 0);
    CHECK(taken == 1);
  }
}

TEST_CASE("what is the client's own stays behind") {
  Request request{.question = CallHead{.call = {.function = "stats.square"}}};
  Call& call = request.question->call;
  call.chunk_size = 7;
  call.ordered = false;
  call.timed = true;
  call.window_bytes = 9;
  const auto read = decode_request(encode(request));
  REQUIRE(read);
  CHECK(read->question->call.function == "stats.square");
  CHECK(read->question->call.chunk_size == 0);
  CHECK(read->question->call.ordered);
  CHECK_FALSE(read->question->call.timed);
  CHECK(read->question->call.window_bytes == SIZE_MAX);
}

TEST_CASE("a piece's memory is its own, and aligned as results may want it") {
  Bytes sent = [] {
    const std::vector<double> values{1.5, -2, 3};
    const auto bytes = std::as_bytes(std::span{values});
    Answer answer;
    answer.pieces.push_back({.count = 3, .bytes = bytes, .stride = sizeof(double)});
    return encode(answer);
  }();
  const auto read = decode_answer(sent);
  std::ranges::fill(sent, std::byte{});
  REQUIRE(read);
  const Piece& piece = read->pieces.at(0);
  CHECK(reinterpret_cast<std::uintptr_t>(piece.bytes.data()) % alignof(std::max_align_t) == 0);
  CHECK(*reinterpret_cast<const double*>(piece.bytes.data()) == 1.5);
  CHECK(piece.build == nullptr);
}

TEST_CASE("a chunk's items") {
  Chunk chunk{
      .bytes = Bytes(5), .offsets = {0, 2, 5}, .indices = {8, 3}, .count = 2, .gap = 1, .first_index = 7};
  const Items items = chunk.items();
  CHECK(items.bytes.data() == chunk.bytes.data());
  CHECK(items.bytes.size() == 5);
  CHECK(items.offsets.data() == chunk.offsets.data());
  CHECK(items.indices.data() == chunk.indices.data());
  CHECK(items.count == 2);
  CHECK(items.gap == 1);
  CHECK(items.first_index == 7);
}

TEST_CASE("offsets of short items take about a byte each") {
  Request request{.chunk = Chunk{.head = {.call = {.items = Encoding::text}}, .count = 10'000}};
  Chunk& chunk = *request.chunk;
  for (std::uint64_t i = 0; i <= chunk.count; ++i)
    chunk.offsets.push_back(i * 10);
  chunk.bytes.resize(chunk.offsets.back());
  CHECK(encode(request).size() < chunk.bytes.size() + chunk.count + 200);
}
