// Reading, and finding where lines end.
#include "cli/line_source.hpp"

#include "cli/halt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace prong::cli {

namespace {

// Some thousand lines: enough to share among workers, little enough for an early first result.
constexpr std::size_t block_bytes = std::size_t{256} << 10;
// Reading less than this at a time is not worth the call.
constexpr std::size_t room_wanted = block_bytes / 4;

}  // namespace

LineSource::LineSource(Pool& pool, InputFile file, LineFormat format)
    : pool_{&pool}, file_{std::move(file)}, format_{format} {}

std::optional<Items> LineSource::next(Halt& halt) {
  while (!halt.requested()) {
    make_room();
    const std::size_t size = file_.read_some(static_cast<char*>(block_.get()) + end_,
                                             std::min(capacity_ - end_, block_bytes), &halt);
    if (halt.requested()) break;
    const std::size_t fresh = end_;
    end_ += size;
    if (!has_begun_) skip_byte_order_mark();
    if (size == 0) {
      if (begin_ == end_) break;
      static_cast<char*>(block_.get())[end_++] = format_.delimiter;
    }
    find_lines(std::max(fresh, begin_));
    if (offsets_.size() > 1) return take_lines();
  }
  return std::nullopt;
}

// Every line is an item, also an empty one. Lines count from 1, as in editors.
std::string LineSource::place_of(std::uint64_t item) const {
  return file_.place(fmt::format("{} {}", format_.delimiter == '\n' ? "line" : "record", item + 1));
}

std::optional<Total> LineSource::total() const {
  const std::uint64_t bytes = bytes_given_;
  const auto size = file_.size();
  if (!size || bytes == 0) return std::nullopt;
  const double items =
      static_cast<double>(items_given_) * static_cast<double>(*size) / static_cast<double>(bytes);
  return Total{.items = static_cast<std::uint64_t>(items), .estimated = bytes < *size};
}

// The pool keeps what it still reads of the old block. A line that fills a block gets one twice as large.
void LineSource::make_room() {
  if (capacity_ - end_ >= room_wanted) return;
  const std::size_t tail = end_ - begin_;
  const std::size_t capacity = std::max(block_bytes, 2 * tail + room_wanted);
  std::shared_ptr<void> block = pool_->allocate_bytes(capacity);
  if (tail > 0) std::memcpy(block.get(), static_cast<char*>(block_.get()) + begin_, tail);
  block_ = std::move(block);
  capacity_ = capacity;
  begin_ = 0;
  end_ = tail;
}

// It may come in parts.
void LineSource::skip_byte_order_mark() {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  const std::string_view read{static_cast<const char*>(block_.get()), std::min(end_, mark.size())};
  if (format_.encoding != Encoding::json || read != mark.substr(0, read.size())) {
    has_begun_ = true;
  } else if (read == mark) {
    has_begun_ = true;
    begin_ = mark.size();
  }
}

void LineSource::find_lines(std::size_t fresh_begin) {
  const char* const lines = static_cast<const char*>(block_.get()) + begin_;
  const char* const end = static_cast<const char*>(block_.get()) + end_;
  offsets_.assign(1, 0);
  for (const char* at = static_cast<const char*>(block_.get()) + fresh_begin; at < end;) {
    const void* found = std::memchr(at, format_.delimiter, static_cast<std::size_t>(end - at));
    if (found == nullptr) return;
    at = static_cast<const char*>(found) + 1;
    offsets_.push_back(static_cast<std::uint64_t>(at - lines));
  }
}

Items LineSource::take_lines() {
  const auto* lines = static_cast<const std::byte*>(block_.get()) + begin_;
  begin_ += offsets_.back();
  items_given_ += offsets_.size() - 1;
  bytes_given_ += offsets_.back();
  return {.bytes = {lines, offsets_.back()}, .offsets = offsets_, .count = offsets_.size() - 1, .gap = 1};
}

}  // namespace prong::cli
