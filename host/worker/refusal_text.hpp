// Why a file or function cannot be used, on its way to the host: a failure whose type is the code and whose
// sentence holds the three parts, one a line.
#pragma once

#include <string>

namespace prong::worker {

struct RefusalText {
  std::string code;
  std::string required;
  std::string found;
  std::string fix;

  [[nodiscard]] std::string lines() const { return required + '\n' + found + '\n' + fix; }
};

}  // namespace prong::worker
