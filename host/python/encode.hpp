// Values of Python as items and arguments: raw or as views where they fit the type, else as MessagePack,
// which the workers hold against the type, item by item.
#pragma once

#include "gil.hpp"

#include <prong/signature.hpp>
#include <prong/typed_items.hpp>

#include <string>

namespace prong::python {

// `items` is a sequence. Throws Mismatch for a value that has no form at all, with the item's number, and
// PythonError. [holds the lock]
[[nodiscard]] EncodedItems encode_items(const TypeInfo& type, PyObject* items, const Allocate& allocate);

// The same, all of it as MessagePack: of a stream, whose later items are not known yet. [holds the lock]
[[nodiscard]] EncodedItems encode_stream(const TypeInfo& type, PyObject* items, const Allocate& allocate);

// One value as MessagePack. Throws Mismatch, which begins with `what`, and PythonError. [holds the lock]
[[nodiscard]] std::string encode_value(const TypeInfo& type, PyObject* value, const std::string& what);

}  // namespace prong::python
