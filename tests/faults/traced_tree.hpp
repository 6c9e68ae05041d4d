// A program that makes a pool, and all processes that come of it, stopped at every system call: one may be
// let through, fail, or be the last that the program makes.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace prong::test {

// Whose child somebody is, counted from the program: it; the process that makes its zygote and is gone at
// once; the zygote; a worker; what a worker made.
enum class Role : std::uint8_t { host, launcher, zygote, worker, descendant };
[[nodiscard]] std::string_view name_of(Role role) noexcept;

struct SystemCall {
  int pid = 0;  // of the thread
  Role role = Role::host;
  std::uint64_t number = 0;
  std::array<std::uint64_t, 6> arguments{};
};

// The text that an argument of a call points to, or as much of its beginning as fits into 64 bytes.
[[nodiscard]] std::string text_at(const SystemCall& call, std::size_t argument);

struct Verdict {
  enum class Kind : std::uint8_t { pass, fail, kill_host };
  Kind kind = Kind::pass;
  int error = 0;  // errno, for fail
};

struct TreeEnd {
  int status = 0;            // the host's, as waitpid gives it
  std::string output;        // what the host, and whoever has its standard output, printed there
  std::string errors;        // the same of standard error
  std::vector<Role> killed;  // who had not ended when the watchdog's time was over
};

// [one thread], whose children it all are: it becomes a subreaper.
class TracedTree {
 public:
  // `decide` hears of every system call before it is made.
  TracedTree(std::vector<std::string> command, std::function<Verdict(const SystemCall&)> decide);

  // Runs the program until nobody is left, all killed when that takes longer than the watchdog. Throws
  // CannotTrace. [blocks]
  [[nodiscard]] TreeEnd run(std::chrono::seconds watchdog);

 private:
  struct Tracee {
    Role role = Role::host;
    int error = 0;  // that its call is to fail with
  };
  void start(int output, int errors);
  void adopt(int pid);
  void on_change(int pid, int status);
  void on_call(int pid, Tracee& tracee);
  void kill_all(TreeEnd& end);

  std::vector<std::string> command_;
  std::function<Verdict(const SystemCall&)> decide_;
  std::map<int, Tracee> tracees_;  // by thread id
  int host_ = 0;
  int host_status_ = 0;
};

}  // namespace prong::test
