// What a map returned, untyped: its pieces, addressed by item; and how one result becomes a C++ value.
#pragma once

#include <prong/call.hpp>
#include <prong/codec/wire_form.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
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
  // What made them; null: a function of the host's own, or no items.
  [[nodiscard]] const std::shared_ptr<const PluginBuild>& build() const noexcept;
  // The pieces, in input order.
  [[nodiscard]] const std::vector<Piece>& pieces() const noexcept;

  // The same, but for these items, of rising index, which had returned and are failures now.
  [[nodiscard]] ResultSet with_failures(std::vector<Failure> more) const;

 private:
  struct Content;
  std::shared_ptr<const Content> content_;
};

// Results one after the other, without a search for each. Valid as long as the set.
class PRONG_API ResultCursor {
 public:
  // At item `first`. Precondition: there is one.
  ResultCursor(const ResultSet& set, std::size_t first);

  // ResultSet::value() of the item that it is at. Precondition: there is one.
  [[nodiscard]] std::span<const std::byte> value() const {
    if (piece_->stride != 0) return piece_->bytes.subspan(at_ * piece_->stride, piece_->stride);
    const std::size_t begin = at_ == 0 ? 0 : piece_->ends[at_ - 1];
    return piece_->bytes.subspan(begin, piece_->ends[at_] - begin);
  }
  // To the next item.
  void advance() {
    for (++at_; at_ == piece_->count && --pieces_left_ > 0; at_ = 0)
      ++piece_;
  }

 private:
  const Piece* piece_;
  std::size_t pieces_left_;  // with this one
  std::size_t at_;           // of this one
};

// One result out of its encoding, whatever the bytes are. Views (string_view, span) point into them. Throws
// std::invalid_argument, "expected i8 (-128 to 127) at $[1].x, found 300", when they are no T.
template <class T>
[[nodiscard]] T decode_result(std::span<const std::byte> bytes) {
  if constexpr (std::is_void_v<T>) {
    return;
  } else if constexpr (codec::can_travel<T>()) {
    if constexpr (wire_v<T> == Wire::raw) {
      if (bytes.size() < raw_size_v<T>) throw std::invalid_argument("fewer bytes than the type has");
    }
    return codec::from_wire<T>(bytes);
  }
}

namespace detail {

// Result i, of which these are the bytes.
template <class T>
[[nodiscard]] T read_value(const ResultSet& results, std::size_t i, std::span<const std::byte> bytes,
                           std::string_view function = {}) {
  try {
    return decode_result<T>(bytes);
  } catch (const std::invalid_argument& unfit) {
    throw TaskFailed{{.index = i,
                      .ending = Ending::threw,
                      .function = std::string{function},
                      .what = std::string{"the result is not of the function's type: "} + unfit.what(),
                      .build = results.build()}};
  }
}

}  // namespace detail

// Result i. Throws TaskFailed when what the plugin emitted is no T.
template <class T>
[[nodiscard]] T read_result(const ResultSet& results, std::size_t i, std::string_view function = {}) {
  return detail::read_value<T>(results, i, results.value(i), function);
}

// The same results, of which those that are no T have failed. Raw values and views always are.
template <class T>
[[nodiscard]] ResultSet checked(ResultSet results, std::string_view function) {
  if constexpr (wire_v<T> == Wire::msgpack) {
    std::vector<Failure> unfit;
    auto failure = results.failures().begin();
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (failure != results.failures().end() && failure->index == i) {
        ++failure;
        continue;
      }
      try {
        static_cast<void>(read_result<T>(results, i, function));
      } catch (const TaskFailed& failed) {
        unfit.push_back(failed.failure());
      }
    }
    if (!unfit.empty()) return results.with_failures(std::move(unfit));
  }
  return results;
}

}  // namespace prong
