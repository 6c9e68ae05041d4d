// Where a job's items come from: arguments, a range, standard input, files.
#pragma once

#include <prong/call.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prong::cli {

class Halt;

// How many items a source will have given.
struct Total {
  std::uint64_t items = 0;
  bool estimated = false;
};

// [one thread], except where it says otherwise
class ItemSource {
 public:
  virtual ~ItemSource() = default;

  [[nodiscard]] virtual Encoding encoding() const noexcept = 0;
  // What the items are; empty: whatever the function takes.
  [[nodiscard]] virtual std::string signature() const { return {}; }

  // Where in the input an item stands, as "line 18"; empty when it is no part of a stream. [any thread]
  [[nodiscard]] virtual std::string place_of(std::uint64_t /*item*/) const { return {}; }
  // Nothing when nobody can know. [any thread]
  [[nodiscard]] virtual std::optional<Total> total() const { return std::nullopt; }

  // The next items, at least one, as soon as there are any; nullopt at the end, or when `halt` was requested.
  // They are valid until the next call. Throws InputFailed, OutputFailed, PoolBroken. [blocks]
  [[nodiscard]] virtual std::optional<Items> next(Halt& halt) = 0;
};

// Item i, in its encoding.
[[nodiscard]] inline std::string_view item_of(const Items& items, std::uint64_t i) {
  const std::string_view bytes{reinterpret_cast<const char*>(items.bytes.data()), items.bytes.size()};
  const std::size_t stride = items.offsets.empty() ? bytes.size() / items.count : 0;
  if (stride != 0) return bytes.substr(i * stride, stride);
  return bytes.substr(items.offsets[i], items.offsets[i + 1] - items.offsets[i] - items.gap);
}

}  // namespace prong::cli
