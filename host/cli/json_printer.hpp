// A job's outcomes as objects of JSON: results and failures, an object a line.
#pragma once

#include "cli/failure_tally.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/result_sink.hpp"

namespace prong::cli {

// Takes pieces of json in the order of their coming. Failures are told on standard error too.
class JsonPrinter final : public ResultSink {
 public:
  // Both outlive this. `on_error` is not null: failures have their place anyway.
  JsonPrinter(OnError on_error, Output& output, const ItemSource& source)
      : on_error_{on_error}, output_{&output}, tally_{source} {}

  [[nodiscard]] bool take(Piece piece) override;
  [[nodiscard]] ExitStatus status() const noexcept override { return tally_.status(); }

 private:
  OnError on_error_;
  Output* output_;
  FailureTally tally_;
};

}  // namespace prong::cli
