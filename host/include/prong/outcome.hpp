// How an item ended: a closed list. docs/outcomes.md says when each occurs and what it carries.
#pragma once

#include <prong/crash_report.hpp>
#include <prong/export.hpp>
#include <prong/plugin_build.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace prong {

enum class Ending : std::uint8_t {
  returned,   // the function returned a value
  threw,      // it threw, or reported a failure
  crashed,    // a signal ended the worker that ran it
  exited,     // the plugin ended the worker by itself, whatever the exit code
  timed_out,  // its deadline passed; the worker was killed
  cancelled,  // the caller no longer wanted it
  rejected,   // the input does not fit the function, or the function was refused
  too_large,  // its result exceeds the limit
  lost,       // the pool, the plugin file or the engine is gone
};

[[nodiscard]] PRONG_API std::string_view to_string(Ending ending) noexcept;

// An ending other than `returned`. A value: plain, copyable.
struct Failure {
  static constexpr std::uint64_t no_item = UINT64_MAX;

  // Of the item, in the caller's input; counts from 0. no_item: what failed is a result function.
  std::uint64_t index = 0;
  Ending ending = Ending::lost;
  std::string function = {};  // qualified name
  // threw: the exception's type, "std::domain_error"; lost: "replaced" when the plugin's file was, so that
  // all further items of the call are lost too
  std::string type = {};
  std::string what = {};    // threw: what(); otherwise the reason; may be empty
  std::string output = {};  // the end of what the worker printed, when it died
  int signal = 0;           // crashed: the signal's number
  int exit_code = 0;        // exited: the code
  int worker = 0;           // the pid of the worker that ran it; 0 when none did
  // crashed, exited, timed_out: what else is known; null: nothing.
  std::shared_ptr<const CrashReport> crash = {};
  // What the call was pinned to; null: a function of the host's own, or a failure before there was a call.
  std::shared_ptr<const PluginBuild> build = {};

  // "item 17: crashed: SIGSEGV in stats.parse (worker 4711): nothing is mapped at 0x0, at
  // stats::parse(double) in stats.so", from "crashed" on when it is no item's. One line, control characters
  // escaped.
  [[nodiscard]] PRONG_API std::string message() const;
  // What `crash` knows beyond that: "input: 3", "#0 stats::parse(double) at stats.cpp:12", … One line each,
  // control characters escaped.
  [[nodiscard]] PRONG_API std::vector<std::string> details() const;

  // Of the reports, not of where they lie.
  friend PRONG_API bool operator==(const Failure& one, const Failure& other);
};

// What the throwing forms throw for an item that failed.
class PRONG_API TaskFailed : public std::runtime_error {
 public:
  explicit TaskFailed(Failure failure);
  [[nodiscard]] const Failure& failure() const noexcept { return failure_; }

 private:
  Failure failure_;
};

// One item's ending: a value of T when it returned, else the failure.
template <class T>
class Outcome {
 public:
  explicit Outcome(T value, std::shared_ptr<const PluginBuild> build = {})
      : content_{std::in_place_index<0>, std::move(value)}, build_{std::move(build)} {}
  explicit Outcome(Failure failure) : content_{std::in_place_index<1>, std::move(failure)} {}

  [[nodiscard]] bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] Ending ending() const noexcept { return has_value() ? Ending::returned : failure().ending; }

  // Throws TaskFailed when the item did not return.
  [[nodiscard]] const T& value() const {
    if (!has_value()) throw TaskFailed{failure()};
    return std::get<0>(content_);
  }
  // What made it, or failed to; null: a function of the host's own. Shared by all outcomes of a call.
  [[nodiscard]] const std::shared_ptr<const PluginBuild>& build() const noexcept {
    return has_value() ? build_ : failure().build;
  }
  // Precondition: !has_value().
  [[nodiscard]] const Failure& failure() const { return std::get<1>(content_); }

 private:
  std::variant<T, Failure> content_;
  std::shared_ptr<const PluginBuild> build_;
};

}  // namespace prong
