// What a map returned: ResultSet untyped, Results<T> typed, Outcomes<T> for callers that want every ending.
#pragma once

#include <prong/call.hpp>
#include <prong/types.hpp>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <iterator>
#include <memory>
#include <span>
#include <vector>

namespace prong {

// The pieces of a whole map, addressed by item. A value; copies share the pieces.
class PRONG_API ResultSet {
 public:
  ResultSet();
  // Pieces in rising order that cover [0, count) without a gap, as Job::collect gives them.
  explicit ResultSet(std::vector<Piece> pieces);

  [[nodiscard]] std::size_t size() const noexcept;
  // Of all items, rising index.
  [[nodiscard]] const std::vector<Failure>& failures() const noexcept;
  // The encoded result of item i. Precondition: i < size(), the item returned, the encoding is not text or
  // json.
  [[nodiscard]] std::span<const std::byte> value(std::size_t i) const;
  // raw: all results side by side when they lie so, as those of one map do; else empty.
  [[nodiscard]] std::span<const std::byte> contiguous() const noexcept;
  // The pieces, in input order.
  [[nodiscard]] const std::vector<Piece>& pieces() const noexcept;

 private:
  struct Content;
  std::shared_ptr<const Content> content_;
};

// One result out of its encoding. Views (string_view, span) point into the results' memory.
template <class T>
[[nodiscard]] T decode_result(std::span<const std::byte> bytes) {
  if constexpr (wire_v<T> == Wire::raw) {
    return load_raw<T>(bytes.data());
  } else {
    static_assert(wire_v<T> == Wire::views, "prong: results of this type cannot be read yet");
    using Unit = std::remove_const_t<typename T::value_type>;
    const auto* first = reinterpret_cast<const Unit*>(bytes.data());
    return T{first, first + bytes.size()};
  }
}

// The results of a map in input order, decoded as they are read. Raw results are not copied: they lie in the
// pool's memory, which lives as long as they do, also after the pool.
template <class T>
class Results {
 public:
  explicit Results(ResultSet set) : set_{std::move(set)} {}

  [[nodiscard]] std::size_t size() const noexcept { return set_.size(); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] T operator[](std::size_t i) const { return decode_result<T>(set_.value(i)); }

  // The results as one array.
  [[nodiscard]] std::span<const T> span() const noexcept
    requires raw_is_identity_v<T>
  {
    return {reinterpret_cast<const T*>(set_.contiguous().data()), size()};
  }

  [[nodiscard]] std::vector<T> to_vector() const {
    if constexpr (requires { this->span(); }) {
      return std::vector<T>(span().begin(), span().end());
    } else {
      return std::vector<T>(begin(), end());
    }
  }
  operator std::vector<T>() const { return to_vector(); }  // the type's purpose

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
  ResultSet set_;
};

// Every item's ending, in input order.
template <class T>
class Outcomes {
 public:
  explicit Outcomes(ResultSet set) : set_{std::move(set)} {}

  [[nodiscard]] std::size_t size() const noexcept { return set_.size(); }
  // Those that did not return, rising index.
  [[nodiscard]] const std::vector<Failure>& failures() const noexcept { return set_.failures(); }
  [[nodiscard]] Outcome<T> operator[](std::size_t i) const {
    const auto at = std::ranges::lower_bound(failures(), i, {}, &Failure::index);
    if (at != failures().end() && at->index == i) return Outcome<T>{*at};
    return Outcome<T>{decode_result<T>(set_.value(i))};
  }

 private:
  ResultSet set_;
};

}  // namespace prong
