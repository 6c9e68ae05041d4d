// The worker process, from its first instruction after fork to _exit. docs/architecture.md tells what it may
// do.
#pragma once

#include "sandbox/enclosure.hpp"
#include "transport/file_descriptor.hpp"
#include "worker/loaded_plugin.hpp"

namespace prong::worker {

// The exit codes of a worker that cannot go on for a reason of its own, and of one whose sandbox cannot be
// had.
inline constexpr int exit_unable = 121;
inline constexpr int exit_unsandboxed = 123;

struct WorkerStart {
  transport::FileDescriptor channel;  // the memfd of transport/channel.hpp
  transport::FileDescriptor wake;     // the eventfd that the host polls
  transport::FileDescriptor output;   // the pipe for what is printed
  transport::FileDescriptor inputs;
  transport::FileDescriptor outputs;
  sandbox::Enclosure& enclosure;
  FindDefined find_defined;
};

// Does once what each worker would do again, since it inherits it. Throws std::bad_alloc. [zygote]
void prepare();

// Serves tasks until it is killed. Closes the memfds once they are mapped. Leaves by _exit alone, also when a
// plugin calls exit().
[[noreturn]] void serve(WorkerStart start) noexcept;

}  // namespace prong::worker
