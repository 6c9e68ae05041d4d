// Decoding, printing and making up values.
#include "transcoding.hpp"

#include "values/base64.hpp"
#include "values/json_decoder.hpp"
#include "values/json_writer.hpp"
#include "values/signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <sstream>
#include <vector>

using namespace prong::values;

Decoded decode(const Type& type, std::string_view json) {
  const auto memory = std::make_unique<char[]>(json.size() + json_padding);
  std::memcpy(memory.get(), json.data(), json.size());
  std::memset(memory.get() + json.size(), '5', json_padding);
  Decoded decoded;
  decoded.mismatch = JsonDecoder(type).decode({memory.get(), json.size()}, decoded.wire);
  return decoded;
}

Decoded decode(std::string_view signature, std::string_view json) {
  return decode(parse_signature(signature), json);
}

std::string verdict(std::string_view signature, std::string_view json) {
  const Decoded decoded = decode(signature, json);
  return decoded.mismatch ? decoded.mismatch->message() : "fits";
}

std::string there_and_back(std::string_view signature, std::string_view json) {
  const Decoded decoded = decode(signature, json);
  if (decoded.mismatch) return decoded.mismatch->message();
  std::string text;
  const auto mismatch = append_json(parse_signature(signature), bytes_of(decoded.wire), text);
  return mismatch ? mismatch->message() : text;
}

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string from_hex(std::string_view hex) {
  std::istringstream stream{std::string(hex)};
  std::string bytes;
  for (unsigned byte = 0; stream >> std::hex >> byte;)
    bytes += static_cast<char>(byte);
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) {
    hex += fmt::format("{}{:02x}", hex.empty() ? "" : " ", static_cast<unsigned char>(byte));
  }
  return hex;
}

Type random_type(std::mt19937& random, unsigned depth) {
  const auto leaf = [&] { return Type(static_cast<Kind>(random() % 15)); };
  if (depth == 0) return leaf();
  const auto inner = [&] { return random_type(random, depth - 1); };
  std::vector<Type> elements;
  std::vector<Field> fields;
  switch (random() % 8) {
    case 0:
      return list_of(inner());
    case 1:
      return map_of(inner());
    case 2:
      for (auto count = random() % 4; count > 0; --count)
        elements.push_back(inner());
      return tuple_of(std::move(elements));
    case 3:
      for (auto count = random() % 4; count > 0; --count)
        fields.push_back({fmt::format("f{}", count), inner()});
      return struct_of(std::move(fields));
    case 4: {
      const Type type = inner();
      return type.kind() == Kind::null || type.kind() == Kind::optional ? type : optional_of(type);
    }
    default:
      return leaf();
  }
}

namespace {

std::string random_string(std::mt19937& random) {
  const std::string_view pieces[] = {"a", "Z", " ",  "\"", "\\",   "\n",        "\x01",
                                     "ö", "€", "😀", "/",  "\x7f", "long text "};
  std::string text;
  for (auto count = random() % 12; count > 0; --count)
    text += pieces[random() % std::size(pieces)];
  return text;
}

std::string quoted(const std::string& text) {
  std::string json;
  append_json_string(text, json);
  return json;
}

std::string random_integer(std::mt19937& random, Kind kind) {
  const unsigned bits = 8u << ((static_cast<unsigned>(kind) - static_cast<unsigned>(Kind::i8)) % 4);
  const std::uint64_t all = std::uint64_t{random()} << 32 | random();
  const std::uint64_t value = (random() % 4 == 0 ? ~std::uint64_t{0} : all) >> (64 - bits);
  if (kind >= Kind::u8) return fmt::format("{}", value);
  return fmt::format("{}", static_cast<std::int64_t>(value << (64 - bits)) >> (64 - bits));
}

std::string random_float(std::mt19937& random) {
  switch (random() % 6) {
    case 0:
      return "-0";
    case 1:
      return "\"NaN\"";
    case 2:
      return "\"-Infinity\"";
    case 3:
      return fmt::format("{}", static_cast<int>(random()));
    default:
      return fmt::format("{}.{}", static_cast<int>(random()) >> (random() % 32), random() % 100);
  }
}

std::string random_members(std::mt19937& random, const Type& type, unsigned depth) {
  std::string json;
  const auto add = [&](const std::string& key, const Type& inner) {
    json += fmt::format("{}{}:{}", json.empty() ? "" : ",", quoted(key), random_json(random, inner, depth));
  };
  if (type.kind() == Kind::structure) {
    for (std::size_t i = 0; i < type.children().size(); ++i)
      add(type.field_names()[i], type.children()[i]);
  } else {
    for (auto count = random() % 4; count > 0; --count) {
      add(fmt::format("{}{}", random_string(random), count),
          type.kind() == Kind::any ? type : type.children()[0]);
    }
  }
  return fmt::format("{{{}}}", json);
}

std::string random_elements(std::mt19937& random, const Type& type, unsigned depth) {
  std::string json;
  const auto add = [&](const Type& inner) {
    json += fmt::format("{}{}", json.empty() ? "" : ",", random_json(random, inner, depth));
  };
  if (type.kind() == Kind::tuple) {
    for (const Type& inner : type.children())
      add(inner);
  } else {
    for (auto count = random() % 20; count > 0; --count)
      add(type.kind() == Kind::any ? type : type.children()[0]);
  }
  return fmt::format("[{}]", json);
}

std::string random_any(std::mt19937& random, unsigned depth) {
  const Type any{Kind::any};
  switch (random() % (depth > 0 ? 8 : 6)) {
    case 0:
      return "null";
    case 1:
      return "true";
    case 2:
      return random_integer(random, Kind::i64);
    case 3:
      return random_integer(random, Kind::u64);
    case 4:
      return "-12.75";
    case 5:
      return quoted(random_string(random));
    case 6:
      return random_elements(random, any, depth - 1);
    default:
      return random_members(random, any, depth - 1);
  }
}

}  // namespace

std::string random_json(std::mt19937& random, const Type& type, unsigned depth) {
  std::string bytes = "\"";
  switch (type.kind()) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return random() % 2 == 0 ? "true" : "false";
    case Kind::f32:
      return random() % 2 == 0 ? "0.25" : "-3e+10";
    case Kind::f64:
      return random_float(random);
    case Kind::str:
      return quoted(random_string(random));
    case Kind::bytes:
      append_base64(bytes_of(random_string(random)), bytes);
      return bytes + '"';
    case Kind::any:
      return random_any(random, depth);
    case Kind::list:
    case Kind::tuple:
      return random_elements(random, type, depth);
    case Kind::structure:
    case Kind::map:
      return random_members(random, type, depth);
    case Kind::optional:
      return random() % 2 == 0 ? "null" : random_json(random, type.children()[0], depth);
    default:
      return random_integer(random, type.kind());
  }
}
