// A job's outcomes as objects of JSON: results and failures, an object a line.
#pragma once

#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/result_sink.hpp"

namespace prong::cli {

// Takes pieces of json in the order of their coming.
class JsonPrinter final : public ResultSink {
 public:
  // The output outlives this. `on_error` is not null: failures have their place anyway.
  JsonPrinter(OnError on_error, Output& output) : on_error_{on_error}, output_{&output} {}

  [[nodiscard]] bool take(Piece piece) override;

 private:
  OnError on_error_;
  Output* output_;
};

}  // namespace prong::cli
