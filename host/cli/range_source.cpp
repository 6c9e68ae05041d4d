// Numbers to decimal digits.
#include "cli/range_source.hpp"

#include "cli/halt.hpp"

#include <algorithm>
#include <charconv>
#include <span>

namespace prong::cli {

namespace {

constexpr std::uint64_t batch_items = 16384;
constexpr std::size_t digits_max = 20;  // -9223372036854775808

char* write_number(WideInteger number, char* to) {
  if (number < 0) return std::to_chars(to, to + digits_max, static_cast<std::int64_t>(number)).ptr;
  return std::to_chars(to, to + digits_max, static_cast<std::uint64_t>(number)).ptr;
}

}  // namespace

std::optional<Items> RangeSource::next(Halt& halt) {
  const std::uint64_t count = std::min(batch_items, range_.count - made_);
  if (count == 0 || halt.requested()) return std::nullopt;
  bytes_.resize(count * digits_max);
  offsets_.assign(1, 0);
  char* end = bytes_.data();
  for (std::uint64_t i = 0; i < count; ++i) {
    end = write_number(range_[made_ + i], end);
    offsets_.push_back(static_cast<std::uint64_t>(end - bytes_.data()));
  }
  made_ += count;
  return Items{
      .bytes = std::as_bytes(std::span{bytes_}).first(offsets_.back()), .offsets = offsets_, .count = count};
}

}  // namespace prong::cli
