// The failed items of a job: told as they come, remembered as an exit status.
#pragma once

#include "cli/exit_status.hpp"

#include <prong/outcome.hpp>

#include <span>

namespace prong::cli {

class FailureTally {
 public:
  // Cancelled items are not told of: only this process cancels, and it has said why.
  void add(std::span<const Failure> failures);

  [[nodiscard]] ExitStatus status() const noexcept { return status_; }

 private:
  ExitStatus status_ = ExitStatus::success;
};

// The first one that was not cancelled; end() if there is none.
[[nodiscard]] std::span<const Failure>::iterator first_failed(std::span<const Failure> failures);

}  // namespace prong::cli
