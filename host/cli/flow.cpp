// Two threads around a job.
#include "cli/flow.hpp"

#include "cli/console.hpp"
#include "cli/failure_tally.hpp"

#include <prong/error.hpp>

#include <exception>
#include <thread>
#include <utility>

namespace prong::cli {

namespace {

// A halt cancels the job, also between the two steps of this.
void feed(ItemSource& source, Job& job, Halt& halt) {
  while (const auto items = source.next(halt)) {
    try {
      job.push(*items);
    } catch (const UsageError&) {
      if (halt.requested()) return;
      throw;
    }
  }
}

void drain(Job& job, PieceSink& sink, Halt& halt) {
  bool is_cut_short = false;
  while (auto piece = job.next()) {
    const bool is_lost = lose_all_further(piece->failures);
    if (!sink.take(std::move(*piece))) return halt.request();
    if (!is_lost || halt.requested()) continue;
    is_cut_short = true;
    halt.request();
  }
  // Below the items that were on their way.
  if (is_cut_short) console::complain("no more input was read, since all of it would be lost, too");
}

}  // namespace

void flow(ItemSource& source, Job job, PieceSink& sink, Halt& halt) {
  std::exception_ptr failed_sink;
  std::thread drainer{[&] {
    try {
      drain(job, sink, halt);
    } catch (...) {
      failed_sink = std::current_exception();
      halt.request();
    }
  }};
  std::exception_ptr failed_source;
  try {
    feed(source, job, halt);
  } catch (...) {
    failed_source = std::current_exception();
  }
  job.finish();
  drainer.join();
  if (failed_sink) std::rethrow_exception(failed_sink);
  if (failed_source) std::rethrow_exception(failed_source);
}

}  // namespace prong::cli
