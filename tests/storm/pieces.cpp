// Piece by piece, item by item.
#include "pieces.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

namespace prong::test {

namespace {

// Pieces come in the order of the items, each once.
std::uint64_t check_order(Account& account, const Piece& piece, std::uint64_t next) {
  if (piece.first > next) account.lost("a job", piece.first - next);
  if (piece.first < next) account.duplicated("a job", next - piece.first);
  return piece.first + piece.count;
}

}  // namespace

void PieceReader::read_all(Job& job, std::uint64_t count, const Allowed& allowed) const {
  std::uint64_t next = 0;
  for (const Piece& piece : job.collect()) {
    next = check_order(account_, piece, next);
    take(piece, allowed);
  }
  if (next < count) account_.lost("a job", count - next);
  if (next > count) account_.duplicated("a job", next - count);
}

void PieceReader::take(const Piece& piece, const Allowed& allowed) const {
  auto failure = piece.failures.begin();
  for (std::uint64_t i = 0; i < piece.count; ++i) {
    const std::uint64_t item = piece.first + i;
    if (failure != piece.failures.end() && failure->index == item) {
      account_.failed(first_ + item, *failure++, allowed);
      continue;
    }
    const std::size_t begin = piece.stride != 0 ? i * piece.stride : i == 0 ? 0 : piece.ends[i - 1];
    const std::size_t end = piece.stride != 0 ? begin + piece.stride : piece.ends[i];
    account_.returned(first_ + item, is_right_(first_ + item, piece.bytes.subspan(begin, end - begin)),
                      allowed);
  }
  if (failure != piece.failures.end()) account_.wrong("a failure of an item that is not its piece's");
}

void LineReader::take(const Piece& piece) {
  next_ = check_order(account_, piece, next_);
  const std::string_view text{reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size()};
  std::size_t read = 0;
  auto failure = piece.failures.begin();
  for (std::uint64_t i = 0; i < piece.count; ++i) {
    const std::uint64_t id = first_ + piece.first + i;
    if (failure != piece.failures.end() && failure->index == piece.first + i) {
      const auto place = static_cast<std::size_t>(failure - piece.failures.begin());
      if (piece.positions[place] != read) account_.wrong("a failure at another line's place");
      account_.failed(id, *failure++, allowed_);
      continue;
    }
    const std::string_view line = text.substr(read, text.find('\n', read) - read);
    std::uint64_t number = 0;
    const auto end = std::from_chars(line.data(), line.data() + line.size(), number).ptr;
    account_.returned(id, end == line.data() + line.size() && number == number_of(id), allowed_);
    read = std::min(read + line.size() + 1, text.size());
  }
  if (read != text.size()) account_.wrong("lines that are no item's");
}

void LineReader::end(std::uint64_t count) {
  if (next_ < count) account_.lost("a job of lines", count - next_);
  if (next_ > count) account_.duplicated("a job of lines", next_ - count);
}

}  // namespace prong::test
