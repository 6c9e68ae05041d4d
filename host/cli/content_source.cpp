// One file after the other, side by side.
#include "cli/content_source.hpp"

#include <span>

namespace prong::cli {

std::optional<Items> ContentSource::next(Halt& halt) {
  const auto paths = paths_->next(halt);
  if (!paths) return std::nullopt;
  bytes_.clear();
  offsets_.assign(1, 0);
  for (std::uint64_t i = 0; i < paths->count; ++i) {
    const auto content = reader_.read(std::string{item_of(*paths, i)}, &halt);
    if (!content) return std::nullopt;
    bytes_.append(static_cast<const char*>(content->bytes.get()), content->size);
    offsets_.push_back(bytes_.size());
  }
  return Items{.bytes = std::as_bytes(std::span{bytes_}), .offsets = offsets_, .count = paths->count};
}

}  // namespace prong::cli
