// A job's results as lines.
#pragma once

#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/result_sink.hpp"

namespace prong::cli {

// Takes pieces of lines (json or text), or of views, in the order of their coming.
class Printer final : public ResultSink {
 public:
  // The output outlives this.
  Printer(OnError on_error, Output& output) : on_error_{on_error}, output_{&output} {}

  [[nodiscard]] bool take(Piece piece) override;

 private:
  void print_with_nulls(const Piece& piece);
  // False: there was none.
  bool print_until_failure(const Piece& piece);

  OnError on_error_;
  Output* output_;
};

}  // namespace prong::cli
