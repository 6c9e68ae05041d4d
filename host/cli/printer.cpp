// Lines, and what stands in for those that are missing.
#include "cli/printer.hpp"

#include "cli/failure_tally.hpp"
#include "cli/piece_parts.hpp"

#include <vector>

namespace prong::cli {

namespace {

std::string_view text_of(const Piece& piece) {
  return {reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size()};
}

}  // namespace

bool Printer::take(Piece piece) {
  if (piece.encoding == Encoding::views) piece = lines_of(piece);
  switch (on_error_) {
    case OnError::stop:
      return !print_until_failure(piece);
    case OnError::null:
      print_with_nulls(piece);
      break;
    case OnError::skip:
      output_->write(text_of(piece));
      break;
  }
  return true;
}

void Printer::print_with_nulls(const Piece& piece) {
  const std::string_view text = text_of(piece);
  std::vector<std::string_view> parts;
  std::size_t printed = 0;
  for (std::size_t i = 0; i < piece.failures.size(); ++i) {
    if (piece.failures[i].ending == Ending::cancelled) continue;
    parts.push_back(text.substr(printed, piece.positions[i] - printed));
    parts.push_back("null\n");
    printed = piece.positions[i];
  }
  parts.push_back(text.substr(printed));
  output_->write(parts);
}

bool Printer::print_until_failure(const Piece& piece) {
  const std::span<const Failure> failures = piece.failures;
  const auto failed = first_failed(failures);
  if (failed == failures.end()) {
    output_->write(text_of(piece));
    return false;
  }
  output_->write(
      text_of(piece).substr(0, piece.positions[static_cast<std::size_t>(failed - failures.begin())]));
  return true;
}

}  // namespace prong::cli
