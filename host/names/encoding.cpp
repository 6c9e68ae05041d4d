// The code between module paths and file names.
#include "names/encoding.hpp"

#include "names/printable.hpp"
#include "names/qualified_name.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <stdexcept>

namespace prong::names {
namespace {

constexpr std::string_view suffix = ".so";
constexpr std::size_t file_name_bytes_max = 255;  // NAME_MAX of every Linux file system

}  // namespace

std::string encode(std::string_view text) {
  std::string code;
  code.reserve(text.size() + 8);
  for (const char c : text) {
    if (c == '-') {
      code += "--";
    } else if (c == '.') {
      code += "-_-";
    } else {
      code += c;
    }
  }
  return code;
}

std::optional<std::string> decode(std::string_view code) {
  std::string text;
  text.reserve(code.size());
  while (!code.empty()) {
    if (code.starts_with("--")) {
      text += '-';
      code.remove_prefix(2);
    } else if (code.starts_with("-_-")) {
      text += '.';
      code.remove_prefix(3);
    } else if (code.front() == '-' || code.front() == '.') {
      return {};
    } else {
      text += code.front();
      code.remove_prefix(1);
    }
  }
  return text;
}

std::string file_name(std::string_view module) {
  if (const auto fault = find_module_fault(module)) {
    throw std::invalid_argument(
        fmt::format("'{}' is not the path of a module: {}", printable(module.substr(0, 100)), *fault));
  }
  std::string name = encode(module);
  name += suffix;
  if (name.size() > file_name_bytes_max) {
    throw std::invalid_argument(fmt::format("the module '{}…' needs a file name of {} bytes, {} at most",
                                            module.substr(0, 100), name.size(), file_name_bytes_max));
  }
  return name;
}

std::optional<std::string> module_of_file(std::string_view file_name) {
  if (!file_name.ends_with(suffix) || file_name.size() > file_name_bytes_max) return {};
  file_name.remove_suffix(suffix.size());
  auto module = decode(file_name);
  if (!module || find_module_fault(*module)) return {};
  return module;
}

}  // namespace prong::names
