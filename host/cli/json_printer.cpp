// Item by item.
#include "cli/json_printer.hpp"

#include "cli/failure_tally.hpp"
#include "cli/input_paths.hpp"
#include "cli/outcome_json.hpp"
#include "cli/piece_parts.hpp"

#include <span>
#include <string>

namespace prong::cli {

bool JsonPrinter::take(Piece piece) {
  find_ends(piece);
  const std::string_view text{reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size()};
  const std::span<const Failure> failures = piece.failures;
  const auto last = on_error_ == OnError::stop ? first_failed(failures) : failures.end();
  std::string lines;
  auto failure = failures.begin();
  for (std::uint64_t place = 0; place < piece.count; ++place) {
    const std::uint64_t index = piece.first + place;
    const std::string member = paths_ == nullptr ? "" : paths_->find_member(index);
    if (failure == failures.end() || failure->index != index) {
      const std::size_t begin = begin_of(piece, place);
      lines += returned_json(index, text.substr(begin, piece.ends[place] - begin), member);
      continue;
    }
    if (failure->ending != Ending::cancelled) lines += failed_json(index, *failure, member);
    if (failure++ == last) break;
  }
  output_->write(lines);
  return last == failures.end();
}

}  // namespace prong::cli
