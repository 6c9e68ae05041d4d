// ptrace, of a whole tree.
#include "traced_tree.hpp"

#include "interruptions.hpp"
#include "stepped_process.hpp"

#include <linux/close_range.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <fstream>

namespace prong::test {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int syscall_stop = SIGTRAP | 0x80;

#if defined(__x86_64__)
void set_word(int pid, std::size_t offset, std::uint64_t value) {
  ::ptrace(PTRACE_POKEUSER, pid, offset, value);
}
// No system call at all is made.
void skip_call(int pid) { set_word(pid, offsetof(user_regs_struct, orig_rax), UINT64_MAX); }
void set_result(int pid, long value) {
  set_word(pid, offsetof(user_regs_struct, rax), static_cast<std::uint64_t>(value));
}
#else
void skip_call(int) { throw CannotTrace{"the registers of this machine are not known here"}; }
void set_result(int, long) {}
#endif

int number_after(int pid, const std::string& field) {
  std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stoi(line.substr(field.size()));
  }
  return 0;
}

Role child_of(Role role) {
  return role == Role::descendant ? role : static_cast<Role>(static_cast<int>(role) + 1);
}

class MemoryFile {
 public:
  MemoryFile() : number_{::memfd_create("output", MFD_CLOEXEC)} {}
  ~MemoryFile() { ::close(number_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] std::string text() const {
    std::string text(static_cast<std::size_t>(::lseek(number_, 0, SEEK_END)), '\0');
    text.resize(static_cast<std::size_t>(::pread(number_, text.data(), text.size(), 0)));
    return text;
  }

 private:
  int number_;
};

}  // namespace

std::string_view name_of(Role role) noexcept {
  constexpr std::array<std::string_view, 5> names{"host", "launcher", "zygote", "worker", "descendant"};
  return names[static_cast<std::size_t>(role)];
}

std::string text_at(const SystemCall& call, std::size_t argument) {
  constexpr std::size_t word_bytes = sizeof(long);
  std::string text;
  while (text.size() < 8 * word_bytes && text.find('\0') == std::string::npos) {
    errno = 0;
    const long word = ::ptrace(PTRACE_PEEKDATA, call.pid, call.arguments[argument] + text.size(), nullptr);
    if (errno != 0) break;
    text.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  return text.substr(0, text.find('\0'));
}

TracedTree::TracedTree(std::vector<std::string> command, std::function<Verdict(const SystemCall&)> decide)
    : command_{std::move(command)}, decide_{std::move(decide)} {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

TreeEnd TracedTree::run(std::chrono::seconds watchdog) {
  const MemoryFile output;
  const MemoryFile errors;
  start(output.number(), errors.number());
  TreeEnd end;
  const auto deadline = Clock::now() + watchdog;
  const Interruptions interruptions;
  for (;;) {
    int status = 0;
    const int pid = ::waitpid(-1, &status, __WALL);
    if (pid > 0) {
      on_change(pid, status);
    } else if (errno == ECHILD) {
      break;
    }
    if (end.killed.empty() && Clock::now() > deadline) kill_all(end);
  }
  end.status = host_status_;
  end.output = output.text();
  end.errors = errors.text();
  return end;
}

// The program begins once it is traced.
void TracedTree::start(int output, int errors) {
  std::array<int, 2> gate{};
  if (::pipe(gate.data()) != 0) throw std::runtime_error{"pipe"};
  std::vector<char*> arguments;
  for (std::string& word : command_)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  host_ = ::fork();
  if (host_ == 0) {
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);  // whatever we were started with
    char ignored = 0;
    ::close(gate[1]);
    if (::read(gate[0], &ignored, 1) != 1) ::_exit(127);
    ::close(gate[0]);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                       PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
  const bool traced = ::ptrace(PTRACE_SEIZE, host_, nullptr, options) == 0 &&
                      ::ptrace(PTRACE_INTERRUPT, host_, nullptr, nullptr) == 0;
  const int error = errno;
  tracees_[host_] = {};
  if (traced) static_cast<void>(::write(gate[1], "", 1));
  ::close(gate[0]);
  ::close(gate[1]);
  if (traced) return;
  ::waitpid(host_, nullptr, 0);
  throw CannotTrace{std::string{"cannot trace: "} + std::strerror(error)};
}

// At the first that is heard of it, when its parent stands still, or it itself does.
void TracedTree::adopt(int pid) {
  if (tracees_.contains(pid)) return;
  const int process = number_after(pid, "Tgid:");
  if (process == 0) return;  // dead already
  if (const auto same = tracees_.find(process); same != tracees_.end()) {
    tracees_[pid] = {.role = same->second.role};
  } else {
    const auto parent = tracees_.find(number_after(pid, "PPid:"));
    tracees_[pid] = {.role = parent != tracees_.end() ? child_of(parent->second.role) : Role::descendant};
  }
}

void TracedTree::on_change(int pid, int status) {
  if (!WIFSTOPPED(status)) {
    if (pid == host_) host_status_ = status;
    tracees_.erase(pid);
    return;
  }
  adopt(pid);
  Tracee& tracee = tracees_[pid];
  const int event = status >> 16;
  const int signal = WSTOPSIG(status);
  if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
    ::ptrace(PTRACE_LISTEN, pid, nullptr, nullptr);  // as stopped as it would be without us
    return;
  }
  if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE) {
    unsigned long child = 0;
    if (::ptrace(PTRACE_GETEVENTMSG, pid, nullptr, &child) == 0) adopt(static_cast<int>(child));
  }
  if (signal == syscall_stop) on_call(pid, tracee);
  const bool is_signal = event == 0 && signal != syscall_stop;
  ::ptrace(PTRACE_SYSCALL, pid, nullptr, is_signal ? signal : 0);
}

void TracedTree::on_call(int pid, Tracee& tracee) {
  __ptrace_syscall_info info{};
  if (::ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0) return;
  if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
    if (tracee.error != 0) set_result(pid, -tracee.error);
    tracee.error = 0;
    return;
  }
  if (info.op != PTRACE_SYSCALL_INFO_ENTRY) return;
  SystemCall call{.pid = pid, .role = tracee.role, .number = info.entry.nr};
  for (std::size_t i = 0; i < call.arguments.size(); ++i)
    call.arguments[i] = info.entry.args[i];
  const Verdict verdict = decide_(call);
  if (verdict.kind == Verdict::Kind::kill_host) ::kill(host_, SIGKILL);
  if (verdict.kind != Verdict::Kind::fail) return;
  tracee.error = verdict.error;
  skip_call(pid);
}

// They are ours to reap, so that no pid can have become a stranger's.
void TracedTree::kill_all(TreeEnd& end) {
  for (const auto& [pid, tracee] : tracees_) {
    if (number_after(pid, "Tgid:") == pid) end.killed.push_back(tracee.role);
    ::kill(pid, SIGKILL);
  }
}

}  // namespace prong::test
