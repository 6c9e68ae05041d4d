// Structs that grow at their end, and callers that were compiled with an older or a newer one.
#pragma once

#include <prong/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

namespace prong::c {

// What the caller says that its struct has. Throws UsageError when there is none, or it says nothing.
[[nodiscard]] inline std::uint32_t size_of_struct(const void* given, const char* what) {
  if (given == nullptr) throw UsageError{std::string{"the "} + what + " is NULL"};
  std::uint32_t size = 0;
  std::memcpy(&size, given, sizeof size);
  if (size < sizeof size) {
    throw UsageError{std::string{what} + ": struct_size is " + std::to_string(size) + "; set it to sizeof(" +
                     what + ")"};
  }
  return size;
}

// What a caller filled in, as today's struct: members that are newer than the caller are zero. Throws
// UsageError when it has set a member that this library does not know.
template <class Struct>
[[nodiscard]] Struct read_struct(const Struct* given, const char* what) {
  static_assert(std::is_trivially_copyable_v<Struct>);
  const std::uint32_t size = size_of_struct(given, what);
  const auto* bytes = reinterpret_cast<const char*>(given);
  if (size > sizeof(Struct)) {
    const auto is_set = [](char byte) { return byte != 0; };
    if (std::any_of(bytes + sizeof(Struct), bytes + size, is_set))
      throw UsageError{std::string{what} +
                       " has members set that this libprong does not know: it is older than the program"};
  }
  Struct read{};
  std::memcpy(&read, bytes, std::min<std::size_t>(size, sizeof(Struct)));
  return read;
}

// The struct, or all defaults when there is none.
template <class Struct>
[[nodiscard]] Struct read_optional_struct(const Struct* given, const char* what) {
  return given == nullptr ? Struct{} : read_struct(given, what);
}

// Fills in as much as the caller's struct has room for; what is newer than this library becomes zero. Throws
// UsageError.
template <class Struct>
void write_struct(const Struct& values, Struct* to, const char* what) {
  const std::uint32_t size = size_of_struct(to, what);
  Struct written = values;
  written.struct_size = size;
  auto* const bytes = reinterpret_cast<char*>(to);
  const std::size_t known = std::min<std::size_t>(size, sizeof(Struct));
  std::memcpy(bytes, &written, known);
  std::memset(bytes + known, 0, size - known);
}

}  // namespace prong::c
