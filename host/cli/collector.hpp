// The results of a map, kept for a result function.
#pragma once

#include "cli/flow.hpp"
#include "cli/options.hpp"

#include <prong/pool.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace prong::cli {

class InputPaths;

// The results of items that returned, side by side, as a result function takes them.
struct Survivors {
  Items items;
  // What items points into.
  std::shared_ptr<const void> bytes = {};
  std::vector<std::uint64_t> offsets = {};
  std::vector<std::uint64_t> indices = {};
};

// Takes pieces of values (raw, views or msgpack) in input order.
class Collector final : public PieceSink {
 public:
  // With `json`, failures are printed as objects, too, of files (paths) with their names.
  struct Options {
    OnError on_error = OnError::skip;
    bool json = false;
    const InputPaths* paths = nullptr;  // outlives this; nullptr: inputs are no files
  };
  explicit Collector(Options options) : options_{options} {}

  [[nodiscard]] bool take(Piece piece) override;
  // Not all of the input is there: an item failed, and --on-error is stop; or the plugin was replaced.
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }

  // Of pieces of this encoding. Results that lie side by side already are not copied, and last as long as
  // this does. Precondition: !stopped().
  [[nodiscard]] Survivors survivors(Pool& pool, Encoding encoding) const;

 private:
  void print(std::span<const Failure> failures) const;

  Options options_;
  bool stopped_ = false;
  bool failed_ = false;
  std::vector<Piece> pieces_;
};

}  // namespace prong::cli
