// Results of a map as the items of a result function.
#pragma once

#include "results.hpp"

#include <prong/call.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace prong::c {

// Those that returned, where they lie when they all did and lie side by side.
class GatheredItems {
 public:
  // Throws UsageError when the results have another encoding. They must live as long as this.
  GatheredItems(const prong_results& results, Encoding encoding);

  [[nodiscard]] const Items& items() const noexcept { return items_; }

 private:
  void copy(const prong_results& results);

  Items items_;
  std::vector<std::byte> bytes_;
  std::vector<std::uint64_t> offsets_{0};
  std::vector<std::uint64_t> indices_;  // none when all are there
};

}  // namespace prong::c
