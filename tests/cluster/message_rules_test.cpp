// Messages that contradict themselves, each in one way.
#include "cluster/message.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace prong;
using namespace prong::cluster;

namespace {

Bytes text(std::string_view characters) {
  const auto bytes = std::as_bytes(std::span{characters});
  return {bytes.begin(), bytes.end()};
}

Request lines() {
  return {.chunk = Chunk{.head = {.call = {.items = Encoding::text}},
                         .bytes = text("a\nbc\n"),
                         .offsets = {0, 2, 5},
                         .indices = {4, 2},
                         .count = 2,
                         .gap = 1}};
}

Request numbers() { return {.chunk = Chunk{.bytes = Bytes(24), .count = 3}}; }

struct RequestFault {
  const char* name;
  Request (*base)();
  std::function<void(Request&)> put;
};

const std::vector<RequestFault> request_faults = {
    {"both", lines, [](Request& one) { one.question = CallHead{}; }},
    {"neither", lines, [](Request& one) { one.chunk.reset(); }},
    {"native items", lines, [](Request& one) { one.chunk->head.call.items = Encoding::native; }},
    {"native argument", lines,
     [](Request& one) { one.chunk->head.call.bound.push_back({.encoding = Encoding::native}); }},
    {"no offsets", lines, [](Request& one) { one.chunk->offsets.clear(); }},
    {"too few offsets", lines, [](Request& one) { one.chunk->offsets.pop_back(); }},
    {"too many offsets", lines, [](Request& one) { one.chunk->offsets.push_back(5); }},
    {"offset beyond", lines, [](Request& one) { one.chunk->offsets[2] = 6; }},
    {"falling offsets", lines, [](Request& one) { one.chunk->offsets = {0, 5, 4}; }},
    {"offsets that turn over", lines, [](Request& one) { one.chunk->offsets = {UINT64_MAX, 2, 5}; }},
    {"item without its gap", lines, [](Request& one) { one.chunk->offsets[1] = 0; }},
    {"gap above all", lines, [](Request& one) { one.chunk->gap = UINT32_MAX; }},
    {"another count", lines, [](Request& one) { one.chunk->count = 3; }},
    {"count of all", lines, [](Request& one) { one.chunk->count = UINT64_MAX; }},
    {"an index missing", lines, [](Request& one) { one.chunk->indices.pop_back(); }},
    {"indices turn over", lines, [](Request& one) { one.chunk->first_index = UINT64_MAX - 1; }},
    {"raw with offsets", numbers, [](Request& one) { one.chunk->offsets = {0, 8, 16, 24}; }},
    {"raw of uneven size", numbers, [](Request& one) { one.chunk->bytes.pop_back(); }},
    {"raw of no size", numbers, [](Request& one) { one.chunk->bytes.clear(); }},
    {"no items", numbers, [](Request& one) { *one.chunk = {.count = 0}; }},
    {"raw bytes of no item", numbers,
     [](Request& one) {
       one.chunk->head.call.kind = FunctionKind::result;
       one.chunk->count = 0;
     }},
    {"more raw items than bytes", numbers, [](Request& one) { one.chunk->count = 25; }},
};

// Items 0 to 5: raw, item 1 of them failed; then printed, item 4 of them failed; then values.
Answer all_kinds() {
  static const Bytes raw(16);
  static const Bytes json = text("1\n2\n");
  static const Bytes values = text("abc");
  const auto failed = [](std::uint64_t index) {
    Failure failure;
    failure.index = index;
    failure.ending = Ending::threw;
    return failure;
  };
  Answer answer;
  answer.pieces.push_back(
      {.count = 2, .encoding = Encoding::raw, .bytes = raw, .stride = 8, .failures = {failed(1)}});
  answer.pieces.push_back({.first = 2,
                           .count = 3,
                           .encoding = Encoding::json,
                           .bytes = json,
                           .failures = {failed(4)},
                           .positions = {4}});
  answer.pieces.push_back(
      {.first = 5, .count = 2, .encoding = Encoding::views, .bytes = values, .ends = {1, 3}});
  return answer;
}

struct AnswerFault {
  const char* name;
  std::size_t piece;
  std::function<void(Piece&)> put;
};

const std::vector<AnswerFault> answer_faults = {
    {"begins late", 0, [](Piece& one) { one.first = 1; }},
    {"a gap between pieces", 1, [](Piece& one) { one.first = 3; }},
    {"an item twice", 2, [](Piece& one) { one.first = 4; }},
    {"no items", 2,
     [](Piece& one) {
       one.count = 0;
       one.ends.clear();
     }},
    {"native", 2, [](Piece& one) { one.encoding = Encoding::native; }},
    {"failure before", 1, [](Piece& one) { one.failures[0].index = 1; }},
    {"failure beyond", 0, [](Piece& one) { one.failures[0].index = 2; }},
    {"failure of no item", 0, [](Piece& one) { one.failures[0].index = Failure::no_item; }},
    {"failure that returned", 0, [](Piece& one) { one.failures[0].ending = Ending::returned; }},
    {"failure twice", 0, [](Piece& one) { one.failures.push_back(one.failures[0]); }},
    {"falling failures", 0,
     [](Piece& one) {
       one.failures.push_back(one.failures[0]);
       one.failures[1].index = 0;
     }},
    {"raw of another stride", 0, [](Piece& one) { one.stride = 4; }},
    {"raw without a stride", 0, [](Piece& one) { one.stride = 0; }},
    {"raw without bytes", 0, [](Piece& one) { one.bytes = {}; }},
    {"raw bytes that turn over", 0, [](Piece& one) { one.stride = UINT64_MAX / 2 + 9; }},
    {"raw with ends", 0, [](Piece& one) { one.ends = {8, 16}; }},
    {"raw with positions", 0, [](Piece& one) { one.positions = {0}; }},
    {"nothing of an item that did not fail", 0,
     [](Piece& one) {
       one.stride = 0;
       one.bytes = {};
     }},
    {"a line missing", 1, [](Piece& one) { one.bytes = one.bytes.first(2); }},
    {"a line too many", 1, [](Piece& one) { one.failures[0].index = 3; }},
    {"a line that does not end", 1, [](Piece& one) { one.bytes = one.bytes.first(3); }},
    {"no position", 1, [](Piece& one) { one.positions.clear(); }},
    {"position beyond", 1, [](Piece& one) { one.positions[0] = 5; }},
    {"position within a line", 1, [](Piece& one) { one.positions[0] = 3; }},
    {"printed with a stride", 1, [](Piece& one) { one.stride = 1; }},
    {"printed with ends", 1, [](Piece& one) { one.ends = {2, 4, 4}; }},
    {"text with lines missing", 1,
     [](Piece& one) {
       one.encoding = Encoding::text;
       one.bytes = one.bytes.first(2);
       one.positions[0] = 2;
     }},
    {"an end missing", 2, [](Piece& one) { one.ends.pop_back(); }},
    {"falling ends", 2, [](Piece& one) { one.ends = {3, 1}; }},
    {"end beyond", 2, [](Piece& one) { one.ends[1] = 4; }},
    {"values with a stride", 2, [](Piece& one) { one.stride = 1; }},
    {"values with positions", 2, [](Piece& one) { one.positions = {0}; }},
};

}  // namespace

