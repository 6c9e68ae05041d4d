// Out of each line, its input, and which one it was: a function draws the random numbers of then.
#include "cli/again_source.hpp"

#include "cli/exit_status.hpp"
#include "cli/halt.hpp"
#include "cli/json_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <span>

namespace prong::cli {

namespace {

// A file with more of them was written by something else.
constexpr std::size_t broken_max = 1000;

}  // namespace

std::optional<Items> AgainSource::next(Halt& halt) {
  bytes_.clear();
  offsets_.assign(1, 0);
  indices_.clear();
  while (indices_.empty()) {
    const auto lines = broken_.size() < broken_max ? lines_.next(halt) : std::nullopt;
    if (!lines && !halt.requested() && !broken_.empty()) tell_broken();
    if (!lines) return std::nullopt;
    for (std::uint64_t i = 0; i < lines->count; ++i)
      add(item_of(*lines, i));
  }
  return Items{.bytes = std::as_bytes(std::span{bytes_}),
               .offsets = offsets_,
               .count = indices_.size(),
               .indices = indices_};
}

std::string AgainSource::place_of(std::uint64_t item) const {
  std::uint64_t line = item;
  {
    const std::lock_guard lock{mutex_};
    for (const std::uint64_t broken : broken_)
      line += broken <= line ? 1 : 0;
  }
  return lines_.place_of(line);
}

// A line that a death has cut may have an input that is cut, too: it must be JSON as a whole.
void AgainSource::add(std::string_view line) {
  const std::uint64_t number = count_++;
  if (!json_minified(line)) return leave_out("is no JSON");
  const bool has_input = json_member(line, "input", JsonMember::json) ||
                         json_member(line, "text", JsonMember::text) ||
                         json_member(line, "input_base64", JsonMember::text) ||
                         json_member(line, "text_base64", JsonMember::text);
  if (!has_input) return leave_out("has no \"input\"");
  const auto input = input_of(line);
  if (!input) return leave_out(fmt::format("has an input that is no {}, which the function takes", type_));
  std::uint64_t index = number;
  if (const auto text = json_member(line, "index", JsonMember::json))
    std::from_chars(text->data(), text->data() + text->size(), index);
  indices_.push_back(index);
  bytes_ += *input;
  offsets_.push_back(bytes_.size());
}

std::optional<std::string> AgainSource::input_of(std::string_view line) const {
  if (encoding() == Encoding::json) {
    auto input = json_member(line, "input", JsonMember::json);
    if (!input) input = json_member(line, "text", JsonMember::text);
    if (input) return input;
    return data_of_base64(json_member(line, "text_base64", JsonMember::text).value_or("-"));
  }
  if (const auto base64 = json_member(line, "input_base64", JsonMember::text)) return data_of_base64(*base64);
  const auto input = json_member(line, "input", JsonMember::text);
  return input && type_ == "bytes" ? data_of_base64(*input) : input;
}

void AgainSource::leave_out(const std::string& why) {
  if (broken_.empty()) {
    first_broken_ =
        fmt::format("{}: line {} {}: --again takes a file that --failures wrote", name_, count_, why);
  }
  const std::lock_guard lock{mutex_};
  broken_.push_back(count_ - 1);
}

void AgainSource::tell_broken() const {
  const std::size_t more = broken_.size() - 1;
  const std::string others = more == 0 ? ""
                                       : fmt::format("; and {} line{} more {} broken", more,
                                                     more == 1 ? "" : "s", more == 1 ? "is" : "are");
  throw InputFailed{first_broken_ + others};
}

}  // namespace prong::cli
