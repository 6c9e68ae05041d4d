// Arguments, one after the other.
#include "cli/argument_source.hpp"

#include <span>

namespace prong::cli {

ArgumentSource::ArgumentSource(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    bytes_ += argument;
    offsets_.push_back(bytes_.size());
  }
}

std::optional<Items> ArgumentSource::next(Halt&) {
  const std::uint64_t count = offsets_.size() - 1;
  if (given_ || count == 0) return std::nullopt;
  given_ = true;
  return Items{.bytes = std::as_bytes(std::span{bytes_}), .offsets = offsets_, .count = count};
}

}  // namespace prong::cli
