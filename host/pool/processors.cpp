// sched_getaffinity, cpu.max and cpu.cfs_quota_us.
#include "pool/processors.hpp"

#include "limits.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>

namespace prong::pool {

namespace {

unsigned affinity() {
  cpu_set_t set;
  CPU_ZERO(&set);
  // More than 1024 processors: the call fails, and the quota alone decides.
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return std::numeric_limits<unsigned>::max();
  return static_cast<unsigned>(CPU_COUNT(&set));
}

std::optional<double> read_number(const std::string& file) {
  std::ifstream in{file};
  double number = 0;
  if (in >> number) return number;
  return std::nullopt;
}

// "max 100000", or "150000 100000": microseconds of time in a period.
std::optional<double> quota_v2(const std::string& group) {
  std::ifstream in{group + "/cpu.max"};
  double quota = 0;
  double period = 0;
  if (in >> quota >> period && quota > 0 && period > 0) return quota / period;
  return std::nullopt;
}

std::optional<double> quota_v1(const std::string& group) {
  const auto quota = read_number(group + "/cpu.cfs_quota_us");
  const auto period = read_number(group + "/cpu.cfs_period_us");
  if (quota && period && *quota > 0 && *period > 0) return *quota / *period;
  return std::nullopt;
}

// Of the group "/a/b" below `root` and all those above it. (Strings: a std::filesystem::path of libstdc++ 12
// frees what it does not own when there is no memory to append to it.)
template <class Quota>
double lowest(const std::string& root, std::string group, const Quota& quota) {
  double low = std::numeric_limits<double>::infinity();
  for (;;) {
    if (const auto one = quota(root + group)) low = std::min(low, *one);
    if (group.empty()) return low;
    group.resize(std::min(group.rfind('/'), group.size() - 1));
  }
}

// Lines of /proc/self/cgroup: "0::/path" for version 2, "4:cpu,cpuacct:/path" for version 1.
double lowest_quota() {
  double low = std::numeric_limits<double>::infinity();
  std::ifstream groups{"/proc/self/cgroup"};
  for (std::string line; std::getline(groups, line);) {
    std::istringstream in{line};
    std::string number;
    std::string controllers;
    std::string path;
    if (!std::getline(in, number, ':') || !std::getline(in, controllers, ':') || !std::getline(in, path))
      continue;
    if (controllers.empty()) {
      for (const char* root : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
        low = std::min(low, lowest(root, path, quota_v2));
      }
    } else if ((',' + controllers + ',').find(",cpu,") != std::string::npos) {
      for (const std::string& root : {"/sys/fs/cgroup/" + controllers, std::string{"/sys/fs/cgroup/cpu"}}) {
        low = std::min(low, lowest(root, path, quota_v1));
      }
    }
  }
  return low;
}

}  // namespace

unsigned usable_processors() {
  const double quota = std::ceil(std::min(lowest_quota(), 1e6));
  return std::max(1U, std::min(affinity(), static_cast<unsigned>(quota)));
}

unsigned checked_workers(unsigned wanted) {
  if (wanted > limits::workers_max) {
    throw UsageError{WrongOption{.name = "workers",
                                 .value = std::to_string(wanted),
                                 .reason = fmt::format("at most {} are possible", limits::workers_max)}};
  }
  return wanted != 0 ? wanted : std::min(usable_processors(), limits::workers_max);
}

std::uint32_t spin_micros(unsigned workers) {
  if (workers > usable_processors()) return 0;
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(limits::spin_time).count();
  return static_cast<std::uint32_t>(micros);
}

}  // namespace prong::pool
