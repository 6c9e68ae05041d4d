// One look after the other, a quarter of a second apart.
#include "cli/progress.hpp"

#include "cli/console.hpp"
#include "cli/style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace prong::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto first_on_terminal = 1s;
constexpr auto period_on_terminal = 250ms;
constexpr auto period_elsewhere = 5s;
// The rate is that of the last seconds.
constexpr auto rate_window = 10s;

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(seconds));
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

std::string progress_text(const ProgressFacts& facts) {
  std::string text = fmt::format("{}", facts.done);
  const std::uint64_t total = facts.total ? std::max(facts.total->items, facts.done) : 0;
  if (facts.total) {
    text += fmt::format("/{}{}", facts.total->estimated ? "~" : "", total);
    if (total > 0)
      text += fmt::format(
          " ({}%)", static_cast<int>(100.0 * static_cast<double>(facts.done) / static_cast<double>(total)));
  } else {
    text += " done";
  }
  if (facts.per_second > 0) {
    text += ", " + rate_text(facts.per_second);
    if (total > facts.done)
      text +=
          fmt::format(", {} left", duration_text(static_cast<double>(total - facts.done) / facts.per_second));
  }
  if (facts.failed > 0) text += fmt::format(", {} failed", facts.failed);
  return text + fmt::format(", {} worker{}", facts.workers, facts.workers == 1 ? "" : "s");
}

Progress::Progress(std::function<ProgressFacts()> look, Options options)
    : look_{std::move(look)}, on_terminal_{console::can_show_status()}, has_told_{options.always} {
  samples_.push_back({Clock::now(), 0});
  thread_ = std::thread{[this] { tell(); }};
}

Progress::~Progress() {
  {
    const std::lock_guard lock{mutex_};
    is_over_ = true;
  }
  over_.notify_all();
  thread_.join();
  console::show_status("");
  if (has_told_) console::complain(progress_text(facts()));
}

ProgressFacts Progress::facts() {
  ProgressFacts facts = look_();
  const auto now = Clock::now();
  samples_.push_back({now, facts.done});
  while (samples_.size() > 2 && now - samples_.front().time > rate_window)
    samples_.pop_front();
  const std::chrono::duration<double> time = now - samples_.front().time;
  if (time.count() > 0 && facts.done > samples_.front().done)
    facts.per_second = static_cast<double>(facts.done - samples_.front().done) / time.count();
  return facts;
}

void Progress::tell() {
  std::chrono::milliseconds period = on_terminal_ ? first_on_terminal : period_elsewhere;
  std::unique_lock lock{mutex_};
  while (!over_.wait_for(lock, period, [this] { return is_over_; })) {
    has_told_ = true;
    if (on_terminal_) period = period_on_terminal;
    const std::string text = progress_text(facts());
    if (on_terminal_) {
      console::show_status(text);
    } else {
      console::complain(text);
    }
  }
}

}  // namespace prong::cli
