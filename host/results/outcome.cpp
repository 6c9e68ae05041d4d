// Endings as words and sentences.
#include "names/printable.hpp"

#include <prong/outcome.hpp>

#include <fmt/format.h>

#include <csignal>
#include <cstring>
#include <tuple>

namespace prong {

namespace {

std::string signal_name(int number) {
  const char* name = ::sigabbrev_np(number);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", number);
}

std::string detail(const Failure& failure) {
  const std::string where = failure.function.empty() ? "" : " in " + failure.function;
  switch (failure.ending) {
    case Ending::crashed:
      return signal_name(failure.signal) + where;
    case Ending::exited:
      return fmt::format("code {}{}", failure.exit_code, where);
    case Ending::threw: {
      const std::string text = failure.type.empty() || failure.what.empty()
                                   ? failure.type + failure.what
                                   : failure.type + ": " + failure.what;
      return text + where;
    }
    case Ending::timed_out:
      return failure.function;
    default:
      return failure.what.empty() ? failure.function : failure.what;
  }
}

}  // namespace

std::string_view to_string(Ending ending) noexcept {
  switch (ending) {
    case Ending::returned:
      return "returned";
    case Ending::threw:
      return "threw";
    case Ending::crashed:
      return "crashed";
    case Ending::exited:
      return "exited";
    case Ending::timed_out:
      return "timed_out";
    case Ending::cancelled:
      return "cancelled";
    case Ending::rejected:
      return "rejected";
    case Ending::too_large:
      return "too_large";
    case Ending::lost:
      return "lost";
  }
  return "unknown";
}

std::string Failure::message() const {
  std::string text = fmt::format("{}: {}", to_string(ending), detail(*this));
  if (index != no_item) text.insert(0, fmt::format("item {}: ", index));
  const bool died = ending == Ending::crashed || ending == Ending::exited || ending == Ending::timed_out;
  if (died && worker != 0) text += fmt::format(" (worker {})", worker);
  if (died && !what.empty()) text += ": " + what;
  return names::printable(text);
}

bool operator==(const Failure& one, const Failure& other) {
  const auto same = [](const auto& one_part, const auto& other_part) {
    return one_part == other_part || (one_part && other_part && *one_part == *other_part);
  };
  const auto words = [](const Failure& failure) {
    return std::tie(failure.index, failure.ending, failure.function, failure.type, failure.what,
                    failure.output, failure.signal, failure.exit_code, failure.worker);
  };
  if (words(one) != words(other)) return false;
  return same(one.crash, other.crash) && same(one.build, other.build);
}

TaskFailed::TaskFailed(Failure failure)
    : std::runtime_error{failure.message()}, failure_{std::move(failure)} {}

}  // namespace prong
