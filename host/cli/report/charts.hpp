// The pictures of a report: SVG that takes its colours from the page.
#pragma once

#include "cli/report/run_summary.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace prong::cli {

// A lane for each worker: the darker, the busier it was; marks where one died.
[[nodiscard]] std::string timeline_chart(const RunSummary& run);
// Items a second, over time.
[[nodiscard]] std::string throughput_chart(const RunSummary& run);
// How many items took how long.
[[nodiscard]] std::string histogram_chart(const RunSummary& run);

[[nodiscard]] std::string html(std::string_view text);
// "950 ms", "2:05".
[[nodiscard]] std::string clock_text(std::chrono::nanoseconds time);
// "12 345 678", with thin spaces.
[[nodiscard]] std::string count_text(std::uint64_t count);

}  // namespace prong::cli
