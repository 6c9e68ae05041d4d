// Values in a batch's memory: read one, write one. The encodings of prong_batch meet C++ types here only.
// MessagePack is there when msgpack-cxx is, for the functions that need it.
#pragma once

#include <prong/plugin.h>
#include <prong/types.hpp>

#include <stdexcept>
#include <string>

#if __has_include(<msgpack/pack.hpp>)
#include <prong/msgpack.hpp>

namespace prong::sdk {
inline constexpr bool has_msgpack = true;
}
#else
namespace prong {
// Called by nothing: can_travel() says why.
template <class T>
T decode_msgpack(std::span<const std::byte> bytes);
template <class T>
std::vector<std::byte> encode_msgpack(const T& value);
}  // namespace prong

namespace prong::sdk {
inline constexpr bool has_msgpack = false;
}
#endif

namespace prong::sdk {

// Whether this build can read and write values of these types.
template <class... Ts>
consteval bool can_travel() {
  constexpr bool can = has_msgpack || (... && (wire_v<Ts> != Wire::msgpack));
  static_assert(can,
                "prong: this function's values are MessagePack (lists, optionals, maps, any, tuples and "
                "structs with text), which needs msgpack-cxx (Debian: libmsgpack-cxx-dev)");
  return can;
}

template <class T>
inline constexpr std::uint32_t encoding_v = wire_v<T> == Wire::raw     ? PRONG_RAW
                                            : wire_v<T> == Wire::views ? PRONG_VIEWS
                                                                       : PRONG_MSGPACK;

// In a batch; 0 for what is not raw.
template <class T>
inline constexpr std::uint32_t stride_v = 0;
template <Raw T>
inline constexpr std::uint32_t stride_v<T> = raw_stride_v<T>;

template <class T>
[[nodiscard]] inline T read(const void* data, std::uint64_t size) {
  if constexpr (wire_v<T> == Wire::raw) {
    return load_raw<T>(static_cast<const std::byte*>(data));
  } else if constexpr (wire_v<T> == Wire::msgpack) {
    return decode_msgpack<T>({static_cast<const std::byte*>(data), static_cast<std::size_t>(size)});
  } else {
    using Element = std::remove_const_t<typename T::value_type>;
    const auto* first = static_cast<const Element*>(data);
    return T(first, first + size);
  }
}

// `items` is what items_of(batch) gave.
template <class T>
[[nodiscard]] inline T read_item(const void* items, std::uint64_t item) {
  if constexpr (wire_v<T> == Wire::raw) {
    return read<T>(static_cast<const std::byte*>(items) + item * raw_stride_v<T>, raw_size_v<T>);
  } else {
    const prong_view& view = static_cast<const prong_view*>(items)[item];
    return read<T>(view.data, view.size);
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
