// Starting a fresh executable from a host that may have any number of threads: clone with CLONE_VFORK, then
// nothing but system calls until exec.
#include "pool/zygote_process.hpp"

#include "limits.hpp"

#include <prong/error.hpp>

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <vector>

extern char** environ;

namespace prong::pool {

namespace {

using transport::FileDescriptor;
using transport::ZygoteDescriptors;

// What the child needs, made before the clone: the child may not allocate.
struct Launch {
  const char* executable = nullptr;
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  std::array<int, 4> descriptors{};  // in the order of ZygoteDescriptors
  int null = -1;
  char* stack = nullptr;  // for two
  // Written by the children.
  int pid = -1;
  int pidfd = -1;
  int error = 0;  // the errno of what failed
};

// The dynamic linker's knobs of the host's user do not reach into the workers: LD_PRELOAD, LD_LIBRARY_PATH, …
std::vector<char*> scrubbed_environment() {
  std::vector<char*> kept;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (!std::string_view{*entry}.starts_with("LD_")) kept.push_back(*entry);
  }
  kept.push_back(nullptr);
  return kept;
}

// Moves the four descriptors to their numbers by way of high ones, since a source may stand where a target
// goes.
bool place_descriptors(const Launch& launch) {
  std::array<int, 4> high{};
  for (std::size_t i = 0; i < high.size(); ++i) {
    high[i] = ::fcntl(launch.descriptors[i], F_DUPFD_CLOEXEC, 16);
    if (high[i] < 0) return false;
  }
  const int null = ::fcntl(launch.null, F_DUPFD_CLOEXEC, 16);
  if (null < 0 || ::dup2(null, STDIN_FILENO) < 0) return false;
  // Nothing that is printed below here may reach the host's standard output, which carries results.
  // A descriptor there that closes at exec is no standard error.
  if (::fcntl(STDERR_FILENO, F_GETFD) != 0 && ::dup2(null, STDERR_FILENO) < 0) return false;
  if (::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return false;
  for (std::size_t i = 0; i < high.size(); ++i) {
    if (::dup2(high[i], ZygoteDescriptors::socket + static_cast<int>(i)) < 0) return false;
  }
  return ::syscall(SYS_close_range, ZygoteDescriptors::first_free, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

// [after fork] Shares the host's memory until exec; the host's thread sleeps meanwhile.
int become_zygote(void* argument) {
  auto& launch = *static_cast<Launch*>(argument);
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction standard{};
    standard.sa_handler = SIG_DFL;
    ::sigaction(number, &standard, nullptr);
  }
  ::setsid();
  if (place_descriptors(launch)) {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execve(launch.executable, launch.arguments, launch.environment);
  }
  launch.error = errno;
  ::_exit(127);
}

constexpr std::size_t stack_bytes = 64 << 10;

// [after fork] The zygote's parent for a moment. A host that waits for its children, any or all, must neither
// see the zygote nor wait for it, and exec gives every child an exit signal; so the zygote is a grandchild
// that its parent leaves at once. Shares the host's descriptors, where the pidfd must appear.
int become_parent(void* argument) {
  auto& launch = *static_cast<Launch*>(argument);
  launch.pid = ::clone(become_zygote, launch.stack + stack_bytes,
                       CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &launch, &launch.pidfd);
  if (launch.pid < 0) launch.error = errno;
  ::_exit(0);
}

// Sets the launch's pid, pidfd and error.
void launch_zygote(Launch& launch) {
  void* stacks = ::mmap(nullptr, 2 * stack_bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stacks == MAP_FAILED) throw transport::system_failure("mmap of a stack");
  launch.stack = static_cast<char*>(stacks);
  // A handler of the host must not run in the children, on the host's memory.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  // Without an exit signal: only waits that ask for such children (__WCLONE) see it.
  const int parent =
      ::clone(become_parent, launch.stack + 2 * stack_bytes, CLONE_VM | CLONE_VFORK | CLONE_FILES, &launch);
  if (parent < 0) launch.error = errno;
  if (parent > 0) ::waitpid(parent, nullptr, static_cast<int>(__WCLONE));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::munmap(stacks, 2 * stack_bytes);
}

std::filesystem::path library_folder() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&default_zygote), &info) == 0) return {};
  std::error_code ignored;
  return std::filesystem::canonical(info.dli_fname, ignored).parent_path();
}

// Another process reaps the zygote, unless the host adopted it (as process 1 of a container, or a subreaper).
void reap_if_ours(const FileDescriptor& pidfd) {
  siginfo_t info{};
  ::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd.number()), &info,
           WEXITED | WNOHANG | __WALL);
}

}  // namespace

ZygoteProcess::ZygoteProcess(const std::filesystem::path& executable, const PoolMemory& memory) {
  auto [ours, theirs] = transport::make_message_sockets();
  const FileDescriptor self = transport::open_pidfd(::getpid());
  const FileDescriptor null = transport::checked(::open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null");
  const std::string path = executable.string();
  std::array<char*, 2> arguments{const_cast<char*>("prong-zygote"), nullptr};
  const auto environment = scrubbed_environment();
  Launch launch;
  launch.executable = path.c_str();
  launch.arguments = arguments.data();
  launch.environment = environment.data();
  launch.descriptors = {theirs.number(), self.number(), memory.file(Region::inputs).number(),
                        memory.file(Region::outputs).number()};
  launch.null = null.number();
  launch_zygote(launch);
  FileDescriptor pidfd{launch.pidfd};
  if (launch.error != 0) {
    throw PoolBroken{fmt::format("cannot start the zygote {}: {}", path, std::strerror(launch.error))};
  }
  pid_ = launch.pid;
  pidfd_ = std::move(pidfd);
  socket_ = std::move(ours);
}

ZygoteProcess::~ZygoteProcess() {
  if (!pidfd_) return;
  socket_.reset();
  pollfd gone{pidfd_.number(), POLLIN, 0};
  const auto milliseconds = static_cast<int>(limits::shutdown_time.count());
  if (::poll(&gone, 1, milliseconds) != 1) {
    transport::kill_process(pidfd_, SIGKILL);
    ::poll(&gone, 1, milliseconds);
  }
  reap_if_ours(pidfd_);
}

void ZygoteProcess::spawn(std::uint32_t slot, std::uint64_t life, int channel, int wake, int output) {
  transport::Message request;
  request.kind = transport::MessageKind::spawn;
  request.slot = slot;
  request.life = life;
  transport::send_message(socket_, request, std::array{channel, wake, output});
}

std::optional<transport::Received> ZygoteProcess::try_receive() {
  pollfd ready{socket_.number(), POLLIN, 0};
  if (::poll(&ready, 1, 0) != 1) return std::nullopt;
  auto received = transport::receive_message(socket_);
  if (!received) throw std::system_error{EPIPE, std::generic_category(), "the zygote is gone"};
  return received;
}

std::filesystem::path default_zygote() {
  return (library_folder() / PRONG_LIBEXEC_FROM_LIB / "prong/prong-zygote").lexically_normal();
}

}  // namespace prong::pool
