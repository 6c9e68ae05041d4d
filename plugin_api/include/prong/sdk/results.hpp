// All results of a map, as a result function sees them: decoded when they are looked at.
#pragma once

#include <prong/sdk/values.hpp>

#include <compare>
#include <cstddef>
#include <iterator>
#include <utility>

namespace prong::sdk {

// A value; copies look at the same results. [plugin thread], valid during the call.
template <class T>
class Results {
 public:
  class Iterator;

  explicit Results(const prong_batch& batch) : batch_(&batch), items_(items_of<T>(batch)) {}

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(batch_->count); }
  [[nodiscard]] bool empty() const { return size() == 0; }

  // Decodes it, each time that it is asked for. Views in it are valid during the call. Precondition: i <
  // size().
  [[nodiscard]] T operator[](std::size_t i) const { return read_item<T>(items_, i); }

  // The index, in the caller's input, of the item that this is the result of: rising, with a gap for each
  // item that failed. Precondition: i < size().
  [[nodiscard]] std::uint64_t index(std::size_t i) const {
    return batch_->indices ? batch_->indices[i] : batch_->first_index + i;
  }

  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, static_cast<std::ptrdiff_t>(size())}; }

 private:
  const prong_batch* batch_;
  const void* items_;
};

// Random access. What it points to are values and not objects, so before C++20 it is an input iterator only.
template <class T>
class Results<T>::Iterator {
 public:
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using reference = T;
  using pointer = void;
  using iterator_category = std::input_iterator_tag;
  using iterator_concept = std::random_access_iterator_tag;

  Iterator() = default;
  Iterator(const Results& results, std::ptrdiff_t at) : items_(results.items_), at_(at) {}

  T operator*() const { return (*this)[0]; }
  T operator[](std::ptrdiff_t n) const { return read_item<T>(items_, static_cast<std::uint64_t>(at_ + n)); }

  Iterator& operator+=(std::ptrdiff_t n) { return at_ += n, *this; }
  Iterator& operator-=(std::ptrdiff_t n) { return *this += -n; }
  Iterator& operator++() { return *this += 1; }
  Iterator& operator--() { return *this += -1; }
  Iterator operator++(int) { return std::exchange(*this, *this + 1); }
  Iterator operator--(int) { return std::exchange(*this, *this + -1); }

  friend Iterator operator+(Iterator a, std::ptrdiff_t n) { return a += n; }
  friend Iterator operator+(std::ptrdiff_t n, Iterator a) { return a += n; }
  friend Iterator operator-(Iterator a, std::ptrdiff_t n) { return a -= n; }
  friend std::ptrdiff_t operator-(const Iterator& a, const Iterator& b) { return a.at_ - b.at_; }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }
  friend auto operator<=>(const Iterator& a, const Iterator& b) { return a.at_ <=> b.at_; }

 private:
  const void* items_ = nullptr;
  std::ptrdiff_t at_ = 0;
};

}  // namespace prong::sdk
