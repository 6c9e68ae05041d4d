// Counters in files of lines "name number".
#include "pool/memory_kills.hpp"

#include "limits.hpp"

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

namespace prong::pool {

namespace {

namespace fs = std::filesystem;

std::optional<std::uint64_t> oom_kills(const fs::path& file) {
  std::ifstream lines{file};
  for (std::string name, value; lines >> name >> value;) {
    if (name == "oom_kill") return std::strtoull(value.c_str(), nullptr, 10);
  }
  return std::nullopt;
}

// A line of /proc/self/cgroup: "4:memory:/path" of version 1, "0::/path" of version 2 (cgroups(7)). Inside a
// container the path may be the outside's, and the group's files lie at the top.
fs::path counter_of(std::string_view line) {
  const std::size_t first = line.find(':');
  const std::size_t second = line.find(':', first + 1);
  if (second == std::string_view::npos) return {};
  const std::string_view controllers = line.substr(first + 1, second - first - 1);
  const bool is_version_2 = controllers.empty();
  if (!is_version_2 && controllers != "memory") return {};
  const fs::path top = is_version_2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
  const char* name = is_version_2 ? "memory.events" : "memory.oom_control";
  for (const fs::path& group : {top / fs::path{line.substr(second + 1)}.relative_path(), top}) {
    if (oom_kills(group / name)) return group / name;
  }
  return {};
}

}  // namespace

MemoryCounters own_memory_counters() {
  MemoryCounters counters;
  std::ifstream groups{"/proc/self/cgroup"};
  for (std::string line; counters.group.empty() && std::getline(groups, line);)
    counters.group = counter_of(line);
  return counters;
}

MemoryKills::MemoryKills(MemoryCounters counters)
    : group_{.file = std::move(counters.group)}, system_{.file = std::move(counters.system)} {
  for (Counter* counter : {&group_, &system_})
    counter->seen = oom_kills(counter->file);
}

bool MemoryKills::take_kill(Counter& counter) {
  const auto time = Clock::now();
  const auto now = oom_kills(counter.file);
  const auto before = std::exchange(counter.seen, now);
  if (time - counter.rose_at > limits::memory_kill_time) counter.untold = 0;
  if (now && before && *now > *before) {
    counter.untold += *now - *before;
    counter.rose_at = time;
  }
  if (counter.untold == 0) return false;
  --counter.untold;
  return true;
}

OutOfMemory MemoryKills::look() {
  const bool in_group = take_kill(group_);
  const bool anywhere = take_kill(system_);
  if (in_group) return OutOfMemory::certain;
  return anywhere ? OutOfMemory::probable : OutOfMemory::no;
}

}  // namespace prong::pool
