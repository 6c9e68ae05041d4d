// A pool of two workers over all plugins of the tests, and what calls in C look like when they are to work.
#pragma once

#include <prong/prong.h>

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prong_c_test {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* handle) const {
    free(handle);
  }
};
using Error = std::unique_ptr<prong_error, Free<&prong_error_free>>;
using Job = std::unique_ptr<prong_job, Free<&prong_job_free>>;
using Memory = std::unique_ptr<prong_memory, Free<&prong_memory_free>>;
using Modules = std::unique_ptr<prong_modules, Free<&prong_modules_free>>;
using PoolHandle = std::unique_ptr<prong_pool, Free<&prong_pool_free>>;
using Registry = std::unique_ptr<prong_registry, Free<&prong_registry_free>>;
using Results = std::unique_ptr<prong_results, Free<&prong_results_free>>;

// The last of a call's arguments: fails the test when there was an error.
class NoError {
 public:
  NoError() = default;
  NoError(const NoError&) = delete;
  NoError& operator=(const NoError&) = delete;
  ~NoError() {
    CHECK_MESSAGE(error_ == nullptr, prong_error_message(error_));
    prong_error_free(error_);
  }
  operator prong_error**() { return &error_; }

 private:
  prong_error* error_ = nullptr;
};

inline Registry make_registry() {
  const char* const folders[] = {PRONG_TEST_CULPRITS, PRONG_TEST_ECHOES};
  const prong_registry_options options{sizeof(prong_registry_options), 0, folders, 2};
  return Registry{prong_registry_new(&options, NoError{})};
}

inline prong_pool_options pool_options() {
  prong_pool_options options{};
  options.struct_size = sizeof options;
  options.workers = 2;
  return options;
}

inline PoolHandle make_pool(const prong_pool_options& options = pool_options()) {
  return PoolHandle{prong_pool_new(make_registry().get(), &options, NoError{})};
}

inline prong_call make_call(const char* function, uint32_t items = PRONG_RAW,
                            uint32_t results = PRONG_NATIVE) {
  prong_call call{};
  call.struct_size = sizeof call;
  call.function = function;
  call.item_encoding = items;
  call.result_encoding = results;
  return call;
}

inline prong_items make_items(const std::vector<double>& numbers) {
  prong_items items{};
  items.struct_size = sizeof items;
  items.bytes = numbers.data();
  items.size = numbers.size() * sizeof(double);
  items.count = numbers.size();
  return items;
}

// Texts side by side.
class Texts {
 public:
  explicit Texts(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      bytes_ += text;
      offsets_.push_back(bytes_.size());
    }
  }
  [[nodiscard]] prong_items items() const {
    prong_items items{};
    items.struct_size = sizeof items;
    items.bytes = bytes_.data();
    items.size = bytes_.size();
    items.count = offsets_.size() - 1;
    items.offsets = offsets_.data();
    return items;
  }

 private:
  std::string bytes_;
  std::vector<uint64_t> offsets_{0};
};

inline Results map(const PoolHandle& pool, const prong_call& call, const prong_items& items) {
  Results results{prong_map(pool.get(), &call, &items, NoError{})};
  REQUIRE(results != nullptr);
  return results;
}

inline double number(prong_view value) {
  double read = 0;
  REQUIRE(value.size == sizeof read);
  std::memcpy(&read, value.data, sizeof read);
  return read;
}

inline std::string_view text(prong_view value) { return {static_cast<const char*>(value.data), value.size}; }
inline std::string_view text(prong_text value) { return {value.data, value.size}; }

inline std::string_view value_of(const Results& results, uint64_t item) {
  return text(prong_results_value(results.get(), item));
}

}  // namespace prong_c_test
