// The values of a .npy array, or its rows, as items.
#pragma once

#include "cli/input_file.hpp"
#include "cli/item_source.hpp"
#include "cli/npy_format.hpp"

#include <prong/pool.hpp>

#include <memory>
#include <string>

namespace prong::cli {

// Reads blocks of values into the pool's memory, where functions find them: there is no other copy. (A
// mapping of the file would have to be copied too, and end this process when somebody truncates the file
// meanwhile.)
class NpySource final : public ItemSource {
 public:
  // Reads the header. Throws InputFailed when that is broken, or the file shorter or longer than it says.
  NpySource(Pool& pool, InputFile file);

  [[nodiscard]] const NpyItem& item() const noexcept { return header_.item; }
  [[nodiscard]] Encoding encoding() const noexcept override { return Encoding::raw; }
  [[nodiscard]] std::string signature() const override { return header_.item.signature(); }
  [[nodiscard]] std::string place_of(std::uint64_t item) const override;
  [[nodiscard]] std::optional<Total> total() const override { return Total{.items = header_.count}; }
  [[nodiscard]] std::optional<Items> next(Halt& halt) override;

 private:
  [[noreturn]] void fail(const std::string& why) const;
  [[nodiscard]] std::string read_exactly(std::size_t size);
  void read_header();

  Pool* pool_;
  InputFile file_;
  NpyHeader header_;
  std::uint64_t given_ = 0;
  std::shared_ptr<void> block_;
};

}  // namespace prong::cli
