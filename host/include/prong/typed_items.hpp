// C++ ranges as encoded items. Arrays whose memory is their encoding are used where they are; anything else
// is written once, into memory that the workers read.
#pragma once

#include <prong/call.hpp>
#include <prong/types.hpp>

#include <cstring>
#include <functional>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace prong {

// Gives memory of a pool.
using Allocate = std::function<std::shared_ptr<void>(std::size_t)>;

// Items and what keeps them.
struct EncodedItems {
  Encoding encoding = Encoding::raw;
  Items items;
  std::shared_ptr<void> bytes;    // may be null: the items are the caller's
  std::shared_ptr<void> offsets;  // may be null
};

namespace detail {

// A literal or a C string is a str.
template <class V>
using ItemType = std::conditional_t<std::is_convertible_v<V, const char*>, std::string_view, V>;

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

}  // namespace detail

// The parameter type that a range's items must equal.
template <class Range>
using ItemOf = detail::ItemType<std::remove_cvref_t<std::ranges::range_value_t<Range>>>;

// The result points into `range` when its memory is the encoding.
template <class Range>
[[nodiscard]] EncodedItems encode_items(Range& range, const Allocate& allocate) {
  using Item = ItemOf<Range>;
  if constexpr (!std::ranges::forward_range<Range&> || !std::ranges::sized_range<Range&>) {
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
  } else {
    static_assert(wire_v<Item> == Wire::raw, "prong: items of this type cannot be sent");
    if constexpr (raw_is_identity_v<Item> && std::ranges::contiguous_range<Range&>) {
      EncodedItems encoded;
      encoded.items.count = std::ranges::size(range);
      encoded.items.bytes = std::as_bytes(std::span{std::ranges::data(range), std::ranges::size(range)});
      return encoded;
    } else {
      return detail::encode_raw(range, std::ranges::size(range), allocate);
    }
  }
}

// An argument for MapOptions::bound: prong::bind("exponent", 3.0).
template <class T>
[[nodiscard]] Bound bind(std::string name, const T& value) {
  using Item = detail::ItemType<std::decay_t<T>>;
  Bound bound{.name = std::move(name), .signature = std::string{signature_v<Item>}};
  if constexpr (wire_v<Item> == Wire::raw) {
    bound.encoding = Encoding::raw;
    bound.value.resize(raw_stride_v<Item>);
    store_raw<Item>(reinterpret_cast<std::byte*>(bound.value.data()), value);
  } else {
    static_assert(wire_v<Item> == Wire::views, "prong: arguments of this type cannot be bound");
    bound.encoding = Encoding::views;
    const Item view{value};
    bound.value.assign(reinterpret_cast<const char*>(std::data(view)), std::size(view));
  }
  return bound;
}

}  // namespace prong
