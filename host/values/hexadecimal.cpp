// Two digits a byte.
#include "values/hexadecimal.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace prong::values {

std::string hexadecimal(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes)
    text += fmt::format("{:02x}", static_cast<std::uint8_t>(byte));
  return text;
}

}  // namespace prong::values
