// Out of each line, its input, and which one it was: a function draws the random numbers of then.
#include "cli/again_source.hpp"

#include "cli/exit_status.hpp"
#include "cli/json_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <span>

namespace prong::cli {

std::optional<Items> AgainSource::next(Halt& halt) {
  const auto lines = lines_.next(halt);
  if (!lines) return std::nullopt;
  bytes_.clear();
  offsets_.assign(1, 0);
  indices_.clear();
  for (std::uint64_t i = 0; i < lines->count; ++i)
    add(item_of(*lines, i));
  return Items{.bytes = std::as_bytes(std::span{bytes_}),
               .offsets = offsets_,
               .count = lines->count,
               .indices = indices_};
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
  std::uint64_t index = count_ - 1;
  if (const auto text = json_member(line, "index", JsonMember::json))
    std::from_chars(text->data(), text->data() + text->size(), index);
  indices_.push_back(index);
  bytes_ += *input;
  offsets_.push_back(bytes_.size());
}

}  // namespace prong::cli
