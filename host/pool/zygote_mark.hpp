// The mark by which all that comes from one zygote is known, also when nobody is left who could say so.
#pragma once

#include <cstdint>
#include <string>

namespace prong::pool {

// A random text. A fresh zygote carries it in its environment, a forked one in the name of a mapping, since
// what /proc shows of a process's environment is what it was executed with. Children that plugins start
// inherit both, and programs that these execute the environment, in whatever session or group. A process of
// its user's can rid itself of the mark.
class ZygoteMark {
 public:
  // Throws std::system_error.
  ZygoteMark();

  // NAME=text, for the environment.
  [[nodiscard]] const std::string& variable() const noexcept { return variable_; }
  // The text alone.
  [[nodiscard]] std::string text() const;

  // Kills all that bear it, and waits for their ends, and for those of the children that they had meanwhile;
  // at most limits::shutdown_time. Looks at every process of the system: for a zygote that has left somebody.
  // [host] [blocks]
  void kill_bearers() const noexcept;

 private:
  std::string variable_;
  std::uint64_t made_at_;  // on the clock of /proc/PID/stat: no bearer is older
};

}  // namespace prong::pool
