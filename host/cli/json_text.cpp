// Escaping.
#include "cli/json_text.hpp"

#include <prong/wording.hpp>

#include <fmt/format.h>

namespace prong::cli {

std::string json_string(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const auto [length, valid] = prong::utf8_sequence(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (!valid) {
      json += "\\ufffd";
    } else if (first == '"' || first == '\\') {
      json += {'\\', text.front()};
    } else if (first < 0x20) {
      json += fmt::format("\\u{:04x}", first);
    } else {
      json += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return json + '"';
}

}  // namespace prong::cli
