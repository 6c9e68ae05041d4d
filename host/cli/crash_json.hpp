// What is known of a crash, as a JSON object: for --json and --failures.
#pragma once

#include <prong/outcome.hpp>

#include <string>

namespace prong::cli {

// Of a failure with a crash report. Addresses and offsets are strings like "0x1139"; what is not known is not
// there.
[[nodiscard]] std::string crash_json(const Failure& failure);

}  // namespace prong::cli
