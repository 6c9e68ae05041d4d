// A prong_batch built by hand, with what the plugin did to it.
#pragma once

#include <prong/msgpack.hpp>
#include <prong/plugin.h>

#include <cstring>
#include <list>
#include <optional>
#include <string>
#include <vector>

struct Failure {
  std::uint64_t item;
  std::string type;
  std::string what;
  std::uint64_t progress;  // when the failure was reported
};

class Batch : public prong_batch {
 public:
  Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch();  // the job's end: destroys the state, unless that is another's

  template <class T>
    requires(prong::wire_v<T> == prong::Wire::msgpack)
  Batch& with_items(const std::vector<T>& values) {
    std::vector<std::string> encoded_values;
    for (const T& value : values)
      prong::encode_msgpack(value, encoded_values.emplace_back());
    return with_msgpack(std::move(encoded_values));
  }

  template <prong::Raw T>
  Batch& with_items(const std::vector<T>& values) {
    item_bytes_ = encoded(values);
    count = values.size();
    item_encoding = PRONG_RAW;
    item_stride = prong::raw_stride_v<T>;
    items = item_bytes_.data();
    return *this;
  }

  Batch& with_texts(std::vector<std::string> texts);
  // Also such as no encoder writes.
  Batch& with_msgpack(std::vector<std::string> values);

  // Filled with 0xaa, to see what is written.
  template <prong::Raw T>
  Batch& returning() {
    result_bytes_.assign(std::max<std::uint64_t>(count, 1) * prong::raw_stride_v<T>, std::byte{0xaa});
    result_encoding = PRONG_RAW;
    result_stride = prong::raw_stride_v<T>;
    results = result_bytes_.data();
    return *this;
  }

  Batch& returning_text();

  template <class T>
    requires(prong::wire_v<T> == prong::Wire::msgpack)
  Batch& returning() {
    returning_text();
    result_encoding = PRONG_MSGPACK;
    return *this;
  }

  template <prong::Raw T>
  Batch& binding(const char* name, const T& value) {
    return bind(name, encoded(std::vector<T>{value}), PRONG_RAW);
  }
  Batch& binding_text(const char* name, std::string_view value);
  template <class T>
    requires(prong::wire_v<T> == prong::Wire::msgpack)
  Batch& binding(const char* name, const T& value) {
    return bind(name, prong::encode_msgpack(value), PRONG_MSGPACK);
  }

  // As another batch of the same job.
  Batch& with_state(prong_state& shared) {
    state = &shared;
    return *this;
  }

  template <class T>
    requires(prong::wire_v<T> == prong::Wire::msgpack)
  [[nodiscard]] T result(std::uint64_t item) const {
    return prong::decode_msgpack<T>(std::as_bytes(std::span(emitted.at(item).value())));
  }
  template <prong::Raw T>
  [[nodiscard]] T result(std::uint64_t item) const {
    return prong::load_raw<T>(result_bytes_.data() + item * prong::raw_stride_v<T>);
  }
  [[nodiscard]] const std::vector<std::byte>& result_bytes() const { return result_bytes_; }

  // Outcome.
  std::uint64_t ended = 0xdead;
  std::uint32_t is_cancelled = 0;
  std::vector<Failure> failures;
  std::vector<std::optional<std::string>> emitted;

  // Cancels the batch when this item fails or is emitted.
  std::optional<std::uint64_t> cancel_at;
  // Does not take the result of this item.
  std::optional<std::uint64_t> too_large;

 private:
  template <class T>
  static std::vector<std::byte> encoded(const std::vector<T>& values) {
    std::vector<std::byte> bytes(values.size() * prong::raw_stride_v<T>);
    for (std::size_t i = 0; i < values.size(); ++i) {
      prong::store_raw<T>(bytes.data() + i * prong::raw_stride_v<T>, values[i]);
    }
    return bytes;
  }

  Batch& bind(const char* name, std::vector<std::byte> bytes, prong_encoding encoding);
  void on_item(std::uint64_t item) { is_cancelled |= cancel_at == item; }

  std::vector<std::byte> item_bytes_, result_bytes_;
  std::vector<std::string> texts_;
  std::vector<prong_view> views_;
  std::list<std::vector<std::byte>> bound_bytes_;
  std::vector<prong_bound> bound_;
  prong_state state_{};
};
