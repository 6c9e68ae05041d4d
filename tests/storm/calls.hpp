// Calls of every kind over the functions of known answers, each held against what it may give.
#pragma once

#include "account.hpp"

#include <prong/prong.hpp>

#include <array>
#include <cstdint>
#include <random>
#include <string_view>

namespace prong::test {

// What one caller has in hand. [one thread]
struct Caller {
  Pool& pool;
  Tally& tally;
  Account& account;
  std::mt19937_64 random;

  [[nodiscard]] std::uint64_t below(std::uint64_t limit) { return random() % limit; }
  [[nodiscard]] std::uint64_t chunk() { return std::array<std::uint64_t, 5>{0, 0, 1, 7, 100}[below(5)]; }
};

struct CallKind {
  std::string_view name;
  void (*make)(Caller&);
};

// Makes one call of a random kind and accounts for its items. What it throws is the pool's end, or wrong.
void make_random_call(Caller& caller);

}  // namespace prong::test
