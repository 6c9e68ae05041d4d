// The failed items of a job: told as they come, remembered as an exit status.
#pragma once

#include "cli/exit_status.hpp"
#include "cli/item_source.hpp"

#include <prong/outcome.hpp>

#include <span>

namespace prong::cli {

class FailureTally {
 public:
  // Of the items of `source`, which outlives this.
  explicit FailureTally(const ItemSource& source) : source_{&source} {}

  // Cancelled items are not told of: only this process cancels, and it has said why. Of an input that does
  // not fit its function it is told where that stands.
  void add(std::span<const Failure> failures);

  [[nodiscard]] ExitStatus status() const noexcept { return status_; }

 private:
  const ItemSource* source_;
  ExitStatus status_ = ExitStatus::success;
};

// The first one that was not cancelled; end() if there is none.
[[nodiscard]] std::span<const Failure>::iterator first_failed(std::span<const Failure> failures);

}  // namespace prong::cli
