// Calls and items of C, as the library takes them.
#pragma once

#include <prong/c/call.h>
#include <prong/call.hpp>

#include <cstdint>

namespace prong::c {

// All throw UsageError for what no call can have.
[[nodiscard]] FunctionKind read_kind(std::uint32_t kind);
[[nodiscard]] Call read_call(const prong_call* call);
[[nodiscard]] Call read_result_call(const prong_call* call);  // of a call whose items come from elsewhere

// Points into the caller's arrays.
[[nodiscard]] Items read_items(const prong_items* items, Encoding encoding);

}  // namespace prong::c
