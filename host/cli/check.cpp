// `prong check`: one file after the other, each in a worker of its own.
#include "cli/check_text.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/module_json.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

namespace prong::cli {

namespace {

constexpr std::chrono::milliseconds load_timeout{10'000};

}  // namespace

ExitStatus check(const Options& options, Interruption&) {
  std::vector<CheckReport> reports;
  for (const auto& file : options.files) {
    reports.push_back(check_plugin(file, {.load_timeout = options.timeout.value_or(load_timeout)}));
    if (!options.json) console::print(report_text(file.native(), reports.back(), console::shows_colours()));
  }
  if (options.json) console::print(reports_json(reports) + '\n');
  const bool all_passed = std::ranges::all_of(reports, &CheckReport::passed);
  return all_passed ? ExitStatus::success : ExitStatus::cannot_find;
}

}  // namespace prong::cli
