// One attack: a function that does one forbidden thing, and the processes that it may do it to.
#pragma once

#include <cstdint>
#include <span>

namespace attacks {

// What the attacker has found out about who it attacks.
struct Victim {
  int host = 0;              // its pid
  int sibling = 0;           // another worker's
  std::uint64_t canary = 0;  // the address of a word in the host
  std::uint16_t port = 0;    // somebody listens there
};

struct Attack {
  const char* name;
  // What a system call returns: -1 and errno when it did not work. May not return at all.
  long (*commit)(const Victim& victim);
};

// By what they are aimed at.
extern const std::span<const Attack> on_files;
extern const std::span<const Attack> on_processes;  // others'
extern const std::span<const Attack> on_kernel;
extern const std::span<const Attack> on_worker;     // its own process, so that it dies or hangs
extern const std::span<const Attack> on_next_task;  // its own process, so that the next task suffers

}  // namespace attacks
