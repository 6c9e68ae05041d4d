// A job's results as files of a folder, its failures on standard error.
#pragma once

#include "cli/failure_tally.hpp"
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
  FolderWriter(const Parts& parts, const ItemSource& source) : parts_{parts}, tally_{source} {}

  [[nodiscard]] bool take(Piece piece) override;
  [[nodiscard]] ExitStatus status() const noexcept override { return tally_.status(); }

 private:
  void note_failed(const Failure& failure);

  Parts parts_;
  FailureTally tally_;
};

}  // namespace prong::cli
