// Values in a batch's memory: read one, write one. The encodings of prong_batch meet C++ types here only.
#pragma once

#include <prong/codec/wire_form.hpp>
#include <prong/plugin.h>

#include <stdexcept>
#include <string>

namespace prong::sdk {

using codec::can_travel;

template <class T>
inline constexpr std::uint32_t encoding_v = wire_v<T> == Wire::raw     ? PRONG_RAW
                                            : wire_v<T> == Wire::views ? PRONG_VIEWS
                                                                       : PRONG_MSGPACK;

// In a batch; 0 for what is not raw.
template <class T>
inline constexpr std::uint32_t stride_v = 0;
template <Raw T>
inline constexpr std::uint32_t stride_v<T> = raw_stride_v<T>;

[[nodiscard]] inline std::span<const std::byte> bytes_of(const prong_view& view) {
  return {static_cast<const std::byte*>(view.data), static_cast<std::size_t>(view.size)};
}

// `items` is what items_of(batch) gave.
template <class T>
[[nodiscard]] inline T read_item(const void* items, std::uint64_t item) {
  if constexpr (wire_v<T> == Wire::raw) {
    return load_raw<T>(static_cast<const std::byte*>(items) + item * raw_stride_v<T>);
  } else {
    return codec::from_wire<T>(bytes_of(static_cast<const prong_view*>(items)[item]));
  }
}

template <class T>
[[nodiscard]] inline const void* items_of(const prong_batch& batch) {
  if constexpr (wire_v<T> == Wire::raw) return batch.items;
  return batch.views;
}

// `bytes` is a container. When they are not taken, the item has ended as a failure, and the next one follows
// in either case.
template <class Bytes>
inline void emit(const prong_batch& batch, std::uint64_t item, const Bytes& bytes) {
  const void* data = bytes.empty() ? "" : static_cast<const void*>(bytes.data());
  static_cast<void>(batch.emit(&batch, item, data, bytes.size()));
}

// `results` is batch.results. It comes as an argument of its own so that the loop around this can promise the
// compiler that nothing else points there.
template <class T>
inline void write_result(const prong_batch& batch, void* results, std::uint64_t item, const T& value) {
  if constexpr (wire_v<T> == Wire::raw) {
    store_raw<T>(static_cast<std::byte*>(results) + item * raw_stride_v<T>, value);
  } else if constexpr (wire_v<T> == Wire::msgpack) {
    emit(batch, item, encode_msgpack(value));
  } else {
    emit(batch, item, value);
  }
}

// Throws when the worker and this function do not mean the same bytes.
inline void expect(bool same_bytes, const prong_batch& batch, std::string_view what,
                   std::string_view signature) {
  if (same_bytes) return;
  throw std::invalid_argument(std::string(batch.function) + ": the worker's " + std::string(what) +
                              " are not " + std::string(signature));
}

template <class Item, class Result>
inline void expect_encodings(const prong_batch& batch) {
  expect(batch.item_encoding == encoding_v<Item> && batch.item_stride == stride_v<Item>, batch, "items",
         signature_v<Item>);
  expect(batch.result_encoding == encoding_v<Result> && batch.result_stride == stride_v<Result>, batch,
         "results", signature_v<Result>);
}

}  // namespace prong::sdk
