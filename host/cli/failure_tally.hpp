// The failed items of a job: told as they end, remembered as an exit status.
#pragma once

#include "cli/exit_status.hpp"
#include "cli/flow.hpp"
#include "cli/options.hpp"

#include <prong/outcome.hpp>

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>

namespace prong::cli {

// Passes pieces on to a sink, and then tells of their failures.
class FailureTally final : public PieceSink {
 public:
  // Both outlive this.
  struct Parts {
    PieceSink& sink;
    const ItemSource& source;  // of the items
    OnError on_error = OnError::skip;
  };
  explicit FailureTally(const Parts& parts) : parts_{parts} {}

  // With --on-error stop, of the first failure alone; the sink ends there, too.
  [[nodiscard]] bool take(Piece piece) override;
  [[nodiscard]] ExitStatus status() const noexcept { return status_; }

 private:
  // Cancelled items are not told of: only this process cancels, and it has said why. Of an input that does
  // not fit its function it is told where that stands; of a crash at a new place, what else is known of it.
  void add(std::span<const Failure> failures);
  [[nodiscard]] bool shows_details(const Failure& failure);

  Parts parts_;
  ExitStatus status_ = ExitStatus::success;
  std::set<std::pair<std::string, std::uint64_t>> crashes_;  // file and offset of those shown; or the signal
};

// Whether no worker has the plugin any more that the job began with: every further item would be lost too.
[[nodiscard]] bool lose_all_further(std::span<const Failure> failures);

// The first one that was not cancelled; end() if there is none.
[[nodiscard]] std::span<const Failure>::iterator first_failed(std::span<const Failure> failures);

}  // namespace prong::cli
