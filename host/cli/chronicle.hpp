// What is written of a run besides its results: --log, --trace, --report.
#pragma once

#include "cli/flow.hpp"
#include "cli/item_log.hpp"
#include "cli/options.hpp"
#include "cli/report/page.hpp"
#include "cli/trace_file.hpp"

#include <prong/function_info.hpp>

#include <optional>
#include <string_view>

namespace prong::cli {

// Passes pieces of a timed job on to a sink, whose indices are positions in the input.
class Chronicle final : public PieceSink {
 public:
  struct Parts {
    const Options& options;
    const FunctionInfo& function;
    unsigned workers = 0;
    PieceSink& sink;
  };
  // Opens the files. Throws OutputFailed, as the others do; WrongUsage for a file that inputs come from.
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
