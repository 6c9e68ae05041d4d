// Reading of MessagePack beside its type: checking it, and printing it on the way. Internal to this folder.
#pragma once

#include "values/mismatch.hpp"
#include "values/type.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace prong::values {

// Checks as check_msgpack() says. Appends the value to `json` unless that is null; what is written after a
// mismatch is unspecified.
[[nodiscard]] std::optional<Mismatch> walk_msgpack(const Type& type, std::span<const std::byte> value,
                                                   std::string* json);

}  // namespace prong::values
