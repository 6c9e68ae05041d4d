// C++ ranges as encoded items. Arrays whose memory is their encoding are used where they are; anything else
// is written once, into memory that the workers read.
#pragma once

#include <prong/bind.hpp>
#include <prong/growing_bytes.hpp>

#include <cstring>
#include <memory>
#include <ranges>
#include <span>
#include <string>
#include <vector>

namespace prong {

// Items and what keeps them.
struct EncodedItems {
  Encoding encoding = Encoding::raw;
  Items items;
  std::shared_ptr<void> bytes;    // may be null: the items are the caller's
  std::shared_ptr<void> offsets;  // may be null
};

namespace detail {

template <class Range>
EncodedItems encode_raw(Range& range, std::size_t count, const Allocate& allocate) {
  using Item = std::ranges::range_value_t<Range>;
  EncodedItems encoded;
  encoded.items.count = count;
  const std::size_t size = count * raw_stride_v<Item>;
  encoded.bytes = allocate(size);
  auto* at = static_cast<std::byte*>(encoded.bytes.get());
  encoded.items.bytes = {at, size};
  for (auto&& item : range) {
    store_raw<Item>(at, item);
    at += raw_stride_v<Item>;
  }
  return encoded;
}

template <class Item, class Range>
EncodedItems encode_views(Range& range, std::size_t count, const Allocate& allocate) {
  std::size_t size = 0;
  for (auto&& item : range) {
    const Item& view = item;
    size += std::size(view);
  }
  EncodedItems encoded;
  encoded.encoding = Encoding::views;
  encoded.items.count = count;
  encoded.bytes = allocate(size);
  encoded.offsets = allocate((count + 1) * sizeof(std::uint64_t));
  auto* bytes = static_cast<std::byte*>(encoded.bytes.get());
  auto* offsets = static_cast<std::uint64_t*>(encoded.offsets.get());
  encoded.items.bytes = {bytes, size};
  encoded.items.offsets = {offsets, count + 1};
  std::uint64_t end = 0;
  *offsets++ = end;
  for (auto&& item : range) {
    const Item& view = item;  // a temporary, when the range holds something else
    const std::size_t length = std::size(view);
    if (length > 0) std::memcpy(bytes + end, std::data(view), length);
    *offsets++ = end += length;
  }
  return encoded;
}

template <class Item, class Range>
EncodedItems encode_msgpack_items(Range& range, const Allocate& allocate) {
  EncodedItems encoded;
  encoded.encoding = Encoding::msgpack;
  GrowingBytes bytes{allocate};
  const auto offsets = std::make_shared<std::vector<std::uint64_t>>(1, 0);
  for (auto&& item : range) {
    append_msgpack<Item>(item, bytes, [&] { return "item " + std::to_string(encoded.items.count); });
    offsets->push_back(bytes.size());
    ++encoded.items.count;
  }
  encoded.bytes = bytes.memory();
  encoded.items.bytes = {static_cast<const std::byte*>(encoded.bytes.get()), bytes.size()};
  encoded.offsets = offsets;
  encoded.items.offsets = *offsets;
  return encoded;
}

}  // namespace detail

// The parameter type that a range's items must equal.
template <class Range>
using ItemOf = detail::ItemType<std::remove_cvref_t<std::ranges::range_value_t<Range>>>;

// The result points into `range` when its memory is the encoding. Throws Mismatch for an item that cannot be
// encoded, and what the range throws.
template <class Range>
[[nodiscard]] EncodedItems encode_items(Range& range, const Allocate& allocate) {
  using Item = ItemOf<Range>;
  if constexpr (wire_v<Item> == Wire::msgpack) {
    if constexpr (codec::can_travel<Item>()) return detail::encode_msgpack_items<Item>(range, allocate);
  } else if constexpr (!std::ranges::forward_range<Range&> || !std::ranges::sized_range<Range&>) {
    std::vector<std::ranges::range_value_t<Range>> stored;
    for (auto&& item : range)
      stored.push_back(item);
    auto encoded = encode_items(stored, allocate);
    if (encoded.bytes == nullptr) {
      encoded.bytes = allocate(encoded.items.bytes.size());
      if (!encoded.items.bytes.empty()) {
        std::memcpy(encoded.bytes.get(), encoded.items.bytes.data(), encoded.items.bytes.size());
      }
      encoded.items.bytes = {static_cast<const std::byte*>(encoded.bytes.get()), encoded.items.bytes.size()};
    }
    return encoded;
  } else if constexpr (wire_v<Item> == Wire::views) {
    return detail::encode_views<Item>(range, std::ranges::size(range), allocate);
  } else if constexpr (raw_is_identity_v<Item> && std::ranges::contiguous_range<Range&>) {
    EncodedItems encoded;
    encoded.items.count = std::ranges::size(range);
    encoded.items.bytes = std::as_bytes(std::span{std::ranges::data(range), std::ranges::size(range)});
    return encoded;
  } else {
    return detail::encode_raw(range, std::ranges::size(range), allocate);
  }
}

}  // namespace prong
