// The layout of `prong check`.
#include "cli/check_text.hpp"

#include "cli/style.hpp"

#include <prong/wording.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace prong::cli {

namespace {

std::string counted(std::ptrdiff_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string verdict(const CheckReport& report) {
  const auto errors = std::ranges::count(report.findings, Severity::error, &Finding::severity);
  const auto warnings = std::ranges::count(report.findings, Severity::warning, &Finding::severity);
  if (errors == 0 && warnings == 0) return "good";
  if (warnings == 0) return counted(errors, "error");
  return fmt::format("{}, {}", errors == 0 ? "good" : counted(errors, "error"), counted(warnings, "warning"));
}

std::string summary(const ModuleInfo& module) {
  if (module.abi_major == 0) return "";
  std::string text = ": " + module.module;
  if (!module.version.empty()) text += ' ' + module.version;
  return fmt::format("{}, {}", text, counted(std::ssize(module.functions), "function"));
}

}  // namespace

std::string report_text(std::string_view file, const CheckReport& report, bool coloured) {
  const Style style = style_of(coloured);
  std::string text = fmt::format("{}{}{}: {}{}\n", style.name, printable(file), style.end, verdict(report),
                                 printable(summary(report.module)));
  for (const Finding& finding : report.findings) {
    const bool is_error = finding.severity == Severity::error;
    text += fmt::format("  {}{}{} [{}]\n", is_error ? style.bad : style.quiet, is_error ? "error" : "warning",
                        style.end, printable(finding.code));
    append_reason(finding.required, finding.found, finding.fix, text);
  }
  return text;
}

}  // namespace prong::cli
