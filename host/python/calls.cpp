// Pools, calls and results under the interpreter's lock.
#include "calls.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace prong::python {

namespace {

using Clock = std::chrono::steady_clock;

// As long as a pool that nobody holds any more may take to end. A callback that does not return takes longer.
constexpr double ending_seconds = 5;

std::vector<TypeInfo> types_of(const std::vector<Parameter>& parameters) {
  std::vector<TypeInfo> types;
  for (const Parameter& parameter : parameters)
    types.push_back(parse_signature(parameter.type));
  return types;
}

// What fails of a result function is no item.
Failure as_told(Failure failure, const Function& function) {
  if (function.info.kind == FunctionKind::result) failure.index = Failure::no_item;
  return failure;
}

// MessagePack that goes under the name of no type is held against it by the workers, item by item.
Call with_items(const Request& request, Encoding encoding) {
  Call call = request.call;
  call.items = encoding;
  if (encoding != Encoding::msgpack && call.item_signature.empty())
    call.item_signature = request.function->item(!call.bound.empty()).signature;
  return call;
}

}  // namespace

template <class T>
int Held<T>::process() noexcept {
  return ::getpid();
}
template <class T>
bool Held<T>::is_owner() const noexcept {
  return process() == owner_;
}
template <class T>
void Held<T>::check() const {
  if (!is_owner())
    throw UsageError{"what a pool gave works only in the process that made the pool, not in a child of that"};
}
template class Held<Job>;
template class Held<std::vector<Piece>>;
template class Held<std::shared_ptr<const void>>;

Function::Function(FunctionInfo described)
    : info{std::move(described)},
      parameters{types_of(info.parameters)},
      whole{parameters.size() == 1 ? parameters.front() : tuple_of(parameters)},
      result{parse_signature(info.result)} {}

Outputs::Outputs(FunctionPointer function, Pieces pieces)
    : function_{std::move(function)}, pieces_{std::move(pieces)} {}

std::size_t Outputs::size() const {
  return pieces().empty() ? 0 : pieces().back().first + pieces().back().count;
}

std::vector<Failure> Outputs::failures() const {
  std::vector<Failure> all;
  for (const Piece& piece : pieces())
    all.insert(all.end(), piece.failures.begin(), piece.failures.end());
  return all;
}

std::optional<Failure> Outputs::first_failure() const {
  for (const Piece& piece : pieces()) {
    if (!piece.failures.empty()) return as_told(piece.failures.front(), *function_);
  }
  return std::nullopt;
}

Owned Outputs::values(const MakeFailed& failed) const {
  Owned list = owned(PyList_New(0));
  const auto told = [&](const Failure& failure) { return failed(as_told(failure, *function_)); };
  for (const Piece& piece : pieces())
    append_piece(function_->result, function_->info.name, piece, list.get(), told);
  return list;
}

std::optional<Memory> Outputs::memory() const {
  const ResultSet set{pieces()};
  const std::span<const std::byte> bytes = set.contiguous();
  if (bytes.empty()) return std::nullopt;
  // Never written to: it is handed out as read-only.
  return Memory{.keeper = Held{std::shared_ptr<const void>{std::make_shared<ResultSet>(set)}},
                .bytes = {const_cast<std::byte*>(bytes.data()), bytes.size()},
                .read_only = true};
}

RunningCall::RunningCall(FunctionPointer function, bool bound, Job job, Allocate allocate)
    : function_{std::move(function)}, bound_{bound}, job_{std::move(job)}, allocate_{std::move(allocate)} {}

void RunningCall::push(PyObject* items) {
  const EncodedItems encoded = encode_stream(function_->item(bound_), items, allocate_);
  without_lock([&] { job_->push(encoded.items); });
  if (encoded.items.count > 0)
    item_bytes_ = static_cast<double>(encoded.items.bytes.size()) / static_cast<double>(encoded.items.count);
}

void RunningCall::push_outputs(const Outputs& outputs) {
  without_lock([&] {
    const ResultSet set{outputs.pieces()};
    if (!set.contiguous().empty()) return job_->push({.bytes = set.contiguous(), .count = set.size()});
    std::vector<std::byte> bytes;
    std::vector<std::uint64_t> offsets{0};
    for (const Piece& piece : set.pieces()) {
      const std::uint64_t base = bytes.size();
      bytes.insert(bytes.end(), piece.bytes.begin(), piece.bytes.end());
      for (const std::uint64_t end : piece.ends)
        offsets.push_back(base + end);
    }
    job_->push({.bytes = bytes, .offsets = offsets, .count = set.size()});
  });
}

void RunningCall::finish() {
  without_lock([&] { job_->finish(); });
}

bool RunningCall::wait(std::optional<double> seconds) {
  return wait_for([this](Clock::time_point until) { return job_->wait_until(until); }, deadline_in(seconds));
}

Owned RunningCall::next(std::optional<double> seconds, const MakeFailed& failed) {
  std::optional<Piece> piece;
  const auto has_come = [&](Clock::time_point until) {
    piece = job_->next_until(until);
    return piece || Clock::now() < until;  // before its time: all was handed over
  };
  if (!wait_for(has_come, deadline_in(seconds))) return {};
  Owned list = owned(PyList_New(0));
  if (!piece) return list;
  result_bytes_ = static_cast<double>(piece->bytes.size()) / static_cast<double>(piece->count);
  append_piece(function_->result, function_->info.name, *piece, list.get(), failed);
  return list;
}

