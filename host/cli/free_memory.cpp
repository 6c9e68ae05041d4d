// Numbers in files, by proc(5) and the kernel's documentation of both versions of control groups.
#include "cli/free_memory.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

namespace prong::cli {

namespace {

namespace fs = std::filesystem;

// One version's names.
struct Names {
  const char* most;
  const char* used;
  std::array<std::string_view, 2> of_files;  // in memory.stat, of the group and those in it
};
constexpr Names version_1{
    "memory.limit_in_bytes", "memory.usage_in_bytes", {"total_active_file", "total_inactive_file"}};
constexpr Names version_2{"memory.max", "memory.current", {"active_file", "inactive_file"}};

// "max" of version 2 is no number, and no bound.
std::optional<std::uint64_t> number_in(const fs::path& file) {
  std::ifstream content{file};
  std::uint64_t number = 0;
  return content >> number ? std::optional{number} : std::nullopt;
}

std::uint64_t sum_of(std::span<const std::string_view> wanted, const fs::path& file) {
  std::uint64_t sum = 0;
  std::ifstream lines{file};
  std::string name;
  for (std::uint64_t value = 0; lines >> name >> value;)
    sum += std::ranges::find(wanted, name) == wanted.end() ? 0 : value;
  return sum;
}

std::optional<std::uint64_t> left_of_system(const fs::path& file) {
  std::ifstream lines{file};
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view name = "MemAvailable:";
    if (line.starts_with(name)) return std::strtoull(line.c_str() + name.size(), nullptr, 10) * 1024;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> least(std::optional<std::uint64_t> one, std::optional<std::uint64_t> other) {
  if (!one || !other) return one ? one : other;
  return std::min(*one, *other);
}

// Copies of files in memory are the group's, and go when it needs the room: a group that has read much stands
// at its limit, and has memory all the same.
std::optional<std::uint64_t> left_of_group(const fs::path& group, const Names& names) {
  const auto most = number_in(group / names.most);
  const auto used = number_in(group / names.used);
  if (!most || !used) return std::nullopt;
  const std::uint64_t of_files = sum_of(names.of_files, group / "memory.stat");
  const std::uint64_t bound = *used - std::min(*used, of_files);
  return *most - std::min(*most, bound);
}

// A line of /proc/self/cgroup: "4:memory:/path" of version 1, "0::/path" of version 2 (cgroups(7)). Inside a
// container the path may be the outside's, and the group's files lie at the top.
std::optional<std::uint64_t> left_by(std::string_view line, const fs::path& tree) {
  const std::size_t first = line.find(':');
  const std::size_t second = line.find(':', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const std::string_view controllers = line.substr(first + 1, second - first - 1);
  const bool is_version_2 = controllers.empty();
  if (!is_version_2 && controllers != "memory") return std::nullopt;
  const fs::path top = is_version_2 ? tree : tree / "memory";
  const Names& names = is_version_2 ? version_2 : version_1;
  std::optional<std::uint64_t> left;
  for (fs::path group = fs::path{line.substr(second + 1)}.relative_path();; group = group.parent_path()) {
    left = least(left, left_of_group(top / group, names));
    if (group.empty()) return left;
  }
}

}  // namespace

std::optional<std::uint64_t> free_memory(const MemoryFiles& files) {
  auto left = left_of_system(files.system);
  std::ifstream groups{files.groups};
  for (std::string line; std::getline(groups, line);)
    left = least(left, left_by(line, files.group_tree));
  return left;
}

}  // namespace prong::cli
