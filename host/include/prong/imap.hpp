// Results while inputs still come: what imap, imap_unordered and imap_outcomes return.
#pragma once

#include <prong/call.hpp>
#include <prong/results.hpp>
#include <prong/typed_items.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace prong {

namespace detail {

// Results as they come, item by item, and how many items may be on their way: few at first, so that little is
// computed for a consumer who stops; more when they pass quickly. [one thread]
class PRONG_API ResultStream {
 public:
  struct Options {
    unsigned workers = 1;
    std::uint64_t window = 0;  // items; 0: adapts
    std::uint64_t chunk_size = 0;
  };
  ResultStream(Job job, std::string function, Options options);

  // Items that may be pushed now; none while half the window is on its way, since small pushes cost more.
  [[nodiscard]] std::uint64_t room() const noexcept;
  void push(const Items& items);
  void finish() { job_.finish(); }

  // Leaves the current result, if any. True: the next one is at hand, and is current.
  [[nodiscard]] bool step();
  // Precondition of both: no result is current. Makes the next one current; false when there is none yet,
  // [never blocks]; or none on its way, [blocks].
  [[nodiscard]] bool try_fetch();
  [[nodiscard]] bool fetch();

  // What made the current result.
  [[nodiscard]] const std::shared_ptr<const PluginBuild>& build() const noexcept { return piece_->build; }
  // The current result. Throws TaskFailed when the item failed, or what the plugin emitted is no R.
  template <class R>
  [[nodiscard]] R read() const {
    if (const Failure* failed = failure()) throw TaskFailed{*failed};
    try {
      return decode_result<R>(value());
    } catch (const std::invalid_argument& unfit) {
      throw TaskFailed{unfit_result(unfit.what())};
    }
  }

 private:
  [[nodiscard]] const Failure* failure() const noexcept;  // nullptr: it returned
  [[nodiscard]] std::span<const std::byte> value() const noexcept;
  [[nodiscard]] Failure unfit_result(const char* what) const;
  [[nodiscard]] bool take(std::optional<Piece> piece);
  [[nodiscard]] std::uint64_t window() const noexcept;
  void adapt();

  Job job_;
  std::string function_;
  bool adapts_;
  std::uint64_t window_least_;
  std::uint64_t window_;           // as far as time tells
  std::uint64_t outstanding_ = 0;  // pushed, and not passed
  std::uint64_t passed_ = 0;       // since the window was adapted
  std::chrono::steady_clock::time_point adapted_at_;
  std::size_t item_bytes_ = 1;    // of the last push, on average
  std::size_t result_bytes_ = 0;  // of the last piece, on average
  std::optional<Piece> piece_;
  std::uint64_t place_ = 0;   // of the current result in the piece
  std::size_t failures_ = 0;  // of the piece, before the current result
};

// What comes out: an outcome for every item, or the values, and then an item that failed throws.
template <class Value>
struct StreamValue {
  static Value make(const ResultStream& stream) { return stream.read<Value>(); }
};
template <class R>
struct StreamValue<Outcome<R>> {
  static Outcome<R> make(const ResultStream& stream) {
    try {
      return Outcome<R>{stream.read<R>(), stream.build()};
    } catch (const TaskFailed& failed) {
      return Outcome<R>{failed.failure()};
    }
  }
};

}  // namespace detail

// The results of a map over a range that is read as results are asked for, on the thread that asks, up to a
// window ahead of them: an input range to walk once. What is read from the input and not yet returned is
// given up when this is dropped. A result that failed throws TaskFailed where it stands (`*it`), and `++it`
// goes on; an exception of the input range is thrown after the results of what came before it. [host] [one
// thread]
template <class Value, std::ranges::view Input>
class Imap {
 public:
  Imap(Job job, std::string function, detail::ResultStream::Options options, Input input, Allocate allocate)
      : stream_{std::move(job), std::move(function), options},
        input_{std::move(input)},
        allocate_{std::move(allocate)} {}
  Imap(const Imap&) = delete;
  Imap& operator=(const Imap&) = delete;

