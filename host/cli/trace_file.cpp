// Events, one a line.
#include "cli/trace_file.hpp"

#include "cli/json_text.hpp"
#include "cli/timed_items.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace prong::cli {

namespace {

using std::chrono::nanoseconds;

double micros(nanoseconds time) { return static_cast<double>(time.count()) / 1e3; }

bool is_death(Ending ending) {
  return ending == Ending::crashed || ending == Ending::exited || ending == Ending::timed_out;
}

}  // namespace

TraceFile::TraceFile(const Options& options)
    : output_{&options.output}, function_{options.function}, clock_{options.clock} {
  output_->write(
      fmt::format("[\n"
                  R"({{"name":"process_name","ph":"M","pid":1,"args":{{"name":{}}}}})",
                  json_string("prong: " + function_)));
}

void TraceFile::add(std::string_view name, std::string_view category, char phase, unsigned place,
                    nanoseconds time, std::string_view rest) {
  events_ += fmt::format(
      ",\n"
      R"({{"name":{},"cat":"{}","ph":"{}","pid":1,"tid":{},"ts":{:.3f},{}}})",
      json_string(name), category, phase, place, micros(time), rest);
}

void TraceFile::add_lane(unsigned place) {
  events_ += fmt::format(
      ",\n"
      R"({{"name":"thread_name","ph":"M","pid":1,"tid":{0},"args":{{"name":"worker {0}"}}}})",
      place);
}

void TraceFile::add_stint(const Stint& stint) {
  const auto [at, is_new] = lanes_.try_emplace(stint.place);
  if (is_new) add_lane(stint.place);
  const nanoseconds begin = clock_.since_begin(stint.began);
  const nanoseconds end = clock_.since_begin(stint.ended);
  if (at->second.add(begin, end, stint.worker)) {
    add(function_, "items", 'X', stint.place, begin,
        fmt::format(R"("dur":{:.3f},"args":{{"first":{},"count":{},"worker":{}{}}})", micros(end - begin),
                    stint.first, stint.count, stint.worker,
                    stint.attempt == Ending::returned
                        ? ""
                        : fmt::format(R"(,"attempt":"{}")", to_string(stint.attempt))));
  }
  add_gaps(stint.place, at->second.take_surplus());
  if (is_death(stint.attempt)) {
    add(to_string(stint.attempt), "death", 'i', stint.place, end,
        fmt::format(R"("s":"t","args":{{"item":{},"worker":{}}})", stint.first, stint.worker));
  }
}

void TraceFile::add_gaps(unsigned place, const std::vector<LaneGaps::Gap>& gaps) {
  for (const LaneGaps::Gap& gap : gaps) {
    add(gap.before == gap.after ? "waiting" : "starting", "waiting", 'X', place, gap.begin,
        fmt::format(R"("dur":{:.3f})", micros(gap.end - gap.begin)));
  }
}

void TraceFile::add_failure(const Failure& failure, const Stint& stint,
                            std::chrono::steady_clock::time_point end) {
  add(to_string(failure.ending), is_death(failure.ending) ? "death" : "failure", 'i', stint.place,
      clock_.since_begin(end),
      fmt::format(R"("s":"t","args":{{"item":{},"worker":{},"message":{}}})", failure.index, stint.worker,
                  json_string(failure.message())));
}

void TraceFile::record(const Piece& piece) {
  std::vector<const Stint*> stints;
  for (const Stint& stint : piece.stints)
    stints.push_back(&stint);
  std::ranges::sort(stints, {}, [](const Stint* one) { return one->began; });
  for (const Stint* stint : stints)
    add_stint(*stint);
  if (!piece.failures.empty()) {
    for_each_timed(piece, [&](const TimedItem& item) {
      if (item.failure != nullptr && item.stint != nullptr)
        add_failure(*item.failure, *item.stint, item.began + item.time);
    });
  }
  if (!events_.empty()) output_->write(std::exchange(events_, {}));
}

void TraceFile::finish() {
  for (auto& [place, lane] : lanes_)
    add_gaps(place, lane.take_all());
  output_->write(events_ + "\n]\n");
}

}  // namespace prong::cli
