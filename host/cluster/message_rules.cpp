// The rules of Items and Piece (prong/call.hpp), for those that came from elsewhere. Together they also mean
// that a count is never more than what was sent for it: no loop over items is longer than the message.
#include "cluster/message_rules.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>

namespace prong::cluster {

namespace {

bool is_sound(const CallHead& head) {
  return head.call.items != Encoding::native && std::ranges::none_of(head.call.bound, [](const Bound& one) {
           return one.encoding == Encoding::native;
         });
}

// Every item begins where the one before ends, and has the gap at least.
bool are_offsets(const std::vector<std::uint64_t>& offsets, const Chunk& chunk) {
  if (offsets.empty() || offsets.size() - 1 != chunk.count || offsets.back() > chunk.bytes.size())
    return false;
  const auto falls_short = [&](std::uint64_t one, std::uint64_t next) {
    return next < one || next - one < chunk.gap;
  };
  return std::ranges::adjacent_find(offsets, falls_short) == offsets.end();
}

bool is_sound(const Chunk& chunk) {
  if (!is_sound(chunk.head)) return false;
  if (!chunk.indices.empty() && chunk.indices.size() != chunk.count) return false;
  if (chunk.first_index > UINT64_MAX - chunk.count) return false;
  // Of nothing, only a result function makes something.
  if (chunk.count == 0 && chunk.head.call.kind != FunctionKind::result) return false;
  if (chunk.head.call.items != Encoding::raw) return are_offsets(chunk.offsets, chunk);
  // How large an item is, the function says; of no size is none.
  if (!chunk.offsets.empty()) return false;
  if (chunk.count == 0) return chunk.bytes.empty();
  return !chunk.bytes.empty() && chunk.bytes.size() % chunk.count == 0;
}

bool are_failures(const Piece& piece) {
  std::uint64_t next = piece.first;
  for (const Failure& failure : piece.failures) {
    if (failure.ending == Ending::returned || failure.index < next) return false;
    if (failure.index - piece.first >= piece.count) return false;
    next = failure.index + 1;
  }
  return true;
}

bool are_ends(const Piece& piece) {
  return piece.ends.size() == piece.count && std::ranges::is_sorted(piece.ends) &&
         (piece.ends.empty() || piece.ends.back() <= piece.bytes.size());
}

// Where all failed, no results need be there.
bool is_raw(const Piece& piece) {
  if (!piece.positions.empty()) return false;
  if (piece.stride != 0)
    return piece.ends.empty() && piece.bytes.size() % piece.stride == 0 &&
           piece.bytes.size() / piece.stride == piece.count;
  return piece.bytes.empty() && piece.failures.size() == piece.count &&
         (piece.ends.empty() || are_ends(piece));
}

// Whether `lines` are those of so many items. A line of text may hold line ends of its own.
bool are_lines(std::span<const std::byte> lines, std::uint64_t items, Encoding encoding) {
  constexpr std::byte line_end{'\n'};
  if (items == 0) return lines.empty();
  if (lines.empty() || lines.back() != line_end) return false;
  const auto found = static_cast<std::uint64_t>(std::ranges::count(lines, line_end));
  return encoding == Encoding::json ? found == items : found >= items;
}

bool is_printed(const Piece& piece) {
  if (piece.stride != 0 || !piece.ends.empty() || piece.positions.size() != piece.failures.size())
    return false;
  std::uint64_t next = piece.first;
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < piece.failures.size(); ++i) {
    const std::uint64_t position = piece.positions[i];
    const std::uint64_t index = piece.failures[i].index;
    if (position < at || position > piece.bytes.size()) return false;
    if (!are_lines(piece.bytes.subspan(at, position - at), index - next, piece.encoding)) return false;
    at = position;
    next = index + 1;
  }
  return are_lines(piece.bytes.subspan(at), piece.first + piece.count - next, piece.encoding);
}

bool is_sound(const Piece& piece) {
  if (piece.count == 0 || !are_failures(piece)) return false;
  switch (piece.encoding) {
    case Encoding::raw:
      return is_raw(piece);
    case Encoding::views:
    case Encoding::msgpack:
      return piece.stride == 0 && piece.positions.empty() && are_ends(piece);
    case Encoding::json:
    case Encoding::text:
      return is_printed(piece);
    case Encoding::native:
      break;
  }
  return false;
}

}  // namespace

bool is_consistent(const Request& request) {
  if (request.question.has_value() == request.chunk.has_value()) return false;
  return request.question ? is_sound(*request.question) : is_sound(*request.chunk);
}

bool is_consistent(const Answer& answer) {
  std::uint64_t next = 0;
  for (const Piece& piece : answer.pieces) {
    if (piece.first != next || piece.count > UINT64_MAX - next || !is_sound(piece)) return false;
    next += piece.count;
  }
  return true;
}

bool is_consistent(const ClaimAnswer& answer) {
  return std::ranges::adjacent_find(answer.cancelled, std::greater_equal{}) == answer.cancelled.end();
}

}  // namespace prong::cluster
