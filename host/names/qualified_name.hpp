// A function's qualified name, "acme.stats.square", and the rules that it keeps.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace prong::names {

// Longer names are refused: they are never written by hand, and every message repeats them.
inline constexpr std::size_t name_bytes_max = 1024;

// `module` is the path of a plugin ("acme.stats"), or empty for a dynamic function of the host.
struct QualifiedName {
  std::string module;
  std::string function;

  [[nodiscard]] bool is_dynamic() const { return module.empty(); }
  [[nodiscard]] std::string to_string() const;
  bool operator==(const QualifiedName&) const = default;
};

// A dotted name is a plugin's: every segment an ASCII C++ identifier (keywords pass: a plugin in C or Rust
// may export them). A name without a dot is a dynamic function's: any UTF-8 without control characters, as
// "stats-_-square".
// Throws std::invalid_argument, which says what is wrong and at which byte.
[[nodiscard]] QualifiedName parse(std::string_view name);

// What keeps `module` from being the path of a plugin, as a sentence without a full stop; nothing if it is
// one.
[[nodiscard]] std::optional<std::string> find_module_fault(std::string_view module);

// Whether `text` may name a parameter: an ASCII C++ identifier, or a keyword.
[[nodiscard]] bool is_identifier(std::string_view text);

}  // namespace prong::names
