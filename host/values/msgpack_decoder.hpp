// From MessagePack to the wire, driven by the type: what a worker does with MessagePack items of types that
// travel in another form. How it maps to types, and how strictly, is check_msgpack()'s.
#pragma once

#include "values/mismatch.hpp"
#include "values/type.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace prong::values {

// Writes the raw form to `at`, which holds layout()->size bytes; padding becomes zero. wire_of(type) is raw.
// What is written after a mismatch is unspecified.
[[nodiscard]] std::optional<Mismatch> decode_msgpack_raw(const Type& type, std::span<const std::byte> value,
                                                         std::byte* at);

// Finds the bytes of a str or bytes in its value; never at null. wire_of(type) is views.
[[nodiscard]] std::optional<Mismatch> view_msgpack(const Type& type, std::span<const std::byte> value,
                                                   std::string_view& bytes);

// Appends the wire form, whichever the type has; nothing after a mismatch.
[[nodiscard]] std::optional<Mismatch> decode_msgpack(const Type& type, std::span<const std::byte> value,
                                                     std::string& out);

}  // namespace prong::values
