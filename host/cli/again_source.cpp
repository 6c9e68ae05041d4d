// Out of each line, its input.
#include "cli/again_source.hpp"

#include "cli/exit_status.hpp"
#include "cli/json_text.hpp"

#include <fmt/format.h>

#include <span>

namespace prong::cli {

std::optional<Items> AgainSource::next(Halt& halt) {
  const auto lines = lines_.next(halt);
  if (!lines) return std::nullopt;
  bytes_.clear();
  offsets_.assign(1, 0);
  for (std::uint64_t i = 0; i < lines->count; ++i)
    add(item_of(*lines, i));
  return Items{.bytes = std::as_bytes(std::span{bytes_}), .offsets = offsets_, .count = lines->count};
}

void AgainSource::add(std::string_view line) {
  const JsonMember member = encoding_ == Encoding::text ? JsonMember::text : JsonMember::json;
  auto input = json_member(line, "input", member);
  if (!input) input = json_member(line, "text", JsonMember::text);
  ++count_;
  if (!input) {
    throw InputFailed{fmt::format("{}: line {} has no \"input\": --again takes a file that --failures wrote",
                                  name_, count_)};
  }
  bytes_ += *input;
  offsets_.push_back(bytes_.size());
}

}  // namespace prong::cli
