// What workers wrote, as values of Python. A plugin may write anything: every byte is held against the type.
#pragma once

#include "gil.hpp"

#include <prong/call.hpp>
#include <prong/signature.hpp>

#include <vector>

namespace prong::python {

// One result in its own encoding. Throws std::invalid_argument when it is none of the type, and PythonError.
// [holds the lock]
[[nodiscard]] Owned decode(const TypeInfo& type, Encoding encoding, std::span<const std::byte> bytes);

// Appends to the list the values of a piece; an item that failed, or whose value is none of the type, is what
// `failed` makes of its failure. Throws PythonError, and what `failed` throws. [holds the lock]
using MakeFailed = std::function<Owned(const Failure&)>;
void append_piece(const TypeInfo& type, const std::string& function, const Piece& piece, PyObject* list,
                  const MakeFailed& failed);

}  // namespace prong::python
