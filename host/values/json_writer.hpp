// From the wire to JSON and text: how results are printed.
//
// f32 and f64 have the fewest digits that read back as the same number; integral ones below 2^53 look like
// integers; NaN and the infinities are the strings "NaN", "Infinity", "-Infinity"; bytes are base64 in a
// string; invalid UTF-8 in a str becomes U+FFFD; struct fields keep the order of the wire.
#pragma once

#include "values/mismatch.hpp"
#include "values/type.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace prong::values {

// Appends the raw value at `at`, of layout()->size bytes, which need not be aligned. wire_of(type) is raw.
void append_json_raw(const Type& type, const std::byte* at, std::string& out);

// Appends the value whose wire form is `wire`. These bytes may be anything: what is not one value of the type
// is a mismatch, and `out` is as it was. A bool on the raw wire is a byte read as != 0.
[[nodiscard]] std::optional<Mismatch> append_json(const Type& type, std::span<const std::byte> wire,
                                                  std::string& out);

// As append_json(), but a value that is a str is appended as its bytes, without quotes or checks.
[[nodiscard]] std::optional<Mismatch> append_text(const Type& type, std::span<const std::byte> wire,
                                                  std::string& out);

void append_json_string(std::string_view text, std::string& out);
void append_json_number(double number, std::string& out);
void append_json_number(float number, std::string& out);

}  // namespace prong::values
