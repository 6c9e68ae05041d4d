// Rows of a .npy array as lists: for a function that takes `[f64]`, say.
#pragma once

#include "cli/npy_source.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prong::cli {

// The MessagePack of a row's values, each in as many bytes as it has in the array; and the opposite.
[[nodiscard]] std::string list_of_row(const NpyItem& item, std::string_view row);
[[nodiscard]] std::string json_of_list(const std::string& scalar, std::string_view list);

class NpyListSource final : public ItemSource {
 public:
  explicit NpyListSource(std::unique_ptr<NpySource> rows) : rows_{std::move(rows)} {}

  [[nodiscard]] Encoding encoding() const noexcept override { return Encoding::msgpack; }
  [[nodiscard]] std::string signature() const override { return "[" + rows_->item().scalar + "]"; }
  [[nodiscard]] std::string place_of(std::uint64_t item) const override { return rows_->place_of(item); }
  [[nodiscard]] std::optional<Total> total() const override { return rows_->total(); }
  [[nodiscard]] std::optional<Items> next(Halt& halt) override;

 private:
  std::unique_ptr<NpySource> rows_;
  std::string bytes_;
  std::vector<std::uint64_t> offsets_;
};

}  // namespace prong::cli
