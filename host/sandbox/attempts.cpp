// A function each. An attempt that failed with the error of a sandbox was prevented.
#include "sandbox/attempts.hpp"

#include "limits.hpp"
#include "transport/shared_memory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

namespace prong::sandbox {

namespace {

struct Answer {
  bool in_force = false;
  std::string detail;
};

// The name of a call and what it returned; it failed with what a sandbox says, or not. What is not there (a
// system without /proc) says nothing, so long as something else was denied.
class Tries {
 public:
  void add(std::string_view name, long result) {
    const int error = result < 0 ? errno : 0;
    const bool denied = error == EPERM || error == EACCES;
    is_denied_ = is_denied_ || denied;
    others_absent_ = others_absent_ && (denied || error == ENOENT);
    text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", name,
                         error == 0 ? "works" : ::strerrorname_np(error));
  }
  [[nodiscard]] Answer answer() const { return {is_denied_ && others_absent_, text_}; }

 private:
  bool is_denied_ = false;
  bool others_absent_ = true;
  std::string text_;
};

Answer open_descriptors(const Subject&) {
  constexpr int looked_at = 4096;
  constexpr int own = 6;  // the standard ones, the one that wakes the host, two to count threads and timers
  int open = 0;
  for (int number = 0; number < looked_at; ++number)
    open += ::fcntl(number, F_GETFD) >= 0 ? 1 : 0;
  return {open <= own, fmt::format("{} are open", open)};
}

Answer signals_untouched(const Subject&) {
  sigset_t blocked;
  ::sigprocmask(SIG_BLOCK, nullptr, &blocked);
  int count = 0;
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action{};
    const bool ignored = ::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
    count += ignored || ::sigismember(&blocked, number) == 1 ? 1 : 0;
  }
  return {count == 0, fmt::format("{} are blocked or ignored", count)};
}

Answer core_files(const Subject&) {
  rlimit limit{};
  ::getrlimit(RLIMIT_CORE, &limit);
  return {limit.rlim_cur <= 1, fmt::format("at most {} bytes", limit.rlim_cur)};
}

Answer first_victim(const Subject& subject) {
  const bool is_first = subject.enclosure.is_first_victim();
  return {is_first, is_first ? "oom_score_adj is 1000" : "oom_score_adj cannot be set"};
}

// A little more than there is: the bound is on top of what the worker began with, which includes its stack.
Answer memory(const Subject& subject) {
  const std::uint64_t most = subject.enclosure.orders().memory_max;
  if (most == Orders::no_bound) return {false, "no bound was asked for"};
  const std::size_t size = most + limits::sandbox_memory_least;
  void* place =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  const std::string_view result = place == MAP_FAILED ? ::strerrorname_np(errno) : "works";
  if (place != MAP_FAILED) ::munmap(place, size);
  return {place == MAP_FAILED, fmt::format("mmap of {} bytes: {}", size, result)};
}

Answer many_descriptors(const Subject& subject) {
  const std::uint64_t most = subject.enclosure.orders().descriptors_max;
  if (most == Orders::no_bound) return {false, "no bound was asked for"};
  const transport::FileDescriptor copy{::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, static_cast<int>(most))};
  return {!copy, fmt::format("a descriptor above {}: {}", most, copy ? "works" : ::strerrorname_np(errno))};
}

// That it cannot be lifted again: to use it up would be a crash.
Answer stack(const Subject& subject) {
  if (subject.enclosure.level() == Sandbox::none) return {false, "no bound was asked for"};
  rlimit limit{};
  ::getrlimit(RLIMIT_STACK, &limit);
  const bool bounded = limit.rlim_max <= limits::sandbox_stack_bytes;
  return {bounded, fmt::format("at most {} bytes, for good", limit.rlim_max)};
}

Answer privileges(const Subject&) {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> held{};
  ::syscall(SYS_capget, &header, held.data());
  const bool none = held[0].permitted == 0 && held[1].permitted == 0;
  const bool no_new = ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
  return {none && no_new,
          fmt::format("{} capabilities, {} new ones", none ? "no" : "some", no_new ? "never" : "perhaps")};
}

Answer reading(const Subject&) {
  Tries tries;
  for (const char* path : {"/etc/passwd", "/proc/self/maps", "/"}) {
    const transport::FileDescriptor file{::open(path, O_RDONLY | O_CLOEXEC)};
    tries.add(path, file.number());
  }
  return tries.answer();
}

