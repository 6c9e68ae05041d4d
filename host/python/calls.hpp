// What the native half of the module is made of: pools, functions, calls, jobs and results, as Python handles
// them. All of it is called with the interpreter's lock held, which is given back around whatever may block.
#pragma once

#include "decode.hpp"
#include "encode.hpp"

#include <prong/pool.hpp>
#include <prong/signature.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace prong::python {

// In a child that the interpreter forks nothing of a pool may be touched, not even to end it. So it is kept
// there.
template <class T>
class Held {
 public:
  explicit Held(T value) : value_{new T(std::move(value))} {}
  Held(Held&& other) noexcept : value_{std::exchange(other.value_, nullptr)}, owner_{other.owner_} {}
  Held& operator=(Held&&) = delete;
  ~Held() {
    if (value_ == nullptr || !is_owner()) return;
    without_lock([this] { delete value_; });
  }
  [[nodiscard]] bool is_owner() const noexcept;
  // Throws UsageError in a child of the process that made it.
  [[nodiscard]] T& operator*() const { return check(), *value_; }
  [[nodiscard]] T* operator->() const { return check(), value_; }

 private:
  void check() const;
  T* value_;
  int owner_ = process();
  static int process() noexcept;
};

// A function as it was when it was looked up.
struct Function {
  explicit Function(FunctionInfo described);
  FunctionInfo info;
  std::vector<TypeInfo> parameters;
  TypeInfo whole;  // an item that gives all arguments
  TypeInfo result;
  // What an item is when the other arguments are bound, or not.
  [[nodiscard]] const TypeInfo& item(bool bound) const noexcept { return bound ? parameters.front() : whole; }
};
using FunctionPointer = std::shared_ptr<const Function>;

// Memory of a pool, or a part of it.
struct Memory {
  Held<std::shared_ptr<const void>> keeper;
  std::span<std::byte> bytes;
  bool read_only;
};

// All that a call returned.
class Outputs {
 public:
  using Pieces = std::shared_ptr<const Held<std::vector<Piece>>>;
  Outputs(FunctionPointer function, Pieces pieces);
  [[nodiscard]] const Function& function() const noexcept { return *function_; }
  [[nodiscard]] const std::vector<Piece>& pieces() const { return **pieces_; }
  [[nodiscard]] std::size_t size() const;
  // The plugin's file that made them; null when there are none.
  [[nodiscard]] std::shared_ptr<const PluginBuild> build() const {
    return pieces().empty() ? nullptr : pieces().front().build;
  }
  [[nodiscard]] std::vector<Failure> failures() const;
  [[nodiscard]] std::optional<Failure> first_failure() const;
  // A list; failed items are what `failed` makes of them.
  [[nodiscard]] Owned values(const MakeFailed& failed) const;
  // Of raw results: all side by side, as they lie there; else nothing.
  [[nodiscard]] std::optional<Memory> memory() const;

 private:
  FunctionPointer function_;
  Pieces pieces_;
};

class RunningCall {
 public:
  RunningCall(FunctionPointer function, bool bound, Job job, Allocate allocate);
  void push(PyObject* items);
  void push_outputs(const Outputs& outputs);
  void finish();
  [[nodiscard]] bool wait(std::optional<double> seconds);
  // A list of what has come; null when the time is over first; empty when all was handed over.
  [[nodiscard]] Owned next(std::optional<double> seconds, const MakeFailed& failed);
  // Waits. As often as it is asked for, until forget(): a signal may come before anybody has them.
  [[nodiscard]] Outputs outputs();
  void forget() noexcept { collected_.reset(); }
  void cancel();
  void detach();
  void when_done(PyObject* callable);
  [[nodiscard]] JobProgress progress();
  // Of an item of the last push, and of a result of what came last.
  [[nodiscard]] double bytes_each() const noexcept { return item_bytes_ + result_bytes_; }

 private:
  FunctionPointer function_;
  bool bound_;
  Held<Job> job_;
  Allocate allocate_;
  Outputs::Pieces collected_;
  double item_bytes_ = 0;
  double result_bytes_ = 0;
};

// What a call is, besides its items.
struct Request {
  FunctionPointer function;
  Call call;
};

class NativePool {
 public:
  NativePool(const RegistryOptions& registry, const PoolOptions& options);
  ~NativePool();
  NativePool(NativePool&&) = delete;

  [[nodiscard]] Pool& pool() const;  // throws UsageError in a child
  [[nodiscard]] FunctionPointer function(const std::string& name, FunctionKind kind) const;
  [[nodiscard]] RunningCall open(const Request& request) const;
  [[nodiscard]] RunningCall submit(const Request& request, PyObject* items) const;
  // Items that lie in `bytes` as the function takes them.
  [[nodiscard]] RunningCall submit_raw(const Request& request, std::span<const std::byte> bytes,
                                       std::size_t count) const;
  // One item, in a list, and its result, or what `failed` makes of its failure. [blocks]
  [[nodiscard]] Owned apply(const Request& request, PyObject* items, const MakeFailed& failed) const;
  [[nodiscard]] Memory allocate(std::size_t size) const;
  // Whether all is over by then; the pool must have been closed. [blocks]
  [[nodiscard]] bool join(std::optional<double> seconds);
  // Nobody is to wait for its end any more, the destructor included.
  void abandon() noexcept { abandoned_ = true; }

 private:
  struct Ending;
  [[nodiscard]] bool is_owner() const noexcept;
  [[nodiscard]] Allocate allocator() const;
  std::shared_ptr<Pool> pool_;
  int owner_;
  std::shared_ptr<Ending> ending_;
  bool abandoned_ = false;
};

}  // namespace prong::python
