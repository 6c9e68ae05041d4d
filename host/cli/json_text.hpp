// JSON that the tool writes of itself.
#pragma once

#include <string>
#include <string_view>

namespace prong::cli {

// RFC 8259, section 7. What is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);

// `convert` gives the JSON of one element.
template <class Range, class Convert>
[[nodiscard]] std::string json_array(const Range& range, Convert convert) {
  std::string json = "[";
  for (const auto& one : range)
    json += (json.size() > 1 ? "," : "") + convert(one);
  return json + ']';
}

}  // namespace prong::cli
