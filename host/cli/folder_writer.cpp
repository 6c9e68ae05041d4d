// A file for each.
#include "cli/folder_writer.hpp"

#include "cli/failure_tally.hpp"
#include "cli/piece_parts.hpp"

namespace prong::cli {

bool FolderWriter::take(Piece piece) {
  const std::string_view bytes{reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size()};
  const std::span<const Failure> failures = piece.failures;
  const auto last = parts_.on_error == OnError::stop ? first_failed(failures) : failures.end();
  auto failure = failures.begin();
  for (std::uint64_t place = 0; place < piece.count; ++place) {
    if (failure != failures.end() && failure->index == piece.first + place) {
      note_failed(*failure);
      if (failure++ == last) break;
      continue;
    }
    const std::size_t begin = begin_of(piece, place);
    if (const auto name = parts_.names.take(piece.first + place))
      parts_.folder.write(*name, bytes.substr(begin, piece.ends[place] - begin));
  }
  return last == failures.end();
}

// What an earlier run has left would look like its result.
void FolderWriter::note_failed(const Failure& failure) {
  const auto name = parts_.names.take(failure.index);
  const bool has_ended = failure.ending != Ending::cancelled && failure.ending != Ending::lost;
  if (name && has_ended) parts_.folder.remove(*name);
}

}  // namespace prong::cli
