// Cores by core(5).
#include "pool/core_files.hpp"

#include "transport/channel.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string>
#include <system_error>

namespace prong::pool {

namespace {

namespace fs = std::filesystem;

// A name alone makes a file in the current folder of the process that dies; anything else goes elsewhere.
std::string core_pattern() {
  std::ifstream file{"/proc/sys/kernel/core_pattern"};
  std::string pattern;
  return std::getline(file, pattern) ? pattern : "core";
}

// An error number, or 0. Tried, since permissions say little: root has them in /proc, and on disks that are
// read-only.
int failure_to_make_folder(const fs::path& where) {
  std::string name = where / "prong-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) return errno;
  ::rmdir(name.c_str());
  return 0;
}

}  // namespace

fs::path checked_core_directory(const fs::path& directory) {
  if (directory.empty()) return {};
  const auto wrong = [&](const std::string& why) {
    return UsageError{WrongOption{.name = "core_directory", .value = directory.native(), .reason = why}};
  };
  std::error_code error;
  fs::path absolute = fs::canonical(directory, error);
  if (error || !fs::is_directory(absolute, error)) throw wrong("there is no such folder; make it first");
  if (const int failed = failure_to_make_folder(absolute); failed != 0) {
    throw wrong(fmt::format("no folder can be made there, as each worker needs one: {}",
                            std::generic_category().message(failed)));
  }
  if (absolute.native().size() >= transport::core_directory_bytes) throw wrong("the path is too long");
  rlimit limit{};
  if (::getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0)
    throw wrong("core dumps are limited to 0 bytes (ulimit -Hc); raise that first");
  const std::string pattern = core_pattern();
  if (pattern.empty() || pattern.find_first_of("|/@") != std::string::npos) {
    throw wrong(
        fmt::format("this system sends all core dumps to '{}'; look there (coredumpctl), or set "
                    "/proc/sys/kernel/core_pattern to a plain name",
                    pattern));
  }
  return absolute;
}

fs::path collect_core(const fs::path& directory, int pid) {
  const fs::path place = directory / fmt::format("prong-{}", pid);
  const fs::path core = directory / fmt::format("core.{}", pid);
  std::error_code error;
  fs::path found;
  for (const auto& entry : fs::directory_iterator{place, error}) {
    if (!entry.is_regular_file(error)) continue;
    fs::rename(entry.path(), core, error);
    if (!error) found = core;
  }
  fs::remove(place, error);
  return found;
}

}  // namespace prong::pool
