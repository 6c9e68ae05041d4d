// Bytes as hexadecimal digits, as build-ids are written.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace prong::values {

// Two lower-case digits a byte.
[[nodiscard]] std::string hexadecimal(std::span<const std::byte> bytes);

}  // namespace prong::values
