// Runs a result function: one call with all results of a map.
#pragma once

#include <prong/sdk/map.hpp>

#include <memory>
#include <span>

namespace prong::sdk {

// All items as one span: over the batch's own memory when its bytes are objects already, else over a copy.
template <class T>
class AllItems {
 public:
  explicit AllItems(const prong_batch& batch) : count_(batch.count) {
    if constexpr (!is_in_place) {
      decoded_ = std::make_unique<T[]>(count_);
      for (std::uint64_t i = 0; i < count_; ++i)
        decoded_[i] = read_item<T>(items_of<T>(batch), i);
    } else {
      in_place_ = static_cast<const T*>(batch.items);
    }
  }

  [[nodiscard]] std::span<const T> span() const {
    return {decoded_ ? decoded_.get() : in_place_, static_cast<std::size_t>(count_)};
  }

 private:
  static constexpr bool is_in_place = [] {
    if constexpr (Raw<T>) return raw_is_identity_v<T>;
    return false;
  }();

  std::uint64_t count_;
  std::unique_ptr<T[]> decoded_;
  const T* in_place_ = nullptr;
};

template <class T>
struct NoItems {
  static constexpr bool are_span = false;
  using Item = std::monostate;
};
template <class Parameters>
struct ItemsOf : NoItems<Parameters> {};
template <class T, class... Bound>
struct ItemsOf<std::tuple<std::span<const T>, Bound...>> {
  static constexpr bool are_span = true;
  using Item = T;
};

template <class Export, class Source>
struct ResultFunction : Function<Export, Source> {
  using Base = Function<Export, Source>;
  using typename Base::Parameters;
  using typename Base::Result;
  using Items = ItemsOf<Parameters>;
  using Item = typename Items::Item;

  static consteval bool check() {
    constexpr bool is_function = check_function<Base>();
    static_assert(
        !is_function || Items::are_span,
        "prong: the first parameter of a result function is std::span<const T>, all results of the map");
    constexpr bool is_named = Base::named == Base::arity || (Base::named == 0 && Base::arity == 1);
    static_assert(!is_function || is_named,
                  "prong: PRONG_RESULT names every parameter of its function when some are bound");
    return is_function && Items::are_span && is_named;
  }

  static void run(const prong_batch& batch) {
    if constexpr (check() && can_travel<Item>() && can_travel<Result>()) {
      expect_encodings<Item, Result>(batch);
      const AllItems<Item> all{batch};
      const auto bound = read_all_bound(batch, Export::names(), static_cast<Parameters*>(nullptr));
      write_result<Result>(
          batch, batch.results, 0,
          std::apply([&all](const auto&... rest) { return call<Source>(all.span(), rest...); }, bound));
    }
  }
};

// What a resultfn:: export does.
template <class Export, class Source>
std::int32_t run_result(const prong_batch& batch) {
  const RunningCall running{batch};
  publish(batch, 0);
  try {
    ResultFunction<Export, Source>::run(batch);
  } catch (const abi::__forced_unwind&) {
    throw;
  } catch (...) {
    fail_with_current_exception(batch, 0, 1);
  }
  publish(batch, batch.count);
  return 0;
}

}  // namespace prong::sdk
