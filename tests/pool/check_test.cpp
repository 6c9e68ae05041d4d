// check_plugin, as an embedder calls it; tests/cli/check_test.py has the zoo of faults.
#include "fixture.hpp"

#include <string_view>
#include <utility>

namespace prong::test {

TEST_CASE("a good plugin passes, and says what it is") {
  const auto before = open_descriptors();
  const CheckReport report = check_plugin(std::filesystem::path{PRONG_TEST_PLUGINS} / "examples.so");
  CHECK(report.passed());
  CHECK(report.findings.empty());
  CHECK(report.module.module == "examples");
  CHECK(report.module.functions.size() == 10);
  CHECK(report.module.exports.size() == 10);
  CHECK(open_descriptors() == before);
}

TEST_CASE("a plugin that cannot be loaded is told of, with all that a finding says") {
  for (const auto& [file, code] :
       {std::pair{"loads_crash.so", "crashed-on-load"}, std::pair{"loads_leave.so", "exited-on-load"},
        std::pair{"loads_throw_out.so", "crashed-on-load"}, std::pair{"loads_hang.so", "hung-on-load"}}) {
    const bool hangs = std::string_view{code} == "hung-on-load";
    const CheckReport report =
        check_plugin(culprits() / file, {.load_timeout = std::chrono::milliseconds{hangs ? 300 : 10'000}});
    CHECK_FALSE(report.passed());
    REQUIRE(report.findings.size() == 1);
    const Finding& finding = report.findings.front();
    CHECK(finding.code == code);
    CHECK(finding.severity == Severity::error);
    for (const std::string* part : {&finding.required, &finding.found, &finding.fix})
      CHECK_FALSE(part->empty());
  }
}

TEST_CASE("what a constructor threw is part of what was found") {
  const CheckReport report = check_plugin(culprits() / "loads_throw_out.so");
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings.front().found.find("in a constructor") != std::string::npos);
}

}  // namespace prong::test
