// Arguments that are bound for a whole job: found by name, decoded once per batch.
#pragma once

#include <prong/sdk/names.hpp>
#include <prong/sdk/values.hpp>

#include <tuple>

namespace prong::sdk {

// A mismatch says in which argument it is.
template <class T>
[[nodiscard]] T read_argument(const prong_bound& bound) {
  try {
    return codec::from_wire<T>(bytes_of(bound.value));
  } catch (const std::invalid_argument& mismatch) {
    throw std::invalid_argument("argument '" + std::string(bound.name) + "': " + mismatch.what());
  }
}

template <class T>
[[nodiscard]] T read_bound(const prong_batch& batch, std::string_view name) {
  for (std::uint32_t i = 0; i < batch.bound_count; ++i) {
    const prong_bound& bound = batch.bound[i];
    if (bound.name != name) continue;
    const bool fits =
        bound.encoding == encoding_v<T> && (stride_v<T> == 0 || bound.value.size == stride_v<T>);
    if (fits) return read_argument<T>(bound);
    throw std::invalid_argument("argument '" + std::string(name) + "' of " + batch.function + " is " +
                                std::string(signature_v<T>) + " and another type was bound");
  }
  throw std::invalid_argument(std::string(batch.function) + " needs the argument '" + std::string(name) +
                              "', which is not bound");
}

// The arguments of all parameters but the first. `names` are those of all parameters.
template <class First, class... Rest>
[[nodiscard]] std::tuple<Rest...> read_all_bound(const prong_batch& batch, std::string_view names,
                                                 std::tuple<First, Rest...>* /*arguments*/) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return std::tuple<Rest...>{read_bound<Rest>(batch, nth_name(names, I + 1))...};
  }(std::index_sequence_for<Rest...>{});
}

}  // namespace prong::sdk
