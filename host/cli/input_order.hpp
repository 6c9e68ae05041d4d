// Results in the order of the inputs, out of pieces that come as items end.
#pragma once

#include "cli/flow.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

namespace prong::cli {

// Takes each item of the input once, in any order; what comes early waits here. [one thread at a time]
class InputOrder final : public PieceSink {
 public:
  struct Parts {
    PieceSink& sink;
    // Called with how many items, from the first one on, the sink has had.
    std::function<void(std::uint64_t)> passed;
  };
  explicit InputOrder(Parts parts) : parts_{std::move(parts)} {}

  [[nodiscard]] bool take(Piece piece) override;
  [[nodiscard]] std::size_t waiting_bytes() const noexcept { return waiting_bytes_; }

 private:
  // When all items ended alike, as those that were cancelled, one failure stands for all.
  struct Waiting {
    Piece piece;
    std::optional<Failure> all_failed;
  };
  void keep(Piece piece);
  [[nodiscard]] Piece take_first();

  Parts parts_;
  std::map<std::uint64_t, Waiting> waiting_;  // by first item
  std::size_t waiting_bytes_ = 0;
  std::uint64_t next_ = 0;
};

}  // namespace prong::cli
