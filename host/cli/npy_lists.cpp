// MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md), as far as rows need it.
#include "cli/npy_lists.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

namespace prong::cli {

namespace {

// The byte before a number; of a bool, the byte that is false.
char tag_of(std::string_view scalar) {
  constexpr std::array<std::pair<std::string_view, unsigned char>, 11> tags{{{"bool", 0xc2},
                                                                             {"i8", 0xd0},
                                                                             {"i16", 0xd1},
                                                                             {"i32", 0xd2},
                                                                             {"i64", 0xd3},
                                                                             {"u8", 0xcc},
                                                                             {"u16", 0xcd},
                                                                             {"u32", 0xce},
                                                                             {"u64", 0xcf},
                                                                             {"f32", 0xca},
                                                                             {"f64", 0xcb}}};
  return static_cast<char>(
      std::ranges::find(tags, scalar, &std::pair<std::string_view, unsigned char>::first)->second);
}

std::string big_endian(std::uint64_t value, std::size_t bytes) {
  std::string text;
  for (std::size_t i = bytes; i-- > 0;)
    text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

std::string head_of(std::uint64_t count) {
  if (count < 16) return {static_cast<char>(0x90 | count)};
  return count < 65536 ? '\xdc' + big_endian(count, 2) : '\xdd' + big_endian(count, 4);
}

std::size_t head_bytes(std::string_view list) {
  return list.front() == '\xdc' ? 3 : list.front() == '\xdd' ? 5 : 1;
}

}  // namespace

std::string list_of_row(const NpyItem& item, std::string_view row) {
  std::string list = head_of(item.columns);
  const std::size_t size = row.size() / item.columns;
  const char tag = tag_of(item.scalar);
  for (; !row.empty(); row.remove_prefix(size)) {
    if (item.scalar == "bool") {
      list += static_cast<char>(tag + (row.front() != 0 ? 1 : 0));
      continue;
    }
    list += tag;
    list.append(std::make_reverse_iterator(row.begin() + static_cast<std::ptrdiff_t>(size)),
                std::make_reverse_iterator(row.begin()));
  }
  return list;
}

std::string json_of_list(const std::string& scalar, std::string_view list) {
  list.remove_prefix(head_bytes(list));
  NpyItem item{.scalar = scalar};
  const std::size_t size = item.bytes();
  std::string row;
  for (const std::size_t step = scalar == "bool" ? 1 : 1 + size; !list.empty(); list.remove_prefix(step)) {
    ++item.columns;
    if (scalar == "bool") {
      row += static_cast<char>(list.front() == '\xc3');
    } else {
      row.append(std::make_reverse_iterator(list.begin() + static_cast<std::ptrdiff_t>(step)),
                 std::make_reverse_iterator(list.begin() + 1));
    }
  }
  return item.json(row);
}

std::optional<Items> NpyListSource::next(Halt& halt) {
  const auto rows = rows_->next(halt);
  if (!rows) return std::nullopt;
  bytes_.clear();
  offsets_.assign(1, 0);
  for (std::uint64_t i = 0; i < rows->count; ++i) {
    bytes_ += list_of_row(rows_->item(), item_of(*rows, i));
    offsets_.push_back(bytes_.size());
  }
  return Items{.bytes = std::as_bytes(std::span{bytes_}), .offsets = offsets_, .count = rows->count};
}

}  // namespace prong::cli
