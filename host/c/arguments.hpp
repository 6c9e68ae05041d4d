// Strings and arrays that a C program hands over.
#pragma once

#include <prong/c/pool.h>
#include <prong/call.hpp>
#include <prong/error.hpp>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace prong::c {

// Throws UsageError when it is NULL: "the function is NULL".
[[nodiscard]] std::string read_string(const char* text, const char* what);
// NULL: empty.
[[nodiscard]] inline std::string read_optional_string(const char* text) {
  return text == nullptr ? "" : text;
}

// Throws UsageError when there are some, and no array of them.
template <class T>
[[nodiscard]] std::span<const T> read_array(const T* array, std::uint64_t count, const char* what) {
  if (array == nullptr && count != 0)
    throw UsageError{"there are " + std::to_string(count) + " of " + what + ", which is NULL"};
  return {array, count};
}

[[nodiscard]] inline std::vector<std::filesystem::path> read_paths(const char* const* paths,
                                                                   std::uint64_t count, const char* what) {
  std::vector<std::filesystem::path> read;
  for (const char* path : read_array(paths, count, what))
    read.emplace_back(read_string(path, what));
  return read;
}

[[nodiscard]] Encoding read_encoding(std::uint32_t encoding);
// Of something that the program has encoded. Throws UsageError for PRONG_NATIVE.
[[nodiscard]] Encoding read_input_encoding(std::uint32_t encoding, const char* what);
[[nodiscard]] std::uint32_t write_encoding(Encoding encoding) noexcept;

[[nodiscard]] Bound read_argument(const prong_argument& argument);

}  // namespace prong::c
