// A job's outcomes as objects of JSON: results and failures, an object a line.
#pragma once

#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/result_sink.hpp"

namespace prong::cli {

class InputPaths;

// Takes pieces of json in the order of their coming.
class JsonPrinter final : public ResultSink {
 public:
  // The output outlives this, and so do the paths of inputs that are files (nullptr: they are none).
  // `on_error` is not null: failures have their place anyway.
  JsonPrinter(OnError on_error, Output& output, const InputPaths* paths)
      : on_error_{on_error}, output_{&output}, paths_{paths} {}

  [[nodiscard]] bool take(Piece piece) override;

 private:
  OnError on_error_;
  Output* output_;
  const InputPaths* paths_;
};

}  // namespace prong::cli
