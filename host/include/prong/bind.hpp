// One C++ value, encoded: the arguments that are bound for a job.
#pragma once

#include <prong/call.hpp>
#include <prong/codec/wire_form.hpp>
#include <prong/error.hpp>

#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace prong {

namespace detail {

// A literal or a C string is a str.
template <class V>
using ItemType = std::conditional_t<std::is_convertible_v<V, const char*>, std::string_view, V>;

// Throws Mismatch, which names the value as `name()` does, when it cannot be encoded.
template <class Item, class Value, class Buffer, class Name>
void append_msgpack(const Value& value, Buffer& to, const Name& name) {
  try {
    encode_msgpack<Item>(value, to);
  } catch (const std::logic_error& unfit) {  // a broken prong::Any, or more than MessagePack can tell
    throw Mismatch{name() + " cannot be encoded as " + std::string{signature_v<Item>} + ": " + unfit.what()};
  }
}

}  // namespace detail

// An argument of any type for MapOptions::bound: prong::bind("exponent", 3.0). Throws Mismatch when it cannot
// be encoded.
template <class T>
[[nodiscard]] Bound bind(std::string name, const T& value) {
  using Item = detail::ItemType<std::decay_t<T>>;
  Bound bound{.name = std::move(name), .signature = std::string{signature_v<Item>}};
  if constexpr (wire_v<Item> == Wire::raw) {
    bound.encoding = Encoding::raw;
    bound.value.resize(raw_stride_v<Item>);
    store_raw<Item>(reinterpret_cast<std::byte*>(bound.value.data()), value);
  } else if constexpr (wire_v<Item> == Wire::views) {
    bound.encoding = Encoding::views;
    const Item& view = value;  // a temporary, when it is a literal
    bound.value.assign(reinterpret_cast<const char*>(std::data(view)), std::size(view));
  } else if constexpr (codec::can_travel<Item>()) {
    bound.encoding = Encoding::msgpack;
    detail::append_msgpack<Item>(value, bound.value, [&] { return "argument '" + bound.name + "'"; });
  }
  return bound;
}

}  // namespace prong
