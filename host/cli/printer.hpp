// A job's results on standard output, its failures on standard error.
#pragma once

#include "cli/failure_tally.hpp"
#include "cli/flow.hpp"
#include "cli/options.hpp"

namespace prong::cli {

// Takes pieces of lines (json or text) in the order of their coming.
class Printer final : public PieceSink {
 public:
  Printer(OnError on_error, const ItemSource& source) : on_error_{on_error}, tally_{source} {}

  [[nodiscard]] bool take(Piece piece) override;
  [[nodiscard]] ExitStatus status() const noexcept { return tally_.status(); }

 private:
  void print_with_nulls(const Piece& piece);
  // False: there was none.
  bool print_until_failure(const Piece& piece);

  OnError on_error_;
  FailureTally tally_;
};

}  // namespace prong::cli
