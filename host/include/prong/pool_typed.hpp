// The typed calls of Pool, over the untyped one. Included by <prong/pool.hpp>.
#pragma once

#include <prong/pool.hpp>

#include <array>
#include <optional>
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

template <class... Arguments>
auto item_of(const Arguments&... arguments) {
  static_assert(sizeof...(Arguments) > 0, "prong: a map function has at least one parameter");
  using Item = typename OneItem<ItemType<std::decay_t<Arguments>>...>::Type;
  return std::array<Item, 1>{Item(arguments...)};
}

template <class Item>
constexpr Encoding encoding_of() noexcept {
  return wire_v<Item> == Wire::raw     ? Encoding::raw
         : wire_v<Item> == Wire::views ? Encoding::views
                                       : Encoding::msgpack;
}

template <class Item>
Call map_call(std::string_view function, MapOptions options, std::string_view result) {
  return {.function = std::string{function},
          .bound = std::move(options.bound),
          .items = encoding_of<Item>(),
          .item_signature = std::string{signature_v<Item>},
          .result_signature = std::string{result},
          .chunk_size = options.chunk_size,
          .seed = options.seed,
          .timeout = options.timeout,
          .retries = options.retries};
}

}  // namespace detail

// A function and its arguments for PoolOptions::initializer.
template <class... Arguments>
[[nodiscard]] Initializer initializer(std::string function, const Arguments&... arguments) {
  return {.function = std::move(function), .item = prong::bind("", detail::item_of(arguments...)[0])};
}

template <class Range>
Job Pool::start_map(std::string_view function, Range&& items, MapOptions options, std::string_view result) {
  const EncodedItems encoded = encode_items(items, allocator());
  return submit(detail::map_call<ItemOf<Range>>(function, std::move(options), result), encoded.items);
}

template <class Range>
ResultSet Pool::run_map(std::string_view function, Range&& items, MapOptions options,
                        std::string_view result) {
  const EncodedItems encoded = encode_items(items, allocator());
  return ResultSet{
      complete(detail::map_call<ItemOf<Range>>(function, std::move(options), result), encoded.items)};
}

template <class R, class Value, class Range>
auto Pool::stream(std::string_view function, Range&& items, MapOptions options, StreamOptions stream) {
  detail::ResultStream::Options window{.window = options.window, .chunk_size = options.chunk_size};
  Call call = detail::map_call<ItemOf<Range>>(function, std::move(options), signature_v<R>);
  call.ordered = stream.ordered;
  Job job = open(call);
  window.workers = workers();  // of an engine's nodes more may be known by now
  return Imap<Value, std::views::all_t<Range>>{std::move(job), call.function, window,
                                               std::views::all(std::forward<Range>(items)), allocator()};
}

template <class T, class Decode>
AsyncResult<T> Pool::when_done(Job job, AsyncOptions<T> options, Decode decode) {
  detail::Pending::Then then;
  if (options.callback || options.error_callback) {
    then = [options = std::move(options), decode](const ResultSet& set) {
      std::optional<T> value;
      try {
        if (!set.failures().empty()) throw TaskFailed{set.failures().front()};
        value.emplace(decode(set));
      } catch (const TaskFailed& failed) {  // an item's ending, or a result that is none of the type
        if (options.error_callback) options.error_callback(failed);
        return;
      }
      if (options.callback) options.callback(*value);
    };
  }
  return {detail::Pending::start(std::move(job), std::move(then)), [decode](const ResultSet& set) {
            if (!set.failures().empty()) throw TaskFailed{set.failures().front()};
            return decode(set);
          }};
}

template <class R, std::ranges::input_range Range>
AsyncResult<Results<R>> Pool::map_async(std::string_view function, Range&& items,
                                        AsyncOptions<Results<R>> options) {
  Job job = start_map(function, items, options, signature_v<R>);
  return when_done(std::move(job), std::move(options), [name = std::string{function}](const ResultSet& set) {
    ResultSet fit = checked<R>(set, name);
    if (!fit.failures().empty()) throw TaskFailed{fit.failures().front()};
    return Results<R>{std::move(fit)};
  });
}

template <class R, class... Arguments>
AsyncResult<R> Pool::apply_async(std::string_view function, const std::tuple<Arguments...>& arguments,
                                 AsyncOptions<R> options) {
  static_assert(!borrows_v<R>, "prong: apply returns a value; a view would point into what is gone");
  const auto item = std::apply([](const auto&... each) { return detail::item_of(each...); }, arguments);
  Job job = start_map(function, item, options, signature_v<R>);
  return when_done(std::move(job), std::move(options), [name = std::string{function}](const ResultSet& set) {
    return read_result<R>(set, 0, name);
  });
}

template <class R, class... Arguments>
R Pool::apply(std::string_view function, const Arguments&... arguments) {
  static_assert(!borrows_v<R>, "prong: apply returns a value; a view would point into what is gone");
  const ResultSet result = run_map(function, detail::item_of(arguments...), {}, signature_v<R>);
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
