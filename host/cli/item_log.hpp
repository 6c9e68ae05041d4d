// The file of --log: a line of JSON for each item, with who ran it, when, and how it ended.
#pragma once

#include "cli/output.hpp"
#include "cli/run_clock.hpp"

#include <prong/call.hpp>

namespace prong::cli {

// {"index":17,"start":1732745230.104512,"seconds":0.000012,"worker":4711,"outcome":"returned"}. The start is
// in seconds since 1970. Of an item that no worker ran, what is not known is null; an attempt that failed and
// was tried again is a line of its own, with "retried":true.
class ItemLog {
 public:
  // The output outlives this.
  ItemLog(Output& output, const RunClock& clock) : output_{&output}, clock_{clock} {}

  // Throws OutputFailed.
  void record(const Piece& piece);

 private:
  Output* output_;
  RunClock clock_;
};

}  // namespace prong::cli
