// Rectangles, paths and ticks.
#include "cli/report/charts.hpp"

#include "cli/style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace prong::cli {

namespace {

using std::chrono::nanoseconds;

constexpr double width = 1000;
constexpr double left = 70;
constexpr double right = 990;
constexpr std::size_t lanes_max = 64;

double seconds(nanoseconds time) { return std::chrono::duration<double>{time}.count(); }

// 1, 2 or 5 times a power of ten, so that at most `count` fit into `whole`.
double nice_step(double whole, int count) {
  const double least = whole / count;
  const double decade = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * decade >= least) return factor * decade;
  }
  return 10 * decade;
}

std::string svg(double height, std::string_view name, const std::string& content) {
  return fmt::format(R"(<svg viewBox="0 0 {} {:.0f}" role="img" aria-label="{}">{}</svg>)"
                     "\n",
                     width, height, name, content);
}

std::string text_at(double x, double y, std::string_view anchor, std::string_view text) {
  return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>)", x, y, anchor, html(text));
}

class TimeAxis {
 public:
  explicit TimeAxis(const RunSummary& run) : whole_{std::max(seconds(run.duration()), 1e-9)} {}

  [[nodiscard]] double x(nanoseconds time) const {
    return left + (right - left) * std::clamp(seconds(time) / whole_, 0.0, 1.0);
  }
  [[nodiscard]] std::string ticks(double top, double bottom) const {
    std::string out;
    const double step = nice_step(whole_, 8);
    for (double at = 0; at <= whole_; at += step) {
      const nanoseconds time{static_cast<std::int64_t>(std::llround(at * 1e9))};
      out += fmt::format(R"(<path class="grid" d="M{0:.1f} {1}V{2}"/>)", x(time), top, bottom);
      out += text_at(x(time), bottom + 16, "middle", clock_text(time));
    }
    return out;
  }

 private:
  double whole_;
};

// Steps of equal shade are one rectangle.
std::string busy_rectangles(const RunSummary::Lane& lane, const TimeAxis& axis, double y, double height) {
  std::string out;
  const auto& steps = lane.busy.steps();
  const auto shade = [&](std::size_t at) {
    const double part = steps[at] / static_cast<double>(lane.busy.step().count());
    return part <= 0 ? 0 : std::clamp(static_cast<int>(std::lround(part * 10)), 1, 10);
  };
  for (std::size_t begin = 0; begin < steps.size();) {
    std::size_t end = begin + 1;
    while (end < steps.size() && shade(end) == shade(begin))
      ++end;
    if (shade(begin) > 0) {
      const double from = axis.x(lane.busy.step() * static_cast<std::int64_t>(begin));
      const double to = axis.x(lane.busy.step() * static_cast<std::int64_t>(end));
      out +=
          fmt::format(R"(<rect class="busy" x="{:.2f}" y="{}" width="{:.2f}" height="{}" opacity="{:.1f}"/>)",
                      from, y, std::max(to - from, 0.5), height, shade(begin) / 10.0);
    }
    begin = end;
  }
  return out;
}

}  // namespace

std::string html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string clock_text(nanoseconds time) {
  const double all = seconds(time);
  if (time.count() == 0) return "0";
  if (all < 1e-6) return fmt::format("{} ns", time.count());
  if (all < 1e-3) return fmt::format("{:.4g} µs", all * 1e6);
  if (all < 1) return fmt::format("{:.4g} ms", all * 1e3);
  if (all < 60) return fmt::format("{:.4g} s", all);
  const auto whole = static_cast<std::uint64_t>(all);
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string count_text(std::uint64_t count) {
  const std::string digits = fmt::format("{}", count);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += "\u202f";
    text += digits[i];
  }
  return text;
}

std::string timeline_chart(const RunSummary& run) {
  constexpr double lane_height = 20;
  constexpr double pitch = 27;
  const TimeAxis axis{run};
  const std::size_t count = std::min(run.lanes().size(), lanes_max);
  const double bottom = pitch * static_cast<double>(count) + 4;
  std::string out = axis.ticks(0, bottom);
  double y = 4;
  std::size_t drawn = 0;
  for (const auto& [place, lane] : run.lanes()) {
    if (drawn++ == count) break;
    out += text_at(left - 10, y + 14, "end", fmt::format("worker {}", place));
    out += fmt::format(R"(<g><title>worker {}: {} items, busy {:.0f} %, {} process{}</title>)", place,
                       count_text(lane.items),
                       100 * seconds(lane.time) / std::max(seconds(run.duration()), 1e-9), lane.workers,
                       lane.workers == 1 ? "" : "es");
    out += fmt::format(R"(<rect class="idle" x="{}" y="{}" width="{}" height="{}" rx="3"/>)", left, y,
                       right - left, lane_height);
    out += busy_rectangles(lane, axis, y, lane_height) + "</g>";
    for (const RunSummary::Mark& mark : run.deaths()) {
      if (mark.place != place) continue;
      out += fmt::format(
          R"(<path class="death" d="M{:.1f} {}l4 10l-4 10l-4 -10z"><title>item {}: {} after {}</title></path>)",
          axis.x(mark.time), y, mark.index, to_string(mark.ending), clock_text(mark.time));
    }
    y += pitch;
  }
  return svg(bottom + 22, "What each worker did", out);
}

