// Where a job's items come from: arguments, a range, or the lines of standard input.
#pragma once

#include <prong/call.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace prong::cli {

class Halt;

// [one thread]
class ItemSource {
 public:
  virtual ~ItemSource() = default;

  [[nodiscard]] virtual Encoding encoding() const noexcept = 0;

  // Where in the input an item stands, as "line 18"; empty when it is no part of a stream. [any thread]
  [[nodiscard]] virtual std::string place_of(std::uint64_t /*item*/) const { return {}; }

  // The next items, at least one, as soon as there are any; nullopt at the end, or when `halt` was requested.
  // They are valid until the next call. Throws InputFailed, PoolBroken. [blocks]
  [[nodiscard]] virtual std::optional<Items> next(const Halt& halt) = 0;
};

}  // namespace prong::cli
