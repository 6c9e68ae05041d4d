// Where a map's results end: lines, or an array.
#pragma once

#include "cli/exit_status.hpp"
#include "cli/flow.hpp"

namespace prong::cli {

class ResultSink : public PieceSink {
 public:
  // After the last piece, also when no more were wanted. Throws OutputFailed.
  virtual void finish() {}
  [[nodiscard]] virtual ExitStatus status() const noexcept = 0;
};

}  // namespace prong::cli
