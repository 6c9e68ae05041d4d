// Complete writes.
#include "cli/console.hpp"

#include "cli/complete_write.hpp"
#include "cli/exit_status.hpp"

#include <prong/wording.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace prong::cli::console {

namespace {

std::string line_of(std::string_view sentence) { return "prong: " + prong::printable(sentence) + '\n'; }

constexpr std::string_view erase_line = "\033[K";

// Guards the terminal, as long as a status is on it.
std::mutex terminal;
bool shows_status = false;

// Bytes that fit into one line of the terminal, so that erasing one line erases all. Asked each time, since
// windows change.
std::size_t status_bytes_max() noexcept {
  winsize size{};
  const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col - std::size_t{1} : std::string_view::npos;
}

// One that takes no escape sequences.
bool is_dumb() noexcept {
  const char* terminal_type = std::getenv("TERM");
  return terminal_type != nullptr && std::string_view{terminal_type} == "dumb";
}

// The cursor stands where the status begins. With `terminal` held.
void erase_status() noexcept {
  if (!std::exchange(shows_status, false)) return;
  std::array part{vector_of(erase_line)};
  static_cast<void>(write_completely(STDERR_FILENO, part));
}

void write_error(std::string_view lines) noexcept {
  const std::lock_guard lock{terminal};
  erase_status();
  std::array part{vector_of(lines)};
  // Where would one complain?
  static_cast<void>(write_completely(STDERR_FILENO, part));
}

}  // namespace

void print(std::string_view text) { print(std::array{text}); }

void print(std::span<const std::string_view> parts) {
  std::vector<iovec> vectors;
  vectors.reserve(parts.size());
  for (const std::string_view part : parts) {
    if (!part.empty()) vectors.push_back(vector_of(part));
  }
  static const bool to_terminal = ::isatty(STDOUT_FILENO) == 1;
  std::unique_lock lock{terminal, std::defer_lock};
  if (to_terminal) {
    lock.lock();
    erase_status();
  }
  if (const int error = write_completely(STDOUT_FILENO, vectors); error != 0)
    throw OutputFailed{"standard output", error};
}

void complain(std::string_view sentence) noexcept { write_error(line_of(sentence)); }

void report(std::span<const Told> all) noexcept {
  std::string lines;
  for (const Told& one : all) {
    lines += "prong: " + one.sentence + '\n';
    for (const std::string& detail : one.details)
      lines += "prong:   " + detail + '\n';
  }
  if (!lines.empty()) write_error(lines);
}

void report_call(Failure failure) noexcept {
  failure.index = Failure::no_item;
  const Told told{.sentence = failure.message(), .details = failure.details()};
  report({&told, 1});
}

void show_status(std::string_view line) noexcept {
  const std::lock_guard lock{terminal};
  erase_status();
  if (line.empty()) return;
  // What others print, as workers do, then begins at the line's beginning.
  std::array parts{vector_of(line.substr(0, status_bytes_max())), vector_of(erase_line), vector_of("\r")};
  static_cast<void>(write_completely(STDERR_FILENO, parts));
  shows_status = true;
}

bool has_terminal() noexcept { return ::isatty(STDERR_FILENO) == 1; }

bool can_show_status() noexcept { return has_terminal() && !is_dumb(); }

bool shows_colours() noexcept {
  const char* no_color = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && !is_dumb() && (no_color == nullptr || *no_color == '\0');
}

}  // namespace prong::cli::console
