// Base64 of RFC 4648 §4: how bytes look in JSON.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace prong::values {

void append_base64(std::span<const std::byte> bytes, std::string& out);

// False, and `out` as it was, when `text` is not what append_base64 writes for some bytes: padding is
// required, white space and set bits behind the last byte are not allowed.
[[nodiscard]] bool append_from_base64(std::string_view text, std::string& out);

}  // namespace prong::values
