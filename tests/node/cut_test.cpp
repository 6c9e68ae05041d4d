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
  const Piece part = cut(piece, 11, 2);
  CHECK(text_of(part) == "bbcc");
  CHECK(part.first == 11);
  CHECK(part.count == 2);
  CHECK(part.stride == 2);
}

TEST_CASE("a piece of one chunk is taken as it is: a line of text may hold line ends") {
  const std::string bytes = "a\nb\nc\n\n\n";
  Piece piece = make_piece(Encoding::text, bytes);
  piece.failures = {{.index = 12}};
  piece.positions = {6};
  const Piece part = cut(piece, 10, 4);
  CHECK(text_of(part) == bytes);
  CHECK(part.positions == piece.positions);
  CHECK(part.failures.size() == 1);
}

}  // namespace prong::node
