// The file of --trace: Chrome's trace events, for https://ui.perfetto.dev and chrome://tracing.
#pragma once

#include "cli/lane_gaps.hpp"
#include "cli/output.hpp"
#include "cli/run_clock.hpp"

#include <prong/call.hpp>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace prong::cli {

// A lane for each worker: what it ran, how long it waited, which items failed, and where it died. Slices of a
// lane are disjoint. Written as pieces come, but for how long workers waited, which is certain at the end
// only; without its last line, as a kill leaves it, the file can be read too.
class TraceFile {
 public:
  struct Options {
    Output& output;  // outlives this
    std::string function;
    RunClock clock;
  };
  // Throws OutputFailed, as the others do.
  explicit TraceFile(const Options& options);

  void record(const Piece& piece);
  void finish();

 private:
  void add_stint(const Stint& stint);
  void add_failure(const Failure& failure, const Stint& stint, std::chrono::steady_clock::time_point end);
  void add_lane(unsigned place);
  void add_gaps(unsigned place, const std::vector<LaneGaps::Gap>& gaps);
  // {"name":…,"cat":…,"ph":…,"pid":1,"tid":place,"ts":…, and the rest.
  void add(std::string_view name, std::string_view category, char phase, unsigned place,
           std::chrono::nanoseconds time, std::string_view rest);

  Output* output_;
  std::string function_;
  RunClock clock_;
  std::map<unsigned, LaneGaps> lanes_;  // by place
  std::string events_;
};

}  // namespace prong::cli
