// A job's results as files of a folder.
#pragma once

#include "cli/options.hpp"
#include "cli/result_names.hpp"
#include "cli/result_sink.hpp"

namespace prong::cli {

// Takes pieces of views, in the order of their coming. Afterwards, of all inputs that have ended, those that
// returned have a file, and the others have none.
class FolderWriter final : public ResultSink {
 public:
  struct Parts {
    OutputFolder& folder;
    ResultNames& names;
    OnError on_error = OnError::skip;
  };
  // All outlive this.
  explicit FolderWriter(const Parts& parts) : parts_{parts} {}

  [[nodiscard]] bool take(Piece piece) override;

 private:
  void note_failed(const Failure& failure);

  Parts parts_;
};

}  // namespace prong::cli
