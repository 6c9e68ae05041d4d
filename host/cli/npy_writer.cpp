// Runs of results as they lie, holes between them.
#include "cli/npy_writer.hpp"

#include "cli/failure_tally.hpp"

#include <limits>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace prong::cli {

namespace {

template <class Value>
std::string_view bytes_of(const Value& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string hole_of(const NpyItem& item) {
  constexpr float f32 = std::numeric_limits<float>::quiet_NaN();
  constexpr double f64 = std::numeric_limits<double>::quiet_NaN();
  std::string hole;
  while (hole.size() < item.bytes())
    hole += item.scalar == "f32" ? bytes_of(f32) : bytes_of(f64);
  return hole;
}

}  // namespace

NpyWriter::NpyWriter(Options options, Output& output)
    : options_{std::move(options)}, output_{&output}, hole_{hole_of(options_.item)} {
  output_->write(npy_header({.item = options_.item}));
}

bool NpyWriter::take(Piece piece) {
  const std::span<const Failure> failures = piece.failures;
  const auto first = first_failed(failures);
  if (options_.on_error == OnError::stop && first != failures.end()) {
    write(piece, first->index - piece.first);
    return false;
  }
  write(piece, piece.count);
  return true;
}

void NpyWriter::write(const Piece& piece, std::uint64_t count) {
  const std::string_view all{reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size()};
  std::vector<std::string_view> parts;
  std::uint64_t begin = 0;
  const auto add_until = [&](std::uint64_t end) {
    if (end > begin) parts.push_back(all.substr(begin * piece.stride, (end - begin) * piece.stride));
    count_ += end - begin;
  };
  for (const Failure& failure : piece.failures) {
    const std::uint64_t place = failure.index - piece.first;
    if (place >= count) break;
    add_until(place);
    begin = place + 1;
    if (options_.on_error != OnError::null || failure.ending == Ending::cancelled) continue;
    parts.push_back(hole_);
    ++count_;
  }
  add_until(count);
  output_->write(parts);
}

void NpyWriter::finish() {
  output_->overwrite_beginning(npy_header({.item = options_.item, .count = count_}));
}

}  // namespace prong::cli
