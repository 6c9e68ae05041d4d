// Members, in the order of docs/cli.md.
#include "cli/outcome_json.hpp"

#include "cli/crash_json.hpp"
#include "cli/json_text.hpp"

#include <fmt/format.h>

namespace prong::cli {

namespace {

std::string head(std::optional<std::uint64_t> index) {
  return index ? fmt::format(R"({{"index":{},)", *index) : "{";
}

}  // namespace

std::string returned_json(std::optional<std::uint64_t> index, std::string_view value,
                          std::string_view member) {
  if (value.ends_with('\n')) value.remove_suffix(1);
  return fmt::format("{}\"outcome\":\"returned\"{}{},\"value\":{}}}\n", head(index),
                     member.empty() ? "" : ",", member, value);
}

std::string failed_json(std::optional<std::uint64_t> index, Failure failure, std::string_view member) {
  failure.index = Failure::no_item;
  const bool has_build = failure.build && !failure.build->build_id.empty();
  return fmt::format("{}\"outcome\":\"{}\",\"message\":{}{}{}{}{}}}\n", head(index),
                     to_string(failure.ending), json_string(failure.message()), member.empty() ? "" : ",",
                     member, has_build ? fmt::format(R"(,"build_id":"{}")", failure.build->build_id) : "",
                     failure.crash ? ",\"crash\":" + crash_json(failure) : "");
}

}  // namespace prong::cli
