// A job's results as lines, its failures on standard error.
#pragma once

#include "cli/failure_tally.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/result_sink.hpp"

namespace prong::cli {

// Takes pieces of lines (json or text), or of views, in the order of their coming.
class Printer final : public ResultSink {
 public:
  // Both outlive this.
  Printer(OnError on_error, Output& output, const ItemSource& source)
      : on_error_{on_error}, output_{&output}, tally_{source} {}

  [[nodiscard]] bool take(Piece piece) override;
  [[nodiscard]] ExitStatus status() const noexcept override { return tally_.status(); }

 private:
  void print_with_nulls(const Piece& piece);
  // False: there was none.
  bool print_until_failure(const Piece& piece);

  OnError on_error_;
  Output* output_;
  FailureTally tally_;
};

}  // namespace prong::cli
