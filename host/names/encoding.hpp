// The code that turns a module path into a flat file name: "acme.stats" is "acme-_-stats.so".
//
// '-' becomes "--", '.' becomes "-_-", every other byte stays. No code word is the beginning of another
// ("--" and "-_-" differ in their second byte, no other word begins with '-'), so what encode() makes can be
// split into words in one way only: '_' needs no code of its own, "-_-" is never a '-' next to a '_'.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prong::names {

// Any bytes, also NUL and '/', which stay as they are. Injective.
[[nodiscard]] std::string encode(std::string_view text);

// The text whose encoding is `code`; nothing when encode() never makes `code`.
[[nodiscard]] std::optional<std::string> decode(std::string_view code);

// The name of the plugin's file. Takes module paths only, so that the result is one component of a path,
// of 255 bytes at most; throws std::invalid_argument for anything else.
[[nodiscard]] std::string file_name(std::string_view module);

// The module that a file of this name holds; nothing when file_name() never makes `file_name`.
[[nodiscard]] std::optional<std::string> module_of_file(std::string_view file_name);

}  // namespace prong::names
