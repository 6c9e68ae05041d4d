// How an item ended, as an object of JSON on a line: for --json and --failures.
#pragma once

#include <prong/outcome.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prong::cli {

// {"index":17,"outcome":"returned","value":9}; without an index it was the only one. `value` is JSON, and may
// end with a newline. `member`, as "file":"a.jpg", is put in before it; empty: none.
[[nodiscard]] std::string returned_json(std::optional<std::uint64_t> index, std::string_view value,
                                        std::string_view member = {});

// {"index":17,"outcome":"crashed","message":"crashed: …","crash":{…}}. `member`, as "input":3, is
// put in.
[[nodiscard]] std::string failed_json(std::optional<std::uint64_t> index, Failure failure,
                                      std::string_view member = {});

}  // namespace prong::cli
