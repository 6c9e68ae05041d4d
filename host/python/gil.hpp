// The interpreter's lock: given back around whatever may block, taken where a thread of Prong's calls Python.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace prong::python {

// Thrown when Python's error is set: it goes on as that.
struct PythonError : std::exception {};

// Thrown as PythonError when `object` is null; else it, owned.
struct DropReference {
  void operator()(PyObject* object) const noexcept { Py_XDECREF(object); }
};
using Owned = std::unique_ptr<PyObject, DropReference>;
inline Owned owned(PyObject* object) {
  if (object == nullptr) throw PythonError{};
  return Owned{object};
}

// Takes the lock back. A thread that comes when the interpreter is ending never returns: CPython 3.11 would
// end it by unwinding its stack, through frames that let nothing through.
void take_back(PyThreadState* state) noexcept;

// `work` without the lock, which every call of the library needs: a callback may hold the pool's lock up to
// the moment when it takes this one. `work` throws std::exception only. [holds the lock]
template <class Work>
auto without_lock(Work&& work) {
  using Value = std::invoke_result_t<Work>;
  PyThreadState* const state = PyEval_SaveThread();
  std::exception_ptr error;
  std::optional<std::conditional_t<std::is_void_v<Value>, bool, Value>> value;
  try {
    if constexpr (std::is_void_v<Value>) {
      std::forward<Work>(work)();
    } else {
      value.emplace(std::forward<Work>(work)());
    }
  } catch (const std::exception&) {
    error = std::current_exception();
  }
  take_back(state);
  if (error) std::rethrow_exception(error);
  if constexpr (!std::is_void_v<Value>) return std::move(*value);
}

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

// Whether `reached`, which waits until a deadline without the lock, was so by `deadline`. On the main thread,
// signals that come meanwhile are handled; what a handler raises is thrown as PythonError.
[[nodiscard]] bool wait_for(const std::function<bool(std::chrono::steady_clock::time_point)>& reached,
                            const Deadline& deadline);

// In `seconds` from now; none: never. Throws PythonError (ValueError) for a NaN.
[[nodiscard]] Deadline deadline_in(std::optional<double> seconds);
// Throws PythonError (ValueError) for a NaN; what is longer than years is some years.
[[nodiscard]] std::chrono::nanoseconds nanoseconds(double seconds);

// A callable of Python that any thread may call, and drop, without the lock.
class Callback {
 public:
  explicit Callback(PyObject* callable);
  // Calls it without arguments; what it raises is reported as unraisable. On a thread of Prong's.
  void operator()() const noexcept;

 private:
  std::shared_ptr<PyObject> callable_;
};

// Calls `callable` with `argument`; what it raises is reported through sys.unraisablehook. [holds the lock]
void call_and_report(PyObject* callable, PyObject* argument);

// Whether this thread runs a Callback, or is there to run them.
[[nodiscard]] bool is_in_callback() noexcept;

}  // namespace prong::python
