// Reading of MessagePack beside its type: checking it, and printing or unpacking it on the way. Internal to
// this folder.
#pragma once

#include "values/mismatch.hpp"
#include "values/type.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace prong::values {

// Where a walk puts what it reads, if anywhere. What is there after a mismatch is unspecified.
struct WalkOutputs {
  std::string* json = nullptr;       // the value is appended
  std::byte* raw = nullptr;          // layout()->size zero bytes, of a type that has a layout
  std::string_view* text = nullptr;  // the bytes of the last str or bin; they are the value's own
};

// Checks as check_msgpack() says.
[[nodiscard]] std::optional<Mismatch> walk_msgpack(const Type& type, std::span<const std::byte> value,
                                                   const WalkOutputs& outputs = {});

}  // namespace prong::values
