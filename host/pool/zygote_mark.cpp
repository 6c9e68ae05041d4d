// The search for a mark, through /proc.
#include "pool/zygote_mark.hpp"

#include "limits.hpp"
#include "transport/file_descriptor.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace prong::pool {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using transport::FileDescriptor;

constexpr std::string_view name = "PRONG_ZYGOTE=";
// More wait for the next round: a host has few descriptors.
constexpr std::size_t watched_max = 64;
// How long, and how often, to look again at who shows no environment: it may have none.
constexpr std::chrono::milliseconds uncertain_time{50};
constexpr std::chrono::milliseconds uncertain_pause{2};

std::uint64_t ticks_since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  const auto ticks_per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  constexpr std::uint64_t nanoseconds_per_second = 1'000'000'000;
  return static_cast<std::uint64_t>(now.tv_sec) * ticks_per_second +
         static_cast<std::uint64_t>(now.tv_nsec) * ticks_per_second / nanoseconds_per_second;
}

std::optional<int> pid_of(const fs::path& folder) {
  const std::string text = folder.filename().string();
  int pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return pid;
}

// Nothing: it may not be read, or is not there.
std::optional<std::string> content_of(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{stream}, {}};
}

struct ProcessStat {
  std::uint64_t began_at = 0;
  std::uint64_t memory = 0;  // 0: it has ended, or is the kernel's
};

// Fields 22 and 23. A program's name, which comes before, may hold blanks and parentheses.
ProcessStat stat_of(const fs::path& folder) {
  constexpr int fields_between = 19;
  const std::string text = content_of(folder / "stat").value_or("");
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream fields{text.substr(name_end + 1)};
  std::string skipped;
  for (int i = 0; i < fields_between; ++i)
    fields >> skipped;
  ProcessStat stat;
  fields >> stat.began_at >> stat.memory;
  return stat;
}

enum class Bearing : std::uint8_t { no, yes, unknown };

// Its age first, which is to be had without its memory: that of a process that hangs in the kernel may be
// locked. One that is just becoming another program has no environment for a moment.
Bearing look_at(const fs::path& folder, const std::string& text, std::uint64_t oldest) {
  const ProcessStat stat = stat_of(folder);
  if (stat.began_at < oldest || stat.memory == 0) return Bearing::no;
  const auto environment = content_of(folder / "environ");
  if (!environment) return Bearing::no;
  const auto has_it = [&](const std::string& file) { return file.find(text) != std::string::npos; };
  if (has_it(*environment) || has_it(content_of(folder / "maps").value_or(""))) return Bearing::yes;
  return environment->empty() ? Bearing::unknown : Bearing::no;
}

struct Round {
  std::vector<FileDescriptor> killed;
  bool is_certain = true;  // that there was nobody else
};

// The descriptor is opened first, and does not signal whoever has the number after its process was reaped: so
// the process that is killed is the one that was looked at.
void try_kill(Round& round, const fs::path& folder, int pid, const std::string& text, std::uint64_t oldest) {
  try {
    FileDescriptor process = transport::open_pidfd(pid);
    const Bearing bearing = look_at(folder, text, oldest);
    if (bearing == Bearing::unknown) round.is_certain = false;
    if (bearing != Bearing::yes) return;
    transport::kill_process(process, SIGKILL);
    if (round.killed.size() < watched_max) round.killed.push_back(std::move(process));
  } catch (const std::system_error&) {
    // It is gone.
  }
}

Round kill_those_of_now(const std::string& text, std::uint64_t oldest) {
  Round round;
  std::error_code error;
  for (fs::directory_iterator entry{"/proc", error}; !error && entry != fs::directory_iterator{};
       entry.increment(error)) {
    if (const auto pid = pid_of(entry->path())) try_kill(round, entry->path(), *pid, text, oldest);
  }
  return round;
}

void wait_for_ends(const std::vector<FileDescriptor>& processes, Clock::time_point deadline) {
  for (const FileDescriptor& process : processes) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd gone{process.number(), POLLIN, 0};
    ::poll(&gone, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
  }
}

}  // namespace

ZygoteMark::ZygoteMark() : variable_{name}, made_at_{ticks_since_boot()} {
  std::array<std::uint64_t, 2> random{};
  if (::getrandom(random.data(), sizeof random, 0) != sizeof random)
    throw transport::system_failure("getrandom");
  variable_ += fmt::format("{:016x}{:016x}", random[0], random[1]);
}

std::string ZygoteMark::text() const { return variable_.substr(name.size()); }

// A child that is born while we look is found by the next round: it bears the mark too.
void ZygoteMark::kill_bearers() const noexcept {
  try {
    const auto deadline = Clock::now() + limits::shutdown_time;
    auto certain_by = Clock::now() + uncertain_time;
    while (Clock::now() < deadline) {
      const Round round = kill_those_of_now(text(), made_at_);
      if (!round.killed.empty()) {
        wait_for_ends(round.killed, deadline);
        certain_by = Clock::now() + uncertain_time;
      } else if (!round.is_certain && Clock::now() < certain_by) {
        std::this_thread::sleep_for(uncertain_pause);
      } else {
        return;
      }
    }
  } catch (const std::exception&) {
    // Without memory there is no search.
  }
}

}  // namespace prong::pool
