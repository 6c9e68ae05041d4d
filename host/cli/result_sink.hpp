// Where a map's results end: lines, or an array.
#pragma once

#include "cli/flow.hpp"

namespace prong::cli {

class ResultSink : public PieceSink {
 public:
  // After the last piece, also when no more were wanted. Throws OutputFailed.
  virtual void finish() {}
};

}  // namespace prong::cli
