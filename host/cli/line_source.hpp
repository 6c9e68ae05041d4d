// The lines of standard input or a file as items, as they come.
#pragma once

#include "cli/input_file.hpp"
#include "cli/item_source.hpp"

#include <prong/pool.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace prong::cli {

struct LineFormat {
  Encoding encoding = Encoding::json;
  char delimiter = '\n';
};

// JSON may begin with a byte order mark, which is skipped; text is given as it stands.
//
// Reads into the pool's memory, where the workers find the lines: nothing is copied but a line's beginning at
// the end of a block.
//
//   block:  | items in use by the pool | a line's beginning | free |
//           0                       begin_                end_  capacity_
class LineSource final : public ItemSource {
 public:
  LineSource(Pool& pool, InputFile file, LineFormat format);

  [[nodiscard]] Encoding encoding() const noexcept override { return format_.encoding; }
  [[nodiscard]] std::string place_of(std::uint64_t item) const override;
  // By the length of the lines so far.
  [[nodiscard]] std::optional<Total> total() const override;
  // Every line that one read completed. The last line needs no delimiter.
  [[nodiscard]] std::optional<Items> next(Halt& halt) override;

 private:
  void make_room();
  void skip_byte_order_mark();
  void find_lines(std::size_t fresh_begin);  // fills offsets_
  [[nodiscard]] Items take_lines();

  Pool* pool_;
  InputFile file_;
  LineFormat format_;
  std::shared_ptr<void> block_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool has_begun_ = false;  // it is known whether a byte order mark comes first
  std::atomic<std::uint64_t> items_given_ = 0;
  std::atomic<std::uint64_t> bytes_given_ = 0;
  std::vector<std::uint64_t>
      offsets_;  // of the complete lines after begin_, and their end; relative to begin_
};

}  // namespace prong::cli
