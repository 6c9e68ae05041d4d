// The failed items of a job: told as they end, remembered as an exit status.
#pragma once

#include "cli/console.hpp"
#include "cli/exit_status.hpp"
#include "cli/flow.hpp"
#include "cli/options.hpp"

#include <prong/outcome.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

namespace prong::cli {

class InputPaths;

// Passes pieces on to a sink, and then tells of their failures.
class FailureTally final : public PieceSink {
 public:
  // All outlive this.
  struct Parts {
    PieceSink& sink;
    const ItemSource& source;           // of the items
    const InputPaths* paths = nullptr;  // nullptr: they are no files
    OnError on_error = OnError::skip;
  };
  explicit FailureTally(const Parts& parts) : parts_{parts} {}

  // With --on-error stop, of the first failure alone; the sink ends there, too.
  [[nodiscard]] bool take(Piece piece) override;
  [[nodiscard]] ExitStatus status() const noexcept { return status_; }

 private:
  // What is to be told. Cancelled items are not: only this process cancels, and it has said why.
  [[nodiscard]] std::vector<console::Told> add(std::span<const Failure> failures);
  // With the file that it is about; of an input that does not fit its function, with where that stands.
  [[nodiscard]] std::string sentence_on(Failure failure) const;
  // Of a worker that died: its input, and at a new place what else is known.
  [[nodiscard]] std::vector<std::string> details_of(const Failure& failure);
  [[nodiscard]] bool is_new_place(const Failure& failure);

  Parts parts_;
  ExitStatus status_ = ExitStatus::success;
  // Those shown: of crashes, file and offset, or the signal.
  std::set<std::tuple<Ending, std::string, std::uint64_t>> places_;
  std::size_t shown_inputs_ = 0;
};

// Whether no worker has the plugin any more that the job began with: every further item would be lost too.
[[nodiscard]] bool lose_all_further(std::span<const Failure> failures);

// The first one that was not cancelled; end() if there is none.
[[nodiscard]] std::span<const Failure>::iterator first_failed(std::span<const Failure> failures);

}  // namespace prong::cli
