// Lines of JSON.
#include "cli/failures_file.hpp"

#include "cli/json_text.hpp"
#include "cli/npy_lists.hpp"
#include "cli/outcome_json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace prong::cli {

namespace {

std::string input_field(std::string_view text, const InputForm& form) {
  if (form.encoding == Encoding::text && form.type == "bytes")
    return fmt::format(R"("input":{})", json_bytes(text));
  if (form.encoding == Encoding::text && form.type == "str") return json_text_member("input", text);
  if (form.encoding == Encoding::raw) return fmt::format(R"("input":{})", npy_item_of(form.type)->json(text));
  if (form.encoding == Encoding::msgpack)
    return fmt::format(R"("input":{})", json_of_list(form.type.substr(1, form.type.size() - 2), text));
  // One line, whatever the text was.
  if (const auto json = json_minified(text)) return fmt::format(R"("input":{})", *json);
  return json_text_member("text", text);
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
    lines += failed_json(index, *failure, input_field(inputs.text_of(place), form_));
  }
  if (!lines.empty()) output_->write(lines);
}

}  // namespace prong::cli
