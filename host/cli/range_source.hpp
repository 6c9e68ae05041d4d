// The numbers of a range as items, made as they are wanted.
#pragma once

#include "cli/item_source.hpp"
#include "cli/number_range.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace prong::cli {

// JSON numbers, some thousands at a time.
class RangeSource final : public ItemSource {
 public:
  explicit RangeSource(const NumberRange& range) : range_{range} {}

  [[nodiscard]] Encoding encoding() const noexcept override { return Encoding::json; }
  [[nodiscard]] std::optional<Total> total() const override { return Total{.items = range_.count}; }
  [[nodiscard]] std::optional<Items> next(Halt& halt) override;

 private:
  NumberRange range_;
  std::uint64_t made_ = 0;
  std::string bytes_;
  std::vector<std::uint64_t> offsets_;
};

}  // namespace prong::cli
