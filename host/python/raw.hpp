// Values of Python in C's layout.
#pragma once

#include "gil.hpp"

#include <prong/signature.hpp>

namespace prong::python {

// Whether the value is exactly one of a raw type; then it is written to `to`, but for padding. Throws
// PythonError. [holds the lock]
[[nodiscard]] bool store_raw(const TypeInfo& type, PyObject* value, std::byte* to);

}  // namespace prong::python
