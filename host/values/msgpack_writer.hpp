// From the raw wire and from views to MessagePack: one value per value, in the shortest form but for floats,
// which keep their width and sign.
#pragma once

#include "values/type.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace prong::values {

// Appends the raw value at `at`, of layout()->size bytes, which need not be aligned. wire_of(type) is raw.
void append_msgpack_raw(const Type& type, const std::byte* at, std::string& out);

// Appends the value of a type whose wire is views: str or bytes.
void append_msgpack_view(const Type& type, std::string_view bytes, std::string& out);

// What values are put together from. A scalar's kind has a raw form, which lies at `at`; a header is that of
// a list or tuple, or of a map or structure. A str or bin has at most 2^32 - 1 bytes.
void append_msgpack_nil(std::string& out);
void append_msgpack_scalar(Kind kind, const std::byte* at, std::string& out);
void append_msgpack_str(std::string_view text, std::string& out);
void append_msgpack_bin(std::string_view bytes, std::string& out);
void append_msgpack_header(Kind kind, std::size_t count, std::string& out);

}  // namespace prong::values
