// Pieces of a job, cut where chunks end.
#include "node/served_call.hpp"

#include <doctest/doctest.h>

#include <array>
#include <span>
#include <string>

namespace prong::node {

namespace {

std::string text_of(const Piece& piece) {
  return {reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size()};
}

Piece make_piece(Encoding encoding, const std::string& bytes) {
  return {.first = 10, .count = 4, .encoding = encoding, .bytes = std::as_bytes(std::span{bytes})};
}

}  // namespace

TEST_CASE("raw results are cut by their size") {
  const std::string bytes = "aabbccdd";
  Piece piece = make_piece(Encoding::raw, bytes);
  piece.stride = 2;
  piece.failures = {{.index = 11}, {.index = 13}};
  const Piece part = cut(piece, 11, 2);
  CHECK(text_of(part) == "bbcc");
  CHECK(part.first == 11);
  CHECK(part.count == 2);
  REQUIRE(part.failures.size() == 1);
  CHECK(part.failures[0].index == 11);
}

TEST_CASE("values of any size are cut by their ends") {
  const std::string bytes = "abbbdd";
  Piece piece = make_piece(Encoding::views, bytes);
  piece.ends = {1, 4, 4, 6};
  const Piece part = cut(piece, 11, 3);
  CHECK(text_of(part) == "bbbdd");
  CHECK(part.ends == std::vector<std::uint64_t>{3, 3, 5});
  CHECK(text_of(cut(piece, 10, 1)) == "a");
}

TEST_CASE("lines are cut by their number, which failed items do not have") {
  const std::string bytes = "1\n22\n4444\n";
  Piece piece = make_piece(Encoding::json, bytes);
  piece.failures = {{.index = 12}};
  piece.positions = {5};
  CHECK(text_of(cut(piece, 10, 2)) == "1\n22\n");
  const Piece part = cut(piece, 11, 3);
  CHECK(text_of(part) == "22\n4444\n");
  CHECK(part.positions == std::vector<std::uint64_t>{3});
  const Piece failed = cut(piece, 12, 1);
  CHECK(text_of(failed).empty());
  CHECK(failed.positions == std::vector<std::uint64_t>{0});
}

TEST_CASE("a piece of which all failed has nothing to cut") {
  Piece piece = make_piece(Encoding::msgpack, "");
  piece.failures = {{.index = 10}, {.index = 11}, {.index = 12}, {.index = 13}};
  const Piece part = cut(piece, 12, 2);
  CHECK(part.failures.size() == 2);
  CHECK(part.bytes.empty());
}

}  // namespace prong::node
