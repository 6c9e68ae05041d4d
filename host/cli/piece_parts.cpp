// Offsets.
#include "cli/piece_parts.hpp"

#include "cli/timed_items.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <string>

namespace prong::cli {

void find_ends(Piece& piece) {
  if (piece.stride != 0 || !piece.ends.empty()) return;
  const auto* const text = reinterpret_cast<const char*>(piece.bytes.data());
  std::size_t at = 0;
  auto failure = piece.failures.begin();
  for (std::uint64_t index = piece.first; index < piece.first + piece.count; ++index) {
    if (failure != piece.failures.end() && failure->index == index) {
      ++failure;
    } else {
      const void* newline = std::memchr(text + at, '\n', piece.bytes.size() - at);
      at = newline == nullptr ? piece.bytes.size()
                              : static_cast<std::size_t>(static_cast<const char*>(newline) - text) + 1;
    }
    piece.ends.push_back(at);
  }
}

std::size_t begin_of(const Piece& piece, std::uint64_t place) {
  if (piece.stride != 0) return place * piece.stride;
  return place == 0 ? 0 : piece.ends[place - 1];
}

Piece part_of(const Piece& piece, std::uint64_t begin, std::uint64_t end) {
  const std::size_t from = begin_of(piece, begin);
  Piece part{.first = piece.first + begin,
             .count = end - begin,
             .encoding = piece.encoding,
             .bytes = piece.bytes.subspan(from, begin_of(piece, end) - from),
             .stride = piece.stride,
             .memory = piece.memory};
  if (piece.stride == 0) {
    for (std::uint64_t place = begin; place < end; ++place)
      part.ends.push_back(piece.ends[place] - from);
  }
  const auto first = std::ranges::lower_bound(piece.failures, part.first, {}, &Failure::index);
  const auto last = std::ranges::lower_bound(piece.failures, piece.first + end, {}, &Failure::index);
  part.failures.assign(first, last);
  for (const Stint& stint : piece.stints) {
    const std::uint64_t from_item = std::max(stint.first, part.first);
    const std::uint64_t to_item = std::min(stint.first + stint.count, piece.first + end);
    if (from_item < to_item) part.stints.push_back(part_of(stint, from_item, to_item));
  }
  for (const Failure& failure : part.failures)
    part.positions.push_back(piece.stride != 0 ? 0 : begin_of(part, failure.index - part.first));
  return part;
}

Piece lines_of(const Piece& views) {
  const auto text = std::make_shared<std::string>();
  Piece lines{.first = views.first, .count = views.count, .encoding = Encoding::text};
  auto failure = views.failures.begin();
  for (std::uint64_t place = 0; place < views.count; ++place) {
    if (failure != views.failures.end() && failure->index - views.first == place) {
      lines.positions.push_back(text->size());
      ++failure;
      continue;
    }
    const std::size_t begin = begin_of(views, place);
    text->append(reinterpret_cast<const char*>(views.bytes.data()) + begin, views.ends[place] - begin);
    text->push_back('\n');
  }
  lines.failures = views.failures;
  lines.bytes = std::as_bytes(std::span{*text});
  lines.memory = text;
  return lines;
}

}  // namespace prong::cli
