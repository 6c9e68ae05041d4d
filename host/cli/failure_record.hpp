// A failure as bytes, for the journal: all that can be told of it, but what the run itself knows.
#pragma once

#include <prong/outcome.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace prong::cli {

// In host byte order. Without the index, the function and the build, which are those of the run that reads
// it.
[[nodiscard]] std::string failure_bytes(const Failure& failure);

// Nothing when that is no failure, or there are bytes after it.
[[nodiscard]] std::optional<Failure> failure_from(std::string_view bytes, Ending ending);

}  // namespace prong::cli
