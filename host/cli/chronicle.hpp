// What is written of a run besides its results: --log, --trace, --report.
#pragma once

#include "cli/flow.hpp"
#include "cli/item_log.hpp"
#include "cli/report/page.hpp"
#include "cli/run_files.hpp"
#include "cli/trace_file.hpp"

#include <optional>

namespace prong::cli {

// Passes pieces of a timed job on to a sink, whose indices are positions in the input.
class Chronicle final : public PieceSink {
 public:
  struct Parts {
    const MapParts& map;
    RunFiles& files;
    PieceSink& sink;
  };
  // The files outlive this. Throws OutputFailed, as the others do.
  explicit Chronicle(const Parts& parts);

  [[nodiscard]] bool take(Piece piece) override;
  // The run is over, however it ended.
  void finish();

 private:
  PieceSink& sink_;
  std::optional<ItemLog> log_;
  std::optional<TraceFile> trace_;
  std::optional<ReportFile> report_;
};

}  // namespace prong::cli
