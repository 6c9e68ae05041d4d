// The page's sections.
#include "cli/report/page.hpp"

#include "cli/report/charts.hpp"
#include "cli/style.hpp"

#include <prong/version.hpp>
#include <prong/wording.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace prong::cli {

namespace {

using std::chrono::nanoseconds;

constexpr std::string_view style = R"(<style>
:root { color-scheme: light dark; --back: #f5f6f8; --card: #fff; --text: #1b2230; --quiet: #667085; --grid: #e4e7ec;
  --idle: #eef0f4; --busy: #3468d6; --good: #2a8f68; --bad: #d33f36; --mark: #b4690e; }
@media (prefers-color-scheme: dark) {
  :root { --back: #0f1218; --card: #181c25; --text: #e7eaf0; --quiet: #939db0; --grid: #2a303c; --idle: #222833;
    --busy: #6d9bff; --good: #4cc79a; --bad: #ff6e63; --mark: #f0b35a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 3rem; max-width: 68rem; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.35rem; overflow-wrap: anywhere; }
h2 { margin: 0 0 .8rem; font-size: 1rem; }
p { margin: .2rem 0 0; color: var(--quiet); }
section { margin-top: 1.25rem; padding: 1.1rem 1.3rem; background: var(--card); border: 1px solid var(--grid);
  border-radius: 10px; overflow-x: auto; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 1rem; }
.facts b { display: block; font-size: 1.3rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.facts span { color: var(--quiet); }
.facts .bad b { color: var(--bad); }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--quiet); font: 11px system-ui, sans-serif; }
.grid { fill: none; stroke: var(--grid); }
.idle { fill: var(--idle); }
.busy, .bar { fill: var(--busy); }
.area { fill: var(--busy); opacity: .18; }
.line { fill: none; stroke: var(--busy); stroke-width: 1.5; }
.death { fill: var(--bad); stroke: var(--card); }
.quantile { fill: none; stroke: var(--mark); stroke-dasharray: 4 3; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; color: var(--quiet); }
th, td { padding: .3rem 1.8rem .3rem 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
.number { text-align: right; white-space: nowrap; }
.bad { color: var(--bad); }
.message { overflow-wrap: anywhere; }
pre { margin: .4rem 0 .2rem; padding: .6rem .8rem; background: var(--idle); border-radius: 6px; overflow-x: auto;
  font: 12.5px/1.45 ui-monospace, monospace; }
footer { margin-top: 1.5rem; color: var(--quiet); font-size: .85rem; }
</style>
)";

std::string fact(std::string_view value, std::string_view what, bool bad = false) {
  return fmt::format(R"(<div{}><b>{}</b><span>{}</span></div>)"
                     "\n",
                     bad ? R"( class="bad")" : "", value, what);
}

double busy_part(const RunSummary& run, unsigned workers) {
  nanoseconds busy{0};
  for (const auto& [place, lane] : run.lanes())
    busy += lane.time;
  const auto all = static_cast<double>(run.duration().count()) * std::max(workers, 1U);
  return all > 0 ? std::min(static_cast<double>(busy.count()) / all, 1.0) : 0;
}

std::string day_text(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  std::array<char, 32> text{};
  static_cast<void>(::localtime_r(&seconds, &local));
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local)};
}

std::string facts_section(const RunSummary& run, const ReportFacts& facts) {
  const double time = std::chrono::duration<double>{run.duration()}.count();
  std::string text = R"(<section class="facts">)";
  text += fact(count_text(run.items()), run.items() == 1 ? "item" : "items");
  text += fact(count_text(run.failed()), "failed", run.failed() > 0);
  if (run.retried() > 0) text += fact(count_text(run.retried()), "attempts that were tried again");
  if (run.given_up() > 0) text += fact(count_text(run.given_up()), "given up");
  if (run.not_run() > 0) text += fact(count_text(run.not_run()), "not run: known or given up");
  text += fact(clock_text(run.duration()), "from start to end");
  text += fact(rate_text(static_cast<double>(run.items() - run.not_run()) / std::max(time, 1e-9)),
               "items run, on average");
  text += fact(fmt::format("{}", facts.workers), facts.workers == 1 ? "worker" : "workers");
  text += fact(fmt::format("{:.0f} %", 100 * busy_part(run, facts.workers)), "of their time busy");
  return text + "</section>\n";
}

std::string section(std::string_view title, const std::string& content) {
  return content.empty() ? "" : fmt::format("<section><h2>{}</h2>\n{}</section>\n", title, content);
}

std::string timeline(const RunSummary& run) {
  if (run.lanes().empty()) return "";
  std::string text = timeline_chart(run);
  if (run.lanes().size() > 64)
    text += fmt::format("<p>The first 64 of {} workers.</p>\n", run.lanes().size());
  return text;
}

std::string slowest_table(const RunSummary& run) {
  if (run.slowest().empty()) return "";
  std::string text =
      "<table><tr><th class=\"number\">item</th><th class=\"number\">time</th>"
      "<th class=\"number\">began after</th><th>worker</th><th>outcome</th></tr>\n";
  for (const RunSummary::Slow& one : run.slowest()) {
    text += fmt::format(
        "<tr><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>"
        "<td>{} (pid {})</td><td{}>{}</td></tr>\n",
        one.index, time_text(static_cast<double>(one.time.count())), clock_text(one.began), one.place,
        one.worker, one.ending == Ending::returned ? "" : " class=\"bad\"", to_string(one.ending));
  }
  return text + "</table>\n";
}

// Where it crashed, and what else is known.
std::string known_of(const Failure& failure) {
  std::string lines;
  for (const std::string& line : failure.details())
    lines += html(line) + '\n';
  return lines;
}

std::string printed(const std::string& output) {
  std::string lines;
  for (std::size_t at = 0; at < output.size();) {
    const std::size_t end = std::min(output.find('\n', at), output.size());
    lines += html(printable(std::string_view{output}.substr(at, end - at))) + '\n';
    at = end + 1;
  }
  return lines;
}

std::string failure_row(const Failure& failure) {
  std::string text =
      fmt::format("<tr><td class=\"number\">{}</td><td class=\"bad\">{}</td><td class=\"message\">{}",
                  failure.index, to_string(failure.ending), html(failure.message()));
  if (const std::string lines = known_of(failure); !lines.empty())
    text += fmt::format("<pre>{}</pre>", lines);
  if (!failure.output.empty())
    text += fmt::format("<p>The worker printed last:</p><pre>{}</pre>", printed(failure.output));
  return text + "</td></tr>\n";
}

std::string failures_table(const RunSummary& run) {
  if (run.failures().empty()) return "";
  std::string kinds;
  for (const auto& [ending, count] : run.endings()) {
    if (ending == Ending::returned || ending == Ending::cancelled) continue;
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", count_text(count), to_string(ending));
  }
  if (run.failed() > run.failures().size())
    kinds += fmt::format("; the first {} are shown", run.failures().size());
  std::string text = fmt::format("<p>{}</p>\n<table>", kinds);
  for (const Failure& failure : run.failures())
    text += failure_row(failure);
  return text + "</table>\n";
}

}  // namespace

std::string report_page(const RunSummary& run, const ReportFacts& facts) {
  std::string text = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{0}</title>\n{1}</head>\n"
      "<body>\n<h1>{0}</h1>\n<p>{2} · {3}</p>\n",
      html(facts.command), style, html(facts.signature), day_text(run.clock().begin_of_day()));
  text += facts_section(run, facts);
  text += section("What each worker did", timeline(run));
  text += section("Items a second", run.items() == run.not_run() ? "" : throughput_chart(run));
  text += section("Times of items", histogram_chart(run));
  text += section("The slowest items", slowest_table(run));
  text += section("Failures", failures_table(run));
  return text + fmt::format("<footer>Prong {}</footer>\n</body>\n</html>\n", version());
}

}  // namespace prong::cli
