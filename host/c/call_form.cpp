// What a prong_call and a prong_items mean.
#include "call_form.hpp"

#include "arguments.hpp"
#include "grown_struct.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>

namespace prong::c {

namespace {

Call read_most(const prong_call& given) {
  Call call{.function = read_string(given.function, "function"),
            .result_signature = read_optional_string(given.result_signature),
            .results = read_encoding(given.result_encoding),
            .chunk_size = given.chunk_size,
            .seed = given.seed,
            .retries = given.retries,
            .ordered = given.unordered == 0};
  for (const prong_argument& argument : read_array(given.bound, given.bound_count, "bound"))
    call.bound.push_back(read_argument(argument));
  if (given.timeout_ns != 0)
    call.timeout = std::chrono::nanoseconds{std::min<std::uint64_t>(given.timeout_ns, INT64_MAX)};
  if (given.window_bytes != 0) call.window_bytes = given.window_bytes;
  return call;
}

}  // namespace

FunctionKind read_kind(std::uint32_t kind) {
  switch (kind) {
    case PRONG_FUNCTION_MAP:
      return FunctionKind::map;
    case PRONG_FUNCTION_RESULT:
      return FunctionKind::result;
    default:
      throw UsageError{std::to_string(kind) + " is no kind of function: see enum prong_function_kind"};
  }
}

Call read_call(const prong_call* call) {
  const prong_call given = read_struct(call, "prong_call");
  Call read = read_most(given);
  read.kind = read_kind(given.kind);
  read.items = read_input_encoding(given.item_encoding, "item_encoding");
  read.item_signature = read_optional_string(given.item_signature);
  return read;
}

Call read_result_call(const prong_call* call) {
  Call read = read_most(read_struct(call, "prong_call"));
  read.kind = FunctionKind::result;
  return read;
}

Items read_items(const prong_items* items, Encoding encoding) {
  const prong_items given = read_struct(items, "prong_items");
  Items read{.bytes = read_array(static_cast<const std::byte*>(given.bytes), given.size, "bytes"),
             .count = given.count,
             .gap = given.gap};
  if (encoding != Encoding::raw) {
    if (given.count == UINT64_MAX) throw UsageError{"prong_items: so many items have no offsets"};
    read.offsets = read_array(given.offsets, given.count + 1, "offsets");
  }
  if (given.indices != nullptr) read.indices = {given.indices, given.count};
  if (given.has_first_index != 0) read.first_index = given.first_index;
  return read;
}

}  // namespace prong::c
