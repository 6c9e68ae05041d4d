// One walk for each value.
#include "values/msgpack_decoder.hpp"

#include "values/msgpack_walk.hpp"

#include <cstring>

namespace prong::values {

std::optional<Mismatch> decode_msgpack_raw(const Type& type, std::span<const std::byte> value,
                                           std::byte* at) {
  std::memset(at, 0, type.layout()->size);
  return walk_msgpack(type, value, {.raw = at});
}

std::optional<Mismatch> view_msgpack(const Type& type, std::span<const std::byte> value,
                                     std::string_view& bytes) {
  auto mismatch = walk_msgpack(type, value, {.text = &bytes});
  if (bytes.empty()) bytes = {reinterpret_cast<const char*>(value.data()), 0};
  return mismatch;
}

std::optional<Mismatch> decode_msgpack(const Type& type, std::span<const std::byte> value, std::string& out) {
  const std::size_t size_before = out.size();
  std::optional<Mismatch> mismatch;
  if (const auto layout = type.layout()) {
    out.resize(size_before + layout->size);
    mismatch = decode_msgpack_raw(type, value, reinterpret_cast<std::byte*>(out.data() + size_before));
  } else {
    std::string_view bytes{reinterpret_cast<const char*>(value.data()), value.size()};
    mismatch = wire_of(type) == Wire::views ? view_msgpack(type, value, bytes) : walk_msgpack(type, value);
    if (!mismatch) out += bytes;
  }
  if (mismatch) out.resize(size_before);
  return mismatch;
}

}  // namespace prong::values