Outputs RunningCall::outputs() {
  if (!collected_) {
    finish();
    static_cast<void>(wait(std::nullopt));
    auto pieces = without_lock([this] { return job_->collect(); });
    // Two threads may have waited; the first one took them all.
    if (!collected_) collected_ = std::make_shared<const Held<std::vector<Piece>>>(std::move(pieces));
  }
  return {function_, collected_};
}

void RunningCall::cancel() {
  without_lock([this] { job_->cancel(); });
}
void RunningCall::detach() { job_->detach(); }
void RunningCall::when_done(PyObject* callable) {
  const Callback callback{callable};
  without_lock([&] { job_->when_done(callback); });
}
JobProgress RunningCall::progress() {
  return without_lock([this] { return job_->progress(); });
}

// One thread that waits for the pool's end, and everybody who waits for that.
struct NativePool::Ending {
  std::mutex mutex;
  std::condition_variable changed;
  bool over = false;
  std::exception_ptr error;
};

NativePool::NativePool(const RegistryOptions& registry, const PoolOptions& options)
    : pool_{without_lock([&] { return std::make_shared<Pool>(Registry{registry}, options); })},
      owner_{::getpid()} {}

// Python is to go on, whatever a callback of the pool does: what does not end is left alone.
NativePool::~NativePool() {
  if (!is_owner()) {
    static_cast<void>(new std::shared_ptr<Pool>{std::move(pool_)});
    return;
  }
  try {
    without_lock([this] { pool_->terminate(); });
    static_cast<void>(join(abandoned_ ? 0 : ending_seconds));
  } catch (const std::exception&) {  // a signal's handler raised: the pool ends without being waited for
    PyErr_Clear();
  }
  without_lock([this] { pool_.reset(); });
}

bool NativePool::is_owner() const noexcept { return ::getpid() == owner_; }

Pool& NativePool::pool() const {
  if (!is_owner()) throw UsageError{"a pool works only in the process that made it, not in a child of that"};
  return *pool_;
}

FunctionPointer NativePool::function(const std::string& name, FunctionKind kind) const {
  return std::make_shared<Function>(without_lock([&] { return pool().describe(name, kind); }));
}

Allocate NativePool::allocator() const {
  return [pool = std::weak_ptr{pool_}](std::size_t size) {
    const auto alive = pool.lock();
    if (!alive) throw UsageError{"the pool has ended"};
    return alive->allocate_bytes(size);
  };
}

RunningCall NativePool::open(const Request& request) const {
  // A result function takes what its map function returns, in that one's own form.
  const bool is_map = request.call.kind == FunctionKind::map;
  const Call call =
      with_items(request, is_map ? Encoding::msgpack : native_encoding(request.call.item_signature));
  Job job = without_lock([&] { return pool().open(call); });
  return {request.function, !request.call.bound.empty(), std::move(job), allocator()};
}

RunningCall NativePool::submit(const Request& request, PyObject* items) const {
  const bool bound = !request.call.bound.empty();
  const EncodedItems encoded = encode_items(request.function->item(bound), items, allocator());
  Job job = without_lock([&] { return pool().submit(with_items(request, encoded.encoding), encoded.items); });
  return {request.function, bound, std::move(job), allocator()};
}

RunningCall NativePool::submit_raw(const Request& request, std::span<const std::byte> bytes,
                                   std::size_t count) const {
  Job job = without_lock(
      [&] { return pool().submit(with_items(request, Encoding::raw), {.bytes = bytes, .count = count}); });
  return {request.function, !request.call.bound.empty(), std::move(job), allocator()};
}

Owned NativePool::apply(const Request& request, PyObject* items, const MakeFailed& failed) const {
  RunningCall call = submit(request, items);
  const Owned values = call.outputs().values(failed);
  return owned(Py_NewRef(PyList_GET_ITEM(values.get(), 0)));
}

Memory NativePool::allocate(std::size_t size) const {
  std::shared_ptr<void> memory = without_lock([&] { return pool().allocate_bytes(size); });
  auto* const begin = static_cast<std::byte*>(memory.get());
  return {.keeper = Held{std::shared_ptr<const void>{std::move(memory)}},
          .bytes = {begin, size},
          .read_only = false};
}

// On a thread of its own, so that Ctrl-C and a time can end the wait. In a callback there is no need: the
// pool's own join() knows that it cannot wait for itself.
bool NativePool::join(std::optional<double> seconds) {
  static_cast<void>(pool());
  if (is_in_callback()) return without_lock([this] { return pool().join(), true; });
  if (!ending_) {
    ending_ = std::make_shared<Ending>();
    std::thread{[pool = pool_, ending = ending_]() mutable {
      std::exception_ptr error;
      try {
        pool->join();
      } catch (const std::exception&) {
        error = std::current_exception();
      }
      pool.reset();
      const std::lock_guard lock{ending->mutex};
      ending->error = error;
      ending->over = true;
      ending->changed.notify_all();
    }}.detach();
  }
  const auto ending = ending_;
  const auto is_over = [&](Clock::time_point until) {
    std::unique_lock lock{ending->mutex};
    const auto over = [&] { return ending->over; };
    if (until == Clock::time_point::max()) return ending->changed.wait(lock, over), true;
    return ending->changed.wait_until(lock, until, over);
  };
  if (!wait_for(is_over, deadline_in(seconds))) return false;
  if (!ending->error) return true;
  if (ending_ == ending) ending_.reset();
  std::rethrow_exception(ending->error);
}

}  // namespace prong::python
