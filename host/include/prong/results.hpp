// What a map returned, typed: Results<T>, and Outcomes<T> for callers that want every ending.
#pragma once

#include <prong/large_arrays.hpp>
#include <prong/result_set.hpp>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <iterator>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace prong {

// The results of a map in input order, decoded as they are read. Raw results are not copied: they lie in the
// pool's memory, which lives as long as they do, also after the pool. Views in what is read (string_view,
// span) are valid as long as these Results or a copy of them.
template <class T>
class Results {
 public:
  explicit Results(ResultSet set) : set_{std::move(set)} {}

  [[nodiscard]] std::size_t size() const noexcept { return set_.size(); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  // The build of the plugin that made them; null: a function of the host's own, or there are none.
  [[nodiscard]] const std::shared_ptr<const PluginBuild>& build() const noexcept { return set_.build(); }
  [[nodiscard]] T operator[](std::size_t i) const { return read_result<T>(set_, i); }

  // The results as one array.
  [[nodiscard]] std::span<const T> span() const noexcept
    requires raw_is_identity_v<T>
  {
    return {reinterpret_cast<const T*>(set_.contiguous().data()), size()};
  }

  [[nodiscard]] std::vector<T> to_vector() const& {
    if constexpr (requires { this->span(); }) {
      std::vector<T> values = make_vector(size());
      values.assign(span().begin(), span().end());
      return values;
    } else if (std::is_trivially_copyable_v<T> || size() < detail::many_values) {
      return read_vector(0, size());
    } else {
      const std::size_t half = size() / 2;
      std::vector<T> values = make_vector(size());
      std::vector<T> others;
      detail::call_both([&] { append(values, 0, half); }, [&] { others = read_vector(half, size()); });
      values.insert(values.end(), std::move_iterator{others.begin()}, std::move_iterator{others.end()});
      return values;
    }
  }
  operator std::vector<T>() const& { return to_vector(); }  // the type's purpose

  [[nodiscard]] std::vector<T> to_vector() &&
    requires borrows_v<T>
  {
    static_assert(!borrows_v<T>, "prong: views of results last as long as the Results: give these a name");
    return {};
  }
  operator std::vector<T>() &&
    requires borrows_v<T>
  {
    return std::move(*this).to_vector();
  }

  class iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;
    using reference = T;
    using pointer = void;
    iterator() = default;
    iterator(const Results* results, std::size_t at) : results_{results}, at_{at} {}
    T operator*() const { return (*results_)[at_]; }
    iterator& operator++() { return ++at_, *this; }
    iterator operator++(int) { return {results_, at_++}; }
    friend bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }

   private:
    const Results* results_ = nullptr;
    std::size_t at_ = 0;
  };
  [[nodiscard]] iterator begin() const { return {this, 0}; }
  [[nodiscard]] iterator end() const { return {this, size()}; }

 private:
  // Empty, and with room for so many values.
  [[nodiscard]] static std::vector<T> make_vector(std::size_t room) {
    std::vector<T> values;
    values.reserve(room);
    if constexpr (requires { values.data(); }) detail::expect_writes(values.data(), room * sizeof(T));
    return values;
  }
  // Results [first, end).
  [[nodiscard]] std::vector<T> read_vector(std::size_t first, std::size_t end) const {
    std::vector<T> values = make_vector(end - first);
    append(values, first, end);
    return values;
  }
  void append(std::vector<T>& values, std::size_t first, std::size_t end) const {
    if (first == end) return;
    for (ResultCursor at{set_, first}; first < end; ++first, at.advance())
      values.push_back(detail::read_value<T>(set_, first, at.value()));
  }

  ResultSet set_;
};

// Every item's ending, in input order. Views are valid as long as the Outcomes.
template <class T>
class Outcomes {
 public:
  explicit Outcomes(ResultSet set) : set_{std::move(set)} {}

  [[nodiscard]] std::size_t size() const noexcept { return set_.size(); }
  // As of Results; that of each outcome, too.
  [[nodiscard]] const std::shared_ptr<const PluginBuild>& build() const noexcept { return set_.build(); }
  // Those that did not return, rising index.
  [[nodiscard]] const std::vector<Failure>& failures() const noexcept { return set_.failures(); }
  [[nodiscard]] Outcome<T> operator[](std::size_t i) const {
    const auto at = std::ranges::lower_bound(failures(), i, {}, &Failure::index);
    if (at != failures().end() && at->index == i) return Outcome<T>{*at};
    try {
      return Outcome<T>{read_result<T>(set_, i), set_.build()};
    } catch (const TaskFailed& failed) {
      return Outcome<T>{failed.failure()};
    }
  }

 private:
  ResultSet set_;
};

}  // namespace prong
