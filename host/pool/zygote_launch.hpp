// Making a zygote: as a fresh executable, or as a fork of this process.
#pragma once

#include "pool/zygote_mark.hpp"
#include "transport/file_descriptor.hpp"
#include "worker/loaded_plugin.hpp"

#include <filesystem>
#include <variant>

namespace prong::pool {

// Knows plugins only. Costs the same for a small and a huge host, which may have any number of threads.
struct FreshZygote {
  std::filesystem::path executable;
};

// Has all memory of this process as it is now, and its functions.
struct ForkedZygote {
  worker::FindDefined find_defined;
  bool despite_threads = false;  // of the host
};

// Where a pool's zygotes come from.
using ZygoteOrigin = std::variant<FreshZygote, ForkedZygote>;

// What the zygote gets at the numbers of transport::ZygoteDescriptors; borrowed.
struct ZygoteInheritance {
  int socket = -1;
  int host = -1;
  int inputs = -1;
  int outputs = -1;
  int orders = -1;
  int ruleset = -1;  // -1: none
};

struct LaunchedZygote {
  int pid = 0;
  transport::FileDescriptor pidfd;
};

// The zygote is nobody's child here: neither a wait of the host nor SIGCHLD tells of it. Throws PoolBroken
// with the reason when there can be none, UsageError when the host has threads and may not fork. It bears
// the mark. [any thread] [blocks] while it is made
[[nodiscard]] LaunchedZygote launch_zygote(const ZygoteOrigin& origin, const ZygoteInheritance& inheritance,
                                           const ZygoteMark& mark);

// libexec/prong/prong-zygote, found from where libprong lies.
[[nodiscard]] std::filesystem::path default_zygote();

}  // namespace prong::pool
