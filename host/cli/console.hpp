// The only place that prints: answers to standard output, everything else to standard error.
#pragma once

#include <prong/outcome.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prong::cli::console {

// All of it. Throws OutputFailed. [blocks]
void print(std::string_view text);
// One part after the other, in as few writes as possible.
void print(std::span<const std::string_view> parts);

// "prong: " and the sentence on one line, control characters escaped. Never fails. [any thread]
void complain(std::string_view sentence) noexcept;
// A failure: one line without control characters, and what else is known of it, a line each.
struct Told {
  std::string sentence;
  std::vector<std::string> details = {};
};
// A line for each, its details below, indented. [any thread]
void report(std::span<const Told> all) noexcept;

// The same of a failure with all its details, and without the item's number: it was the only one. [any
// thread]
void report_call(Failure failure) noexcept;

// A line at the bottom of the terminal that standard error is, in place of the last one; whatever else is
// printed takes its place. Empty: none. [any thread]
void show_status(std::string_view line) noexcept;
[[nodiscard]] bool has_terminal() noexcept;
// It takes escape sequences, too, as show_status() writes.
[[nodiscard]] bool can_show_status() noexcept;

// Whether standard output is a terminal whose user has nothing against colours (https://no-color.org).
[[nodiscard]] bool shows_colours() noexcept;

}  // namespace prong::cli::console