Answer writing(const Subject&) {
  Tries tries;
  for (const char* folder : {"/tmp", "/var/tmp", "/dev/shm"}) {
    const transport::FileDescriptor file{::open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
    tries.add(folder, file.number());
  }
  return tries.answer();
}

// Not by fork(), which runs what plugins have registered for it.
Answer processes(const Subject&) {
  Tries tries;
  const long child = ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (child == 0) ::_exit(0);
  tries.add("clone", child);
  if (child > 0) ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return tries.answer();
}

Answer programs(const Subject&) {
  Tries tries;
  tries.add("execve of a file that is not there", ::syscall(SYS_execve, "/dev/null/none", nullptr, nullptr));
  return tries.answer();
}

Answer network(const Subject&) {
  Tries tries;
  for (const auto& [name, family] :
       {std::pair{"AF_INET", AF_INET}, {"AF_UNIX", AF_UNIX}, {"AF_NETLINK", AF_NETLINK}}) {
    const transport::FileDescriptor socket{::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    tries.add(name, socket.number());
  }
  return tries.answer();
}

// Signal 0 is a question.
Answer signals_to_others(const Subject&) {
  Tries tries;
  tries.add("kill of the parent", ::syscall(SYS_kill, ::getppid(), 0));
  tries.add("of all", ::syscall(SYS_kill, -1, 0));
  tries.add("rt_sigqueueinfo", ::syscall(SYS_rt_sigqueueinfo, ::getppid(), 0, nullptr));
  return tries.answer();
}

Answer memory_of_others(const Subject&) {
  Tries tries;
  char byte = 0;
  const iovec here{&byte, 1};
  tries.add("process_vm_readv", ::process_vm_readv(::getppid(), &here, 1, &here, 1, 0));
  const transport::FileDescriptor memory{::open("/proc/1/mem", O_RDONLY | O_CLOEXEC)};
  tries.add("/proc/1/mem", memory.number());
  return tries.answer();
}

// With arguments that make no sense.
Answer kernel_interfaces(const Subject&) {
  Tries tries;
  tries.add("bpf", ::syscall(SYS_bpf, -1, nullptr, 0));
  tries.add("io_uring_setup", ::syscall(SYS_io_uring_setup, 0, nullptr));
  tries.add("userfaultfd", ::syscall(SYS_userfaultfd, -1));
  tries.add("perf_event_open", ::syscall(SYS_perf_event_open, nullptr, 0, -1, -1, -1));
  tries.add("keyctl", ::syscall(SYS_keyctl, -1, 0, 0, 0, 0));
  tries.add("unshare", ::syscall(SYS_unshare, -1));
  tries.add("mount", ::syscall(SYS_mount, nullptr, nullptr, nullptr, 0, nullptr));
  return tries.answer();
}

Answer shared_memory(const Subject&) {
  Tries tries;
  const transport::FileDescriptor file{
      static_cast<int>(::syscall(SYS_memfd_create, "prong-attempt", MFD_CLOEXEC))};
  tries.add("memfd_create", file.number());
  void* place = ::mmap(nullptr, 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  tries.add("mmap", place == MAP_FAILED ? -1 : 0);
  if (place != MAP_FAILED) ::munmap(place, 1);
  return tries.answer();
}

Answer results_of_others(const Subject& subject) {
  Tries tries;
  const std::size_t page = transport::page_size();
  const int result = ::mprotect(subject.outputs, page, PROT_READ | PROT_WRITE);
  tries.add("mprotect of the pool's results", result);
  if (result == 0) ::mprotect(subject.outputs, page, PROT_NONE);
  return tries.answer();
}

struct Attempt {
  const char* name;
  Answer (*run)(const Subject& subject);
};
constexpr Attempt attempts[] = {{"open-descriptors", open_descriptors},
                                {"signal-state", signals_untouched},
                                {"core-files", core_files},
                                {"first-victim", first_victim},
                                {"memory", memory},
                                {"stack", stack},
                                {"descriptors", many_descriptors},
                                {"privileges", privileges},
                                {"reading-files", reading},
                                {"writing-files", writing},
                                {"processes", processes},
                                {"programs", programs},
                                {"network", network},
                                {"signals-to-others", signals_to_others},
                                {"memory-of-others", memory_of_others},
                                {"shared-memory", shared_memory},
                                {"kernel-interfaces", kernel_interfaces},
                                {"results-of-others", results_of_others}};

}  // namespace

std::vector<SandboxLayer> try_everything(const Subject& subject) {
  std::vector<SandboxLayer> layers;
  for (const Attempt& attempt : attempts) {
    Answer answer = attempt.run(subject);
    layers.push_back({attempt.name, answer.in_force, std::move(answer.detail)});
  }
  return layers;
}

std::string to_lines(const std::vector<SandboxLayer>& layers) {
  std::string lines;
  for (const SandboxLayer& layer : layers)
    lines += fmt::format("{}\t{}\t{}\n", layer.name, layer.in_force ? 1 : 0, layer.detail);
  return lines;
}

std::vector<SandboxLayer> from_lines(std::string_view lines) {
  std::vector<SandboxLayer> layers;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const std::size_t name = line.find('\t');
    if (name == std::string_view::npos || line.size() < name + 3) continue;
    layers.push_back(
        {std::string{line.substr(0, name)}, line[name + 1] == '1', std::string{line.substr(name + 3)}});
  }
  return layers;
}

}  // namespace prong::sandbox
