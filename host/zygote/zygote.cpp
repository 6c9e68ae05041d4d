// The zygote's loop. One thread, no plugin code, nothing that grows with use.
#include "zygote/zygote.hpp"

#include "transport/fault_point.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <map>

namespace prong::zygote {

namespace {

using transport::checked;
using transport::FileDescriptor;
using transport::Message;
using transport::MessageKind;
using transport::ZygoteDescriptors;

constexpr int exit_unable = 122;

struct Child {
  std::uint32_t slot;
  std::uint64_t life;
};

class Zygote {
 public:
  explicit Zygote(const worker::FindDefined& find_defined)
      : find_defined_{find_defined},
        socket_{ZygoteDescriptors::socket},
        host_{ZygoteDescriptors::host},
        inputs_{ZygoteDescriptors::inputs},
        outputs_{ZygoteDescriptors::outputs},
        enclosure_{FileDescriptor{ZygoteDescriptors::orders}, FileDescriptor{ZygoteDescriptors::ruleset}} {
    for (const int own : {ZygoteDescriptors::socket, ZygoteDescriptors::host, ZygoteDescriptors::inputs,
                          ZygoteDescriptors::outputs, ZygoteDescriptors::ruleset}) {
      ::fcntl(own, F_SETFD, FD_CLOEXEC);
    }
    // Orphans of dead workers become ours, so that the end of the pool finds them.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    worker::prepare();
    sigset_t child_signal;
    ::sigemptyset(&child_signal);
    ::sigaddset(&child_signal, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &child_signal, &usual_signals_);
    deaths_ = checked(::signalfd(-1, &child_signal, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
  }

  // The host's pidfd, not the socket's end alone: another child of the host may hold the other end open.
  void serve() {
    std::array<pollfd, 3> watched{{{socket_.number(), POLLIN, 0},  //
                                   {host_.number(), POLLIN, 0},
                                   {deaths_.number(), POLLIN, 0}}};
    while (::poll(watched.data(), watched.size(), -1) >= 0 || errno == EINTR) {
      if (watched[1].revents != 0) return;
      if (watched[2].revents != 0) {
        signalfd_siginfo ignored;
        while (::read(deaths_.number(), &ignored, sizeof ignored) > 0) {
        }
        reap();
      }
      if (watched[0].revents != 0 && !answer()) return;
      if (!is_heard_) return;
    }
  }

  // Kills what is ours until nothing is: a dying process's children become ours, and are found by the next
  // round. Our children's pids cannot be reused before we reap them, so they are safe to open.
  void kill_all() {
    reach(transport::FaultPoint::shutdown);
    for (;;) {
      std::vector<int> pids = children();
      for (const auto& [pid, child] : children_)
        pids.push_back(pid);  // where there is no /proc
      for (const int pid : pids) {
        try {
          transport::kill_process(transport::open_pidfd(pid), SIGKILL);
        } catch (const std::system_error&) {
          // It is dead, or we have no descriptor left; the next round tries again.
        }
      }
      siginfo_t info{};
      if (::waitid(P_ALL, 0, &info, WEXITED) != 0 && errno == ECHILD) return;
      if (!is_stopped(info)) children_.erase(info.si_pid);
    }
  }

  // To a host that waits for it.
  void say_farewell() { send(farewell(), {}); }

 private:
  // False at the end of the stream.
  bool answer() {
    auto request = transport::receive_message(socket_);
    if (!request) return false;
    if (request->message.kind == MessageKind::ping) send({.kind = MessageKind::pong}, {});
    if (request->message.kind == MessageKind::spawn && request->descriptors.size() == 3) spawn(*request);
    return true;
  }

  void spawn(transport::Received& request) {
    Message reply = request.message;
    const int own_pid = ::getpid();
    const int pid = ::fork();
    if (pid == 0) become_worker(own_pid, request);
    if (pid < 0) {
      reply.kind = MessageKind::no_spawn;
      reply.status = errno;
      return send(reply, {});
    }
    reach(transport::FaultPoint::mid_fork);
    children_[pid] = {reply.slot, reply.life};
    reply.kind = MessageKind::spawned;
    reply.pid = pid;
    const FileDescriptor pidfd = transport::open_pidfd(pid);
    send(reply, std::array{pidfd.number()});
  }

  // What a worker inherits: default signals, its own descriptors, nothing of the zygote's.
  [[noreturn]] void become_worker(int zygote, transport::Received& request) {
    // The zygote may have died between fork and this call; then nobody would ever kill us.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != zygote) ::_exit(exit_unable);
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
    ::setpgid(0, 0);  // a plugin's kill(0, …) is for itself
    ::sigprocmask(SIG_SETMASK, &usual_signals_, nullptr);
    seed_generators();
    socket_.reset();
    host_.reset();
    deaths_.reset();
    worker::serve({.channel = std::move(request.descriptors[0]),
                   .wake = std::move(request.descriptors[1]),
                   .output = std::move(request.descriptors[2]),
                   .inputs = std::move(inputs_),
                   .outputs = std::move(outputs_),
                   .enclosure = enclosure_,
                   .find_defined = find_defined_});
  }

  // Those of the C library: all workers would draw the same numbers from the zygote's.
  static void seed_generators() noexcept {
    std::array<unsigned, 2> seeds{};
    static_cast<void>(::getrandom(seeds.data(), sizeof seeds, GRND_NONBLOCK));
    ::srand(seeds[0] ^ static_cast<unsigned>(::getpid()));
    ::srand48(seeds[1] ^ static_cast<unsigned>(::getpid()));
  }

  // A child that asked to be traced stops at each signal, and that is told as a death would be.
  static bool is_stopped(const siginfo_t& info) noexcept {
    return info.si_code == CLD_TRAPPED || info.si_code == CLD_STOPPED;
  }

  // As the signal that it stopped at would have ended it: its death is told once it comes.
  static void let_go(const siginfo_t& stopped) noexcept {
    ::ptrace(PTRACE_DETACH, stopped.si_pid, nullptr, stopped.si_status);
  }

  void reap() {
    for (;;) {
      siginfo_t info{};
      rusage usage{};
      // The system call: glibc's function has no place for the usage, and wait4 none for a core's being made.
      if (::syscall(SYS_waitid, P_ALL, 0, &info, WEXITED | WNOHANG, &usage) != 0 || info.si_pid == 0) return;
      if (is_stopped(info)) {
        let_go(info);
        continue;
      }
      const auto child = children_.find(info.si_pid);
      if (child == children_.end()) continue;  // an orphan that a worker left
      reach(transport::FaultPoint::mid_reap);
      const Message death{.kind = MessageKind::died,
                          .slot = child->second.slot,
                          .life = child->second.life,
                          .pid = info.si_pid,
                          .code = info.si_code,
                          .status = info.si_status,
                          .peak_kib = static_cast<std::uint32_t>(usage.ru_maxrss)};
      children_.erase(child);
      send(death, {});
    }
  }

  // A host that was not told would wait for it. It knows what to do about a zygote that is gone.
  void send(const Message& message, std::span<const int> descriptors) {
    try {
      transport::send_message(socket_, message, descriptors);
    } catch (const std::system_error&) {
      is_heard_ = false;
    }
  }

  static std::vector<int> children() {
    std::vector<int> pids;
    std::FILE* list = std::fopen("/proc/thread-self/children", "re");
    for (int pid = 0; list != nullptr && std::fscanf(list, "%d", &pid) == 1;)
      pids.push_back(pid);
    if (list != nullptr) std::fclose(list);
    return pids;
  }

  const worker::FindDefined& find_defined_;
  FileDescriptor socket_;
  FileDescriptor host_;
  FileDescriptor inputs_;
  FileDescriptor outputs_;
  sandbox::Enclosure enclosure_;
  FileDescriptor deaths_;
  sigset_t usual_signals_{};
  std::map<int, Child> children_;  // workers alive, by pid
  bool is_heard_ = true;           // the host has been told all there was to tell
};

void complain(const std::exception& error) noexcept {
  ::dprintf(STDERR_FILENO, "prong: the zygote cannot go on: %s\n", error.what());
}

// Workers would die with the zygote, but not what they have started.
int serve_and_tell(Zygote& zygote) {
  try {
    zygote.serve();
    return 0;
  } catch (const std::exception& error) {
    complain(error);
    return exit_unable;
  }
}

}  // namespace

void serve(const worker::FindDefined& find_defined) noexcept {
  try {
    Zygote zygote{find_defined};
    const int status = serve_and_tell(zygote);
    zygote.kill_all();
    zygote.say_farewell();
    ::_exit(status);
  } catch (const std::exception& error) {
    complain(error);
  }
  ::_exit(exit_unable);
}

}  // namespace prong::zygote
