// Pieces, cut: where each item's result lies, and parts of a piece that are pieces themselves.
#pragma once

#include <prong/call.hpp>

#include <cstddef>
#include <cstdint>

namespace prong::cli {

// Of pieces of lines: fills `ends`, with which every piece can be cut. Precondition: not text, whose strings
// may hold newlines.
void find_ends(Piece& piece);

// Where the result of the piece's item `place` begins, or that of the item before ends. A failed one is
// empty, unless the piece is raw. Precondition: the piece has a stride or ends.
[[nodiscard]] std::size_t begin_of(const Piece& piece, std::uint64_t place);

// The items [begin, end) of a piece. Precondition: as begin_of.
[[nodiscard]] Piece part_of(const Piece& piece, std::uint64_t begin, std::uint64_t end);

// Of a piece of views: the strings as lines, as in a piece of text.
[[nodiscard]] Piece lines_of(const Piece& views);

// Calls visit(begin, end) for the places between the failures.
template <class Visit>
void for_each_run(const Piece& piece, Visit visit) {
  std::uint64_t begin = 0;
  for (const Failure& failure : piece.failures) {
    const std::uint64_t place = failure.index - piece.first;
    if (place > begin) visit(begin, place);
    begin = place + 1;
  }
  if (piece.count > begin) visit(begin, piece.count);
}

}  // namespace prong::cli
