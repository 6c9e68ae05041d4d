// What the sandbox is to prevent, tried: each attempt is harmless when it works.
#pragma once

#include "sandbox/enclosure.hpp"

#include <string>
#include <string_view>

namespace prong::sandbox {

// What a worker tries it on.
struct Subject {
  const Enclosure& enclosure;
  void* outputs;  // a page of the pool's results
};

// [worker] Whoever has done it is not as before, and takes no more tasks.
[[nodiscard]] std::vector<SandboxLayer> try_everything(const Subject& subject);

// On their way to the host.
[[nodiscard]] std::string to_lines(const std::vector<SandboxLayer>& layers);
[[nodiscard]] std::vector<SandboxLayer> from_lines(std::string_view lines);

}  // namespace prong::sandbox
