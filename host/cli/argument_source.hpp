// Items that stand on the command line.
#pragma once

#include "cli/item_source.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace prong::cli {

// All arguments at once. A str or bytes is taken as it stands, anything else is JSON.
class ArgumentSource final : public ItemSource {
 public:
  explicit ArgumentSource(const std::vector<std::string>& arguments);

  [[nodiscard]] Encoding encoding() const noexcept override { return Encoding::text; }
  [[nodiscard]] std::optional<Total> total() const override { return Total{.items = offsets_.size() - 1}; }
  [[nodiscard]] std::optional<Items> next(Halt& halt) override;

 private:
  std::string bytes_;
  std::vector<std::uint64_t> offsets_{0};
  bool given_ = false;
};

}  // namespace prong::cli
