// The typed calls of Pool, over the untyped one. Included by <prong/pool.hpp>.
#pragma once

#include <prong/pool.hpp>

#include <array>
#include <tuple>

namespace prong {

namespace detail {

// What the item of a call with these arguments is.
template <class... Arguments>
struct OneItem {
  using Type = std::tuple<Arguments...>;
};
template <class Only>
struct OneItem<Only> {
  using Type = Only;
};

}  // namespace detail

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
  static_assert(!borrows_v<R>, "prong: apply returns a value; a view would point into what is gone");
  static_assert(sizeof...(Arguments) > 0, "prong: a map function has at least one parameter");
  using Item = typename detail::OneItem<detail::ItemType<std::decay_t<Arguments>>...>::Type;
  const std::array<Item, 1> item{Item(arguments...)};
  const ResultSet result = run_map(function, item, {}, signature_v<R>);
  if (!result.failures().empty()) throw TaskFailed{result.failures().front()};
  return read_result<R>(result, 0, function);
}

template <class R, std::ranges::input_range Range>
R Pool::run(std::string_view function, Range&& items, MapOptions options) {
  static_assert(!borrows_v<R>, "prong: run returns a value; a view would point into what is gone");
  const SplitOptions split = split_options(function, std::move(options));
  // Opened before anything runs: a missing result function or a wrong type is found first.
  const FunctionInfo mapper = describe(function);
  Job reduction = open(result_call(function, split, mapper.result, signature_v<R>));
  ResultSet mapped = run_map(function, items, split.mapper, mapper.result);
  if (!mapped.failures().empty()) throw TaskFailed{mapped.failures().front()};
  push_results(reduction, mapped);
  const ResultSet result{reduction.collect()};
  try {
    if (!result.failures().empty()) throw TaskFailed{result.failures().front()};
    return read_result<R>(result, 0, function);
  } catch (const TaskFailed& failed) {
    Failure failure = failed.failure();
    failure.index = Failure::no_item;
    throw TaskFailed{std::move(failure)};
  }
}

}  // namespace prong
