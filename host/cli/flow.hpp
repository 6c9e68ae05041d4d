// A job's data on its way: from a source, through the job, to a sink.
#pragma once

#include "cli/halt.hpp"
#include "cli/item_source.hpp"

#include <prong/call.hpp>

namespace prong::cli {

// [one thread]
class PieceSink {
 public:
  virtual ~PieceSink() = default;
  // False: no more is wanted. Throws OutputFailed.
  [[nodiscard]] virtual bool take(Piece piece) = 0;
};

// Pushes all that the source gives, while another thread hands the sink what comes back, so that neither
// waits for the other. Returns when everything was handed over, the sink wants no more, or the plugin that
// the job began with is gone, which is told. Throws what source, job and sink throw; when the source fails,
// what it gave before is still handed over. [blocks]
void flow(ItemSource& source, Job job, PieceSink& sink, Halt& halt);

}  // namespace prong::cli
