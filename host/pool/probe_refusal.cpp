// Deaths and reports of probing workers, as refusals.
#include "pool/probe_refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace prong::pool {

namespace {

constexpr std::string_view shortage = "out-of-resources";

// Its three lines (worker/refusal_text.hpp).
Refusal refusal_of_report(const Failure& failure) {
  std::vector<std::string> lines;
  for (const auto line : std::views::split(failure.what, '\n'))
    lines.emplace_back(line.begin(), line.end());
  lines.resize(3);
  return {failure.type, lines[0], lines[1], lines[2]};
}

// The last line that says something: of an uncaught exception, what it was.
std::string_view last_line(std::string_view output) {
  constexpr std::string_view blanks = " \t\n";
  output = output.substr(0, output.find_last_not_of(blanks) + 1);
  output = output.substr(output.rfind('\n') + 1);
  return output.substr(std::min(output.find_first_not_of(blanks), output.size()));
}

std::string death(const Failure& failure, std::chrono::milliseconds limit) {
  std::string text;
  if (failure.ending == Ending::timed_out) {
    text = fmt::format("still at it after {} s", std::chrono::duration<double>{limit}.count());
  } else if (failure.ending == Ending::exited) {
    text = fmt::format("a call of exit({})", failure.exit_code);
  } else {
    const char* name = ::sigabbrev_np(failure.signal);
    text = "a process that was killed by ";
    text += name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", failure.signal);
    if (!failure.what.empty()) text += ": " + failure.what;
  }
  const std::string_view words = last_line(failure.output);
  return words.empty() ? text : fmt::format("{}; the last that its worker printed: {}", text, words);
}

bool is_of(const Frame& frame, std::string_view name) {
  return std::string_view{frame.file}.substr(frame.file.rfind('/') + 1).starts_with(name);
}

// Between dlopen and the constructors: nothing but the linker, and the C library's way into it, was running.
bool died_in_linker(const Failure& failure) {
  if (!failure.crash || failure.crash->frames.empty()) return false;
  const auto& frames = failure.crash->frames;
  const auto is_linker = [](const Frame& frame) { return is_of(frame, "ld-") || is_of(frame, "ld.so"); };
  return is_linker(frames.front()) && std::ranges::all_of(frames, [&](const Frame& frame) {
           return is_linker(frame) || is_of(frame, "libc.so") || is_of(frame, "libc-");
         });
}

}  // namespace

Refusal refusal_of_look(const Failure& failure, std::chrono::milliseconds limit) {
  if (failure.ending == Ending::rejected) return refusal_of_report(failure);
  return {.code = failure.ending == Ending::timed_out ? "hung-on-look" : "crashed-on-look",
          .required = "a file whose notes can be read",
          .found = death(failure, limit),
          .fix = "build the plugin again"};
}

Refusal refusal_of_load(const Failure& failure, std::chrono::milliseconds limit) {
  if (failure.ending == Ending::rejected) return refusal_of_report(failure);
  Refusal refusal{.code = "crashed-on-load",
                  .required = "a plugin whose constructors return",
                  .found = death(failure, limit),
                  .fix = "mend the constructors of its static objects"};
  if (died_in_linker(failure)) {
    refusal.required = "a file, and libraries that it needs, that the dynamic linker can load";
    refusal.found += "; no constructor was running";
    refusal.fix = "build the plugin again; if that does not help, install the libraries that it needs again";
  }
  if (failure.ending == Ending::exited) refusal.code = "exited-on-load";
  if (failure.ending == Ending::timed_out) {
    refusal.code = "hung-on-load";
    refusal.fix += ", or give them more time (load_timeout; in prong check, --timeout)";
  }
  return refusal;
}

bool is_lasting(const Failure& failure) {
  if (failure.ending == Ending::crashed) return failure.signal != SIGKILL;
  return failure.type != shortage && failure.type != "replaced";
}

bool deserves_another_try(const Failure& failure) {
  return failure.ending == Ending::crashed || failure.ending == Ending::exited || failure.type == shortage ||
         failure.type == "not-loadable";
}

}  // namespace prong::pool
