// Lines of JSON.
#include "cli/failures_file.hpp"

#include "cli/crash_json.hpp"
#include "cli/json_text.hpp"
#include "cli/npy_lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace prong::cli {

namespace {

std::string input_field(std::string_view text, const InputForm& form) {
  if (form.encoding == Encoding::text && form.type == "bytes")
    return fmt::format(R"("input":{})", json_bytes(text));
  if (form.encoding == Encoding::text && form.type == "str") {
    return fmt::format(R"("{}":{})", is_utf8(text) ? "input" : "text", json_string(text));
  }
  if (form.encoding == Encoding::raw) return fmt::format(R"("input":{})", npy_item_of(form.type)->json(text));
  if (form.encoding == Encoding::msgpack)
    return fmt::format(R"("input":{})", json_of_list(form.type.substr(1, form.type.size() - 2), text));
  // One line, whatever the text was.
  if (const auto json = json_minified(text)) return fmt::format(R"("input":{})", *json);
  return fmt::format(R"("text":{})", json_string(text));
}

std::string line_of(Failure failure, std::uint64_t index, std::string_view text, const InputForm& form) {
  failure.index = Failure::no_item;
  const bool has_build = failure.build && !failure.build->build_id.empty();
  return fmt::format(R"({{"index":{},"outcome":"{}","message":{},{}{}{}}})"
                     "\n",
                     index, to_string(failure.ending), json_string(failure.message()),
                     input_field(text, form),
                     has_build ? fmt::format(R"(,"build_id":"{}")", failure.build->build_id) : "",
                     failure.crash ? ",\"crash\":" + crash_json(failure) : "");
}

}  // namespace

void FailuresFile::record(std::span<const Failure> failures, const Inputs& inputs) {
  std::string lines;
  const std::uint64_t end = inputs.position + inputs.count;
  auto failure = std::ranges::lower_bound(failures, inputs.position, {}, &Failure::index);
  for (; failure != failures.end() && failure->index < end; ++failure) {
    if (failure->ending == Ending::cancelled) continue;
    const std::uint64_t place = failure->index - inputs.position;
    const std::uint64_t index = inputs.indices.empty() ? failure->index : inputs.indices[place];
    lines += line_of(*failure, index, inputs.text_of(place), form_);
  }
  if (!lines.empty()) output_.write(lines);
}

}  // namespace prong::cli
