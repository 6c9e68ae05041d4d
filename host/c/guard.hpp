// What every function of the C interface is wrapped in: exceptions become errors, and pointers are checked.
#pragma once

#include <prong/c/error.h>
#include <prong/error.hpp>

#include <memory>
#include <string>
#include <utility>

namespace prong::c {

// Makes *error, unless `error` is null, of the exception that is being handled.
prong_status report(prong_error** error) noexcept;

template <class Body>
prong_status guard(prong_error** error, Body&& body) noexcept {
  try {
    std::forward<Body>(body)();
    return PRONG_STATUS_OK;
  } catch (...) {
    return report(error);
  }
}

// What the body makes, a std::unique_ptr, becomes the program's.
template <class Body>
auto guard_new(prong_error** error, Body&& body) noexcept {
  using Made = decltype(body().release());
  try {
    return std::forward<Body>(body)().release();
  } catch (...) {
    static_cast<void>(report(error));
    return Made{};
  }
}

// Throws UsageError: "the pool is NULL".
template <class T>
T& checked(T* pointer, const char* what) {
  if (pointer == nullptr) throw UsageError{std::string{"the "} + what + " is NULL"};
  return *pointer;
}

}  // namespace prong::c
