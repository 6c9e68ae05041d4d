// Whether a shared object is all there: its headers promise bytes, and readers of a mapping die of those that
// are not. [worker]: see plugin_notes.hpp.
#pragma once

#include <gelf.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace prong::worker {

// What the program headers of a file of `file_size` bytes speak of, and it has not; nothing: all is there.
[[nodiscard]] std::optional<std::string> find_missing_part(Elf* elf, std::size_t file_size);

// Where a part of a file ends, or the last place that there is.
[[nodiscard]] std::uint64_t end_of_part(std::uint64_t offset, std::uint64_t size) noexcept;

// Whether it is a program, made to lie anywhere in memory as a shared object is, by its dynamic section.
[[nodiscard]] bool is_program(Elf* elf);

}  // namespace prong::worker
