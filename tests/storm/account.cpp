// Every outcome held against what it may be.
#include "account.hpp"

#include <fmt/format.h>

#include <csignal>

namespace prong::test {

void Account::returned(std::uint64_t id, bool is_right, const Allowed& allowed) {
  ++endings_[static_cast<std::size_t>(Ending::returned)];
  if (!is_right) {
    ++torn_;
    note(fmt::format("item {}: a wrong answer", id));
  }
  if (allowed.refusals && is_refused(id)) wrong(fmt::format("item {}: it must throw, and returned", id));
  check_runs(id, 1, allowed);
}

void Account::failed(std::uint64_t id, const Failure& failure, const Allowed& allowed) {
  ++endings_[static_cast<std::size_t>(failure.ending)];
  if (!may_end_so(id, failure, allowed)) wrong(fmt::format("id {}: {}", id, failure.message()));
  check_runs(id, failure.ending == Ending::threw ? 1 : 0, allowed);
}

bool Account::may_end_so(std::uint64_t id, const Failure& failure, const Allowed& allowed) const {
  switch (failure.ending) {
    case Ending::crashed:
      return failure.signal == SIGKILL && failure.what.empty();
    case Ending::lost:
      return failure.what == "the zygote died, and the worker with it" ||
             (end_expected_ && failure.what == "the pool was terminated");
    case Ending::threw:
      return allowed.refusals && is_refused(id) && failure.what == std::to_string(id);
    case Ending::timed_out:
      return allowed.timed_out;
    case Ending::cancelled:
      return allowed.cancelled;
    default:
      return false;
  }
}

void Account::check_runs(std::uint64_t id, unsigned least, const Allowed& allowed) {
  if (!allowed.counted) return;
  const unsigned runs = tally_.runs(id);
  if (runs < least || runs > allowed.runs_most) wrong(fmt::format("item {}: it was run {} times", id, runs));
}

void Account::lost(std::string_view call, std::uint64_t items) {
  lost_ += items;
  note(fmt::format("{}: no word of {} items", call, items));
}

void Account::duplicated(std::string_view call, std::uint64_t items) {
  duplicated_ += items;
  note(fmt::format("{}: {} items ended twice", call, items));
}

void Account::wrong(const std::string& what) {
  ++wrong_;
  note(what);
}

void Account::note(const std::string& what) {
  constexpr std::size_t notes_most = 20;
  const std::lock_guard lock{mutex_};
  if (notes_.size() < notes_most) notes_.push_back(what);
}

std::uint64_t Account::items() const {
  std::uint64_t sum = 0;
  for (const auto& count : endings_)
    sum += count;
  return sum;
}

std::string Account::summary() const {
  std::string text = fmt::format("{} items:", items());
  for (std::size_t i = 0; i < endings_.size(); ++i) {
    if (endings_[i] != 0)
      text += fmt::format(" {} {},", endings_[i].load(), to_string(static_cast<Ending>(i)));
  }
  text += fmt::format(" and {} unheard of, {} twice, {} torn, {} otherwise wrong", lost_.load(),
                      duplicated_.load(), torn_.load(), wrong_.load());
  const std::lock_guard lock{mutex_};
  for (const std::string& one : notes_)
    text += "\n  " + one;
  return text;
}

}  // namespace prong::test
