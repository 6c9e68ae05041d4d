// Crash reports as lines.
#include "names/printable.hpp"

#include <prong/outcome.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace prong {

namespace {

// Innermost calls tell the most; recursion without end would fill the screen.
constexpr std::size_t shown_frames_max = 16;

bool is_same_place(const Frame& one, const Frame& other) {
  return one.file == other.file && one.offset == other.offset;
}

// The calls, and how often a run of equal ones goes on.
void append_frames(const std::vector<Frame>& frames, std::vector<std::string>& lines) {
  std::size_t shown = 0;
  std::size_t at = 0;
  while (at < frames.size() && shown < shown_frames_max) {
    std::size_t end = at + 1;
    while (end < frames.size() && is_same_place(frames[end], frames[at]))
      ++end;
    const std::size_t times = end - at;
    lines.push_back(fmt::format("#{} {}{}", at, frames[at].to_string(),
                                times == 1 ? "" : fmt::format(", {} times", times)));
    at = end;
    ++shown;
  }
  if (at < frames.size()) lines.push_back(fmt::format("… and {} calls more", frames.size() - at));
}

}  // namespace

std::string Frame::to_string() const {
  const std::string name = file.substr(file.rfind('/') + 1);
  if (function.empty())
    return name.empty() ? fmt::format("{:#x}", address) : names::shown(fmt::format("{}+{:#x}", name, offset));
  if (source.empty()) return fmt::format("{} in {}", names::shown(function), names::shown(name));
  return fmt::format("{} at {}:{}", names::shown(function),
                     names::shown(source.substr(source.rfind('/') + 1)), line);
}

std::vector<std::string> Failure::details() const {
  std::vector<std::string> lines;
  if (crash == nullptr) return lines;
  if (!crash->input.empty())
    lines.push_back(
        fmt::format("input: {}{}", names::printable(crash->input), crash->is_input_cut ? "…" : ""));
  append_frames(crash->frames, lines);
  if (crash->peak_memory != 0)
    lines.push_back(fmt::format("peak memory: {:.1f} MB", static_cast<double>(crash->peak_memory) / 1e6));
  if (!crash->core.empty()) lines.push_back("core dump: " + names::printable(crash->core.native()));
  return lines;
}

}  // namespace prong
