// What the levels of sandbox prevent here.
#pragma once

#include <prong/sandbox.hpp>

#include <string>
#include <vector>

namespace prong::cli {

// A level, tried; or the reason why this system does not have it.
struct TriedSandbox {
  SandboxReport report;
  std::string refusal;
};

// In a pool of each level. [blocks]
[[nodiscard]] std::vector<TriedSandbox> try_sandboxes();

[[nodiscard]] std::string sandboxes_text(const std::vector<TriedSandbox>& levels);
[[nodiscard]] std::string sandboxes_json(const std::vector<TriedSandbox>& levels);

}  // namespace prong::cli
