// How far a worker is kept from the rest of the system, and what of that is in force. docs/security.md says
// what each level is good for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace prong {

enum class Sandbox : std::uint8_t {
  none,    // clean descriptors and signals, no core files, first in line when the system has no memory left
  limits,  // and bounds: memory, processor time, descriptors; replaced when a task has left it changed
  strict,  // and walls: no files but plugins and what allow_read says, no network, no processes, no signals
};

// One thing that is to be impossible, or bounded, for a worker.
struct SandboxLayer {
  std::string name;       // "network"; stable
  bool in_force = false;  // it was tried in a worker, and did not work
  std::string detail;     // what was tried, and what came of it
};

struct SandboxReport {
  Sandbox level = Sandbox::none;
  std::vector<SandboxLayer> layers;  // the same ones at each level
};

}  // namespace prong
