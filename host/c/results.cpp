// Results, item by item and piece by piece.
#include "results.hpp"

#include "arguments.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

using prong::c::FailedItem;

namespace {

prong_piece describe(const prong::Piece& piece) {
  return {.struct_size = sizeof(prong_piece),
          .encoding = prong::c::write_encoding(piece.encoding),
          .first = piece.first,
          .count = piece.count,
          .bytes = {.data = piece.bytes.data(), .size = piece.bytes.size()},
          .stride = piece.stride,
          .ends = piece.ends.empty() ? nullptr : piece.ends.data()};
}

prong_plugin_build describe(const prong::PluginBuild& build) {
  return {.struct_size = sizeof(prong_plugin_build),
          .reserved = 0,
          .module = build.module.c_str(),
          .version = build.version.c_str(),
          .build_id = build.build_id.c_str(),
          .file = build.file.c_str()};
}

// JSON has no newlines but those between its lines.
std::vector<std::uint64_t> begins_of_lines(const prong::Piece& piece) {
  std::vector<std::uint64_t> begins;
  if (piece.encoding != prong::Encoding::json) return begins;
  begins.push_back(0);
  const auto* begin = reinterpret_cast<const char*>(piece.bytes.data());
  const char* const end = begin + piece.bytes.size();
  for (const char* at = begin; at != end;) {
    const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    at = newline == nullptr ? end : static_cast<const char*>(newline) + 1;
    begins.push_back(static_cast<std::uint64_t>(at - begin));
  }
  return begins;
}

// What fails of a result function is no item.
std::vector<prong::Piece> numbered(std::vector<prong::Piece> pieces, prong::FunctionKind kind) {
  if (kind == prong::FunctionKind::map) return pieces;
  for (prong::Piece& piece : pieces) {
    for (prong::Failure& failure : piece.failures)
      failure.index = prong::Failure::no_item;
  }
  return pieces;
}

}  // namespace

prong_results::prong_results(std::vector<prong::Piece> pieces, std::string function, prong::FunctionKind kind)
    : set_{numbered(std::move(pieces), kind)}, function_{std::move(function)}, kind_{kind} {
  if (!set_.pieces().empty()) first_ = set_.pieces().front().first;
  if (set_.build() != nullptr) build_ = describe(*set_.build());
  for (const prong::Failure& failure : set_.failures())
    failures_.emplace_back(failure);
  for (const prong::Piece& piece : set_.pieces()) {
    pieces_.push_back(describe(piece));
    lines_.push_back(begins_of_lines(piece));
  }
}

const FailedItem* prong_results::failure_of(std::uint64_t item) const noexcept {
  if (!contains(item) || failures_.empty()) return nullptr;
  // The one result of a result function is no item's.
  if (kind_ == prong::FunctionKind::result) return &failures_.front();
  const auto at = std::ranges::lower_bound(failures_, item, {}, &FailedItem::index);
  return at != failures_.end() && at->index == item ? &*at : nullptr;
}

prong_view prong_results::value(std::uint64_t item) const noexcept {
  if (!contains(item) || failure_of(item) != nullptr) return {.data = nullptr, .size = 0};
  const auto after = std::ranges::upper_bound(pieces_, item, {}, &prong_piece::first);
  const prong_piece& piece = *std::prev(after);
  const std::uint64_t at = item - piece.first;
  const auto* bytes = static_cast<const char*>(piece.bytes.data);
  switch (piece.encoding) {
    case PRONG_RAW:
      return {.data = bytes + at * piece.stride, .size = piece.stride};
    case PRONG_VIEWS:
    case PRONG_MSGPACK: {
      const std::uint64_t begin = at == 0 ? 0 : piece.ends[at - 1];
      return {.data = bytes + begin, .size = piece.ends[at] - begin};
    }
    case PRONG_JSON:
      return line(static_cast<std::size_t>(&piece - pieces_.data()), item);
    default:
      return {.data = nullptr, .size = 0};
  }
}

prong_view prong_results::line(std::size_t piece, std::uint64_t item) const noexcept {
  const auto& failures = set_.pieces()[piece].failures;
  const auto failed_before =
      std::ranges::lower_bound(failures, item, {}, &prong::Failure::index) - failures.begin();
  const std::uint64_t at = item - pieces_[piece].first - static_cast<std::uint64_t>(failed_before);
  const Lines& lines = lines_[piece];
  const auto* bytes = static_cast<const char*>(pieces_[piece].bytes.data);
  return {.data = bytes + lines[at], .size = lines[at + 1] - lines[at] - 1};
}

void prong_results_free(prong_results* results) { delete results; }
uint64_t prong_results_first(const prong_results* results) { return results->first(); }
uint64_t prong_results_count(const prong_results* results) { return results->set().size(); }

uint64_t prong_results_failure_count(const prong_results* results) { return results->failures().size(); }

const prong_failed_item* prong_results_failure(const prong_results* results, uint64_t failure) {
  return &results->failures()[failure];
}

const prong_failed_item* prong_results_failed_item(const prong_results* results, uint64_t item) {
  return results->failure_of(item);
}

prong_view prong_results_value(const prong_results* results, uint64_t item) { return results->value(item); }

prong_view prong_results_raw(const prong_results* results) {
  const auto bytes = results->set().contiguous();
  return {.data = bytes.empty() ? nullptr : bytes.data(), .size = bytes.size()};
}

const prong_plugin_build* prong_results_build(const prong_results* results) { return results->build(); }

uint64_t prong_results_piece_count(const prong_results* results) { return results->pieces().size(); }
const prong_piece* prong_results_piece(const prong_results* results, uint64_t piece) {
  return &results->pieces()[piece];
}