std::string throughput_chart(const RunSummary& run) {
  constexpr double top = 10;
  constexpr double bottom = 160;
  const TimeAxis axis{run};
  const TimeSeries& series = run.ended();
  // Broader steps than those of the lanes, or there would be more noise than rate.
  constexpr std::size_t together = 4;
  const double step = seconds(series.step() * together);
  std::vector<double> rates((series.steps().size() + together - 1) / together);
  for (std::size_t i = 0; i < series.steps().size(); ++i)
    rates[i / together] += series.steps()[i] / step;
  double most = rates.empty() ? 0 : *std::ranges::max_element(rates);
  if (most <= 0) most = 1;
  const double tick = nice_step(most, 4);
  const double whole = std::ceil(most / tick) * tick;
  const auto y = [&](double rate) { return bottom - (bottom - top) * rate / whole; };
  std::string out = axis.ticks(top, bottom);
  for (double rate = 0; rate <= whole * 1.001; rate += tick) {
    out += fmt::format(R"(<path class="grid" d="M{} {:.1f}H{}"/>)", left, y(rate), right);
    out += text_at(left - 8, y(rate) + 4, "end", rate == 0 ? "0" : rate_text(rate));
  }
  std::string line;
  double x = left;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    x = axis.x(series.step() * static_cast<std::int64_t>(together * (i + 1)));
    line += fmt::format("V{:.1f}H{:.1f}", y(rates[i]), x);
  }
  out += fmt::format(R"(<path class="area" d="M{0} {1}{2}V{1}z"/><path class="line" d="M{0} {1}{2}V{1}"/>)",
                     left, bottom, line);
  return svg(bottom + 22, "Items a second", out);
}

std::string histogram_chart(const RunSummary& run) {
  constexpr double top = 36;
  constexpr double bottom = 184;
  const auto& bins = run.times().bins();
  const auto filled = [](std::uint64_t count) { return count > 0; };
  const auto begin = static_cast<std::size_t>(std::ranges::find_if(bins, filled) - bins.begin());
  if (begin == bins.size()) return "";
  auto end = static_cast<std::size_t>(bins.rend() - std::find_if(bins.rbegin(), bins.rend(), filled));
  // A few bins would be a few broad bars.
  const std::size_t from = begin / TimeHistogram::bins_per_decade * TimeHistogram::bins_per_decade;
  end = std::min(std::max(end + 1, from + 2 * TimeHistogram::bins_per_decade), bins.size());
  const double pitch = (right - left) / static_cast<double>(end - from);
  const auto most = static_cast<double>(*std::ranges::max_element(bins));
  const double tick = std::max(nice_step(most, 4), 1.0);
  const double whole = std::ceil(most / tick) * tick;
  std::string out;
  for (double count = 0; count <= whole; count += tick) {
    const double y = bottom - (bottom - top) * count / whole;
    out += fmt::format(R"(<path class="grid" d="M{} {:.1f}H{}"/>)", left, y, right);
    out += text_at(left - 8, y + 4, "end", count_text(static_cast<std::uint64_t>(count)));
  }
  for (std::size_t bin = from; bin < end; ++bin) {
    const double x = left + pitch * static_cast<double>(bin - from);
    if (bin % TimeHistogram::bins_per_decade == 0) {
      out += fmt::format(R"(<path class="grid" d="M{:.1f} {}V{}"/>)", x, top, bottom);
      out += text_at(x, bottom + 16, "middle",
                     clock_text(nanoseconds{std::llround(TimeHistogram::begin_of(bin))}));
    }
    if (bins[bin] == 0) continue;
    const double height = std::max((bottom - top) * static_cast<double>(bins[bin]) / whole, 1.5);
    out += fmt::format(R"(<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="1.5">)"
                       "<title>{} to {}: {} items</title></rect>",
                       x + 0.5, bottom - height, std::max(pitch - 1, 1.0), height,
                       time_text(TimeHistogram::begin_of(bin)), time_text(TimeHistogram::begin_of(bin + 1)),
                       count_text(bins[bin]));
  }
  // Each with a line of its own for its words: they may stand close together.
  double words = top - 24;
  for (const auto& [part, name] : {std::pair{0.5, "half"}, std::pair{0.99, "99 %"}}) {
    const double at = std::log10(run.times().quantile(part) / TimeHistogram::begin_of(from));
    const double x = std::clamp(left + pitch * at * TimeHistogram::bins_per_decade, left, right);
    out += fmt::format(R"(<path class="quantile" d="M{:.1f} {}V{}"/>)", x, words + 4, bottom);
    out += text_at(x, words,
                   x > right - 60  ? "end"
                   : x < left + 60 ? "start"
                                   : "middle",
                   fmt::format("{} below {}", name, time_text(run.times().quantile(part))));
    words += 14;
  }
  return svg(bottom + 22, "Times of items", out);
}

}  // namespace prong::cli
