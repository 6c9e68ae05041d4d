// Orders into a memfd, paths into a ruleset.
#include "sandbox/plan.hpp"

#include "sandbox/landlock.hpp"
#include "sandbox/system_calls.hpp"
#include "sandbox/system_folders.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <system_error>

namespace prong::sandbox {

namespace {

namespace fs = std::filesystem;
using transport::FileDescriptor;

void write_all(const FileDescriptor& file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw transport::system_failure("write of a sandbox's orders");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

FileDescriptor make_orders(const Orders& orders, const std::vector<sock_filter>& filter) {
  FileDescriptor file =
      transport::checked(::memfd_create("prong-sandbox", MFD_CLOEXEC | MFD_ALLOW_SEALING), "memfd_create");
  write_all(file, std::as_bytes(std::span{&orders, 1}));
  write_all(file, std::as_bytes(std::span{filter}));
  if (::fcntl(file.number(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
    throw transport::system_failure("sealing a memfd");
  }
  return file;
}

// A symbolic link in a plugin folder leads to a plugin elsewhere: that file alone can be read too.
void allow_plugins(Ruleset& rules, const fs::path& folder) {
  if (!rules.allow_reading(folder)) return;
  std::error_code error;
  for (fs::directory_iterator entry{folder, error}; !error && entry != fs::directory_iterator{};
       entry.increment(error)) {
    if (entry->path().extension() != ".so" || !entry->is_symlink(error)) continue;
    const fs::path target = fs::canonical(entry->path(), error);
    if (!error) static_cast<void>(rules.allow_reading(target));
  }
}

FileDescriptor make_ruleset(const Policy& policy) {
  if (landlock_version() == 0) {
    throw Unavailable{
        "this system has no Landlock (Linux 5.13 and later, unless it was left out or a container forbids "
        "it), "
        "so nothing can keep a worker from files"};
  }
  Ruleset rules;
  for (const fs::path& folder : policy.plugins)
    allow_plugins(rules, folder);
  for (const fs::path& folder : system_folders())
    static_cast<void>(rules.allow_reading(folder));
  // Not /dev/zero: mapped to be shared, it is memory that no limit counts.
  for (const char* device : {"/dev/random", "/dev/urandom"})
    static_cast<void>(rules.allow_reading(device));
  static_cast<void>(rules.allow_reading_and_writing("/dev/null"));
  for (const fs::path& readable : policy.readable) {
    if (!rules.allow_reading(readable)) {
      throw NothingToRead{fmt::format("workers cannot be allowed to read '{}': {}", readable.string(),
                                      std::system_category().message(errno))};
    }
  }
  return rules.take();
}

// A filter of system calls around us may let the version be asked, and no more.
FileDescriptor make_supported_ruleset(const Policy& policy) {
  try {
    return make_ruleset(policy);
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::function_not_supported &&
        error.code() != std::errc::operation_not_supported)
      throw;
    throw Unavailable{fmt::format("this system's Landlock cannot be used: {}", error.what())};
  }
}

}  // namespace

Plan make_plan(const Policy& policy) {
  Orders orders{.level = static_cast<std::uint64_t>(policy.level), .cores = policy.cores};
  std::vector<sock_filter> filter;
  Plan plan;
  if (policy.level != Sandbox::none) {
    orders.descriptors_max = policy.descriptors_max;
    orders.memory_max = policy.memory_max.value_or(Orders::no_bound);
  }
  if (policy.level == Sandbox::strict) {
    plan.ruleset = make_supported_ruleset(policy);
    filter = make_filter();
  }
  orders.filter_count = filter.size();
  plan.orders = make_orders(orders, filter);
  return plan;
}

}  // namespace prong::sandbox
