// From JSON and text to the wire, driven by the type: what a worker does with every line of input.
//
// How JSON maps to types: integers are digits without fraction or exponent, within the type's range; f32 and
// f64 are any JSON number, or "NaN", "Infinity", "-Infinity"; bytes are padded base64 (RFC 4648) in a string;
// tuples are arrays of their length; structs are objects with exactly their fields, in any order; an optional
// is null or its value; any is every JSON value, whose numbers are i64 or u64 where they fit without loss,
// else f64.
#pragma once

#include "values/mismatch.hpp"
#include "values/type.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace prong::values {

// Bytes after the end of a JSON text that decoders read (and ignore): the parser works in blocks. The memory
// must be there; what it holds does not matter.
inline constexpr std::size_t json_padding = 64;

// Arrays and objects inside each other in a value of type `any`, in both directions.
inline constexpr std::size_t any_depth_max = 128;

// Decodes values of one type, one text after another, reusing its buffers. For one thread at a time.
class JsonDecoder {
 public:
  explicit JsonDecoder(Type type);
  ~JsonDecoder();
  JsonDecoder(JsonDecoder&&) noexcept;
  JsonDecoder& operator=(JsonDecoder&&) noexcept;

  [[nodiscard]] const Type& type() const { return type_; }

  // For all: `json` is one value and white space, and json.data() is readable for json_padding bytes beyond
  // its end. What is written after a mismatch is unspecified for decode_raw, and nothing for the others.

  // Writes the raw form to `at`, which holds layout()->size bytes; padding becomes zero. wire_of(type()) is
  // raw.
  [[nodiscard]] std::optional<Mismatch> decode_raw(std::string_view json, std::byte* at);

  // Appends the wire form: of str and bytes their bytes, of msgpack one value, of raw layout()->size bytes.
  [[nodiscard]] std::optional<Mismatch> decode(std::string_view json, std::string& out);

  // As decode(), but the text is the value itself when the type is exactly str or bytes, verbatim, not
  // checked for UTF-8; any other type is read as JSON.
  [[nodiscard]] std::optional<Mismatch> decode_text(std::string_view text, std::string& out);

 private:
  struct Parser;
  Type type_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace prong::values
