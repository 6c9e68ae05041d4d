// Giving the interpreter's lock back, and taking it.
#include "gil.hpp"

#include <cxxabi.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace prong::python {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// How late Ctrl-C may be. Python's handler only leaves a note, and no wait of the library is interrupted by
// it.
constexpr auto signal_time = 50ms;
constexpr auto longest_time = 24h * 365;

thread_local unsigned callbacks_running = 0;
thread_local bool is_callback_thread = false;  // of a pool: one that Python has not made

[[noreturn]] void sleep_for_ever() noexcept {
  for (;;)
    ::pause();
}

// Every entry into Python of a thread that it might end.
template <class Work>
void survive_the_interpreter(Work&& work) noexcept {
  try {
    work();
  } catch (const abi::__forced_unwind&) {
    sleep_for_ever();
  }
}

bool is_ending() noexcept { return _Py_IsFinalizing() != 0 || Py_IsInitialized() == 0; }

void drop(PyObject* object) noexcept {
  if (is_ending()) return;
  survive_the_interpreter([&] {
    const PyGILState_STATE state = PyGILState_Ensure();
    Py_DECREF(object);
    PyGILState_Release(state);
  });
}

// Signals are handled on the main thread alone.
bool handles_signals() noexcept { return ::gettid() == ::getpid(); }

}  // namespace

void take_back(PyThreadState* state) noexcept {
  survive_the_interpreter([&] { PyEval_RestoreThread(state); });
}

bool wait_for(const std::function<bool(Clock::time_point)>& reached, const Deadline& deadline) {
  const Clock::time_point end = deadline.value_or(Clock::time_point::max());
  for (;;) {
    const auto until = handles_signals() ? std::min(end, Clock::now() + signal_time) : end;
    if (without_lock([&] { return reached(until); })) return true;
    if (PyErr_CheckSignals() != 0) throw PythonError{};
    if (Clock::now() >= end) return false;
  }
}

std::chrono::nanoseconds nanoseconds(double seconds) {
  if (std::isnan(seconds)) {
    PyErr_SetString(PyExc_ValueError, "a time of NaN seconds");
    throw PythonError{};
  }
  const std::chrono::duration<double> longest = longest_time;
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(std::clamp(seconds, -longest.count(), longest.count())));
}

Deadline deadline_in(std::optional<double> seconds) {
  if (!seconds) return std::nullopt;
  return Clock::now() + std::max(nanoseconds(*seconds), 0ns);
}

Callback::Callback(PyObject* callable) : callable_{callable, drop} { Py_INCREF(callable); }

void Callback::operator()() const noexcept {
  if (is_ending()) return;
  survive_the_interpreter([&] {
    if (PyGILState_GetThisThreadState() == nullptr) is_callback_thread = true;
    const PyGILState_STATE state = PyGILState_Ensure();
    ++callbacks_running;
    PyObject* const result = PyObject_CallNoArgs(callable_.get());
    if (result == nullptr) PyErr_WriteUnraisable(callable_.get());
    Py_XDECREF(result);
    --callbacks_running;
    PyGILState_Release(state);
  });
}

void call_and_report(PyObject* callable, PyObject* argument) {
  PyObject* const result = PyObject_CallOneArg(callable, argument);
  if (result == nullptr) PyErr_WriteUnraisable(callable);
  Py_XDECREF(result);
}

bool is_in_callback() noexcept { return callbacks_running != 0 || is_callback_thread; }

}  // namespace prong::python
