// The "did you mean" of commands and options, which people also cut short.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace prong::cli {

// The first candidate that begins with `word`, or else the closest one; nothing when none is near.
[[nodiscard]] std::optional<std::string> suggestion(std::string_view word,
                                                    std::span<const std::string> candidates);

}  // namespace prong::cli
