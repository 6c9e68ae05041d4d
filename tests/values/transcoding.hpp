// What the tests of values share: decoding and printing in one call, and random values.
#pragma once

#include "values/mismatch.hpp"
#include "values/type.hpp"

#include <cstddef>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>

// The wire form of a JSON text, decoded from memory that holds the text and its padding and nothing more; or
// the mismatch's message.
struct Decoded {
  std::string wire;
  std::optional<prong::values::Mismatch> mismatch;
};
Decoded decode(const prong::values::Type& type, std::string_view json);
Decoded decode(std::string_view signature, std::string_view json);

// The message of the mismatch, or "fits".
std::string verdict(std::string_view signature, std::string_view json);

// From JSON to the wire and back; the message of the first mismatch.
std::string there_and_back(std::string_view signature, std::string_view json);

std::span<const std::byte> bytes_of(std::string_view text);
// "93 01 c0": bytes in hexadecimal.
std::string from_hex(std::string_view hex);
std::string to_hex(std::string_view bytes);

// Types of any kind, and JSON values that fit them; the same for the same state of `random`.
prong::values::Type random_type(std::mt19937& random, unsigned depth);
std::string random_json(std::mt19937& random, const prong::values::Type& type, unsigned depth);