  class iterator {
   public:
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    iterator() = default;
    explicit iterator(Imap* imap) : imap_{imap} {}
    // [blocks] no more than `++` did.
    Value operator*() const { return imap_->value(); }
    // [blocks] until there is another result, or the end.
    iterator& operator++() { return imap_->advance(), *this; }
    void operator++(int) { imap_->advance(); }
    friend bool operator==(const iterator& it, std::default_sentinel_t) { return it.is_at_end(); }

   private:
    [[nodiscard]] bool is_at_end() const { return imap_->ended_; }
    Imap* imap_ = nullptr;
  };

  // Once. [blocks] until there is a result.
  [[nodiscard]] iterator begin() {
    advance();
    return iterator{this};
  }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  using Clock = std::chrono::steady_clock;
  using Item = std::ranges::range_value_t<Input>;
  // Reading on while results are there delays them; so long at most, from one result to the next.
  static constexpr std::chrono::microseconds reading_time{500};
  static constexpr std::uint64_t batch_most = 1 << 14;
  static constexpr std::size_t batch_bytes = 1 << 20;

  [[nodiscard]] Value value() const { return detail::StreamValue<Value>::make(stream_); }

  void advance() {
    if (stream_.step()) return;
    const auto until = Clock::now() + reading_time;
    while (has_input_ && stream_.room() > 0) {
      read_batch();
      if (Clock::now() >= until && stream_.try_fetch()) return;
    }
    if (stream_.fetch()) return;
    ended_ = true;
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

  // One item at first, so that the first result is early, then twice as many each time; fewer when the input
  // is slow.
  void read_batch() {
    std::vector<Item> batch;
    std::size_t bytes = 0;
    const std::uint64_t most = std::min(stream_.room(), batch_);
    const auto until = Clock::now() + reading_time;
    try {
      do {
        if (!go_on()) {
          has_input_ = false;
          break;
        }
        batch.push_back(**at_);
        bytes += size_of(batch.back());
      } while (batch.size() < most && bytes < batch_bytes && Clock::now() < until);
    } catch (...) {
      end_input();
    }
    batch_ = std::min(batch_ * 2, batch_most);
    push(batch);
    if (!has_input_) stream_.finish();
  }

  // An item that cannot be encoded ends the input as an exception of the range does.
  void push(std::vector<Item>& batch) {
    if (batch.empty()) return;
    try {
      stream_.push(encode_items(batch, allocate_).items);
    } catch (const Mismatch&) {
      end_input();
      if (batch.size() > 1) push_one_by_one(batch);
    } catch (const Error&) {  // the pool takes no more
      end_input();
    }
  }

  void end_input() {
    error_ = std::current_exception();
    has_input_ = false;
  }

  void push_one_by_one(const std::vector<Item>& batch) {
    for (const Item& item : batch) {
      std::vector<Item> one{item};
      try {
        stream_.push(encode_items(one, allocate_).items);
      } catch (const Error&) {
        return;
      }
    }
  }

  static std::size_t size_of(const Item& item) {
    if constexpr (requires { std::size(item); }) return sizeof(Item) + std::size(item);
    return sizeof(Item);
  }

  // To the next item of the input, and no further: an iterator may wait for what it goes to. False at the
  // end.
  bool go_on() {
    if (at_) {
      ++*at_;
    } else {
      at_.emplace(std::ranges::begin(input_));
    }
    return *at_ != std::ranges::end(input_);
  }

  detail::ResultStream stream_;
  Input input_;
  std::optional<std::ranges::iterator_t<Input>> at_;
  Allocate allocate_;
  std::exception_ptr error_;
  std::uint64_t batch_ = 1;
  bool has_input_ = true;
  bool ended_ = false;
};

}  // namespace prong
