// The typed calls of Pool, over the untyped one. Included by <prong/pool.hpp>.
#pragma once

#include <prong/pool.hpp>

#include <array>
#include <tuple>

namespace prong {

template <class Range>
ResultSet Pool::run_map(std::string_view function, Range&& items, MapOptions options,
                        std::string_view result) {
  const EncodedItems encoded = encode_items(items, [this](std::size_t size) { return allocate_bytes(size); });
  Call call{.function = std::string{function},
            .bound = std::move(options.bound),
            .items = encoded.encoding,
            .item_signature = std::string{signature_v<ItemOf<Range>>},
            .result_signature = std::string{result},
            .chunk_size = options.chunk_size,
            .seed = options.seed};
  return ResultSet{submit(call, encoded.items).collect()};
}

template <class R, class... Arguments>
R Pool::apply(std::string_view function, const Arguments&... arguments) {
  static_assert(!std::ranges::view<R>, "prong: apply returns a value; a view would point into what is gone");
  static_assert(sizeof...(Arguments) > 0, "prong: a map function has at least one parameter");
  if constexpr (sizeof...(Arguments) == 1) {
    return map<R>(function, std::array{detail::ItemType<std::decay_t<Arguments>>{arguments}...})[0];
  } else {
    return map<R>(function,
                  std::array{std::tuple{detail::ItemType<std::decay_t<Arguments>>{arguments}...}})[0];
  }
}

template <class R, std::ranges::input_range Range>
R Pool::run(std::string_view function, Range&& items, MapOptions options) {
  static_assert(!std::ranges::view<R>, "prong: run returns a value; a view would point into what is gone");
  const SplitOptions split = split_options(function, std::move(options));
  // Opened before anything runs: a missing result function or a wrong type is found first.
  const FunctionInfo mapper = describe(function);
  Job reduction = open(result_call(function, split, mapper.result, signature_v<R>));
  ResultSet mapped = run_map(function, items, split.mapper, mapper.result);
  if (!mapped.failures().empty()) throw TaskFailed{mapped.failures().front()};
  push_results(reduction, mapped);
  const ResultSet result{reduction.collect()};
  if (!result.failures().empty()) throw TaskFailed{result.failures().front()};
  return decode_result<R>(result.value(0));
}

}  // namespace prong