TEST_CASE("requests that contradict themselves are refused") {
  CHECK(decode_request(encode(lines())));
  CHECK(decode_request(encode(numbers())));
  for (const RequestFault& fault : request_faults) {
    CAPTURE(fault.name);
    Request request = fault.base();
    fault.put(request);
    CHECK_FALSE(decode_request(encode(request)));
  }
}

TEST_CASE("answers that contradict themselves are refused") {
  CHECK(decode_answer(encode(all_kinds())));
  for (const AnswerFault& fault : answer_faults) {
    CAPTURE(fault.name);
    Answer answer = all_kinds();
    fault.put(answer.pieces.at(fault.piece));
    CHECK_FALSE(decode_answer(encode(answer)));
  }
}

TEST_CASE("enumerators that are none are refused") {
  Answer error;
  error.error = CallError{.kind = static_cast<CallError::Kind>(8)};
  CHECK_FALSE(decode_answer(encode(error)));
  Answer ending = all_kinds();
  ending.pieces[0].failures[0].ending = static_cast<Ending>(9);
  CHECK_FALSE(decode_answer(encode(ending)));
  Answer memory = all_kinds();
  memory.pieces[0].failures[0].crash =
      std::make_shared<CrashReport>(CrashReport{.out_of_memory = static_cast<OutOfMemory>(3)});
  CHECK_FALSE(decode_answer(encode(memory)));
  Request kind{.question = CallHead{.call = {.kind = static_cast<FunctionKind>(2)}}};
  CHECK_FALSE(decode_request(encode(kind)));
  Request results{.question = CallHead{.call = {.results = static_cast<Encoding>(6)}}};
  CHECK_FALSE(decode_request(encode(results)));
}

TEST_CASE("items that all failed need no results, and none at all may be reduced") {
  Answer answer;
  answer.pieces.push_back({.count = 1, .encoding = Encoding::raw, .ends = {0}, .failures = {Failure{}}});
  CHECK(decode_answer(encode(answer)));
  Call call{.kind = FunctionKind::result};
  CHECK(decode_request(encode(Request{.chunk = Chunk{.head = {.call = call}}})));
  call.items = Encoding::json;
  CHECK(decode_request(encode(Request{.chunk = Chunk{.head = {.call = call}, .offsets = {0}}})));
}
