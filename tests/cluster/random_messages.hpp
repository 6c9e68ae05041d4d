// Messages that could be: every field is anything, as far as the rules of message.hpp let it.
#pragma once

#include "cluster/message.hpp"

#include <random>

namespace prong::test {

using namespace cluster;

class MessageSource {
 public:
  explicit MessageSource(std::uint64_t seed) : random_{seed} {}

  [[nodiscard]] Request request();
  [[nodiscard]] Answer answer();
  [[nodiscard]] Claim claim();
  [[nodiscard]] ClaimAnswer claim_answer();
  // A message changed at some places: bytes, headers that claim much, parts that are missing or twice there.
  [[nodiscard]] Bytes mutated(Bytes bytes);

  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

 private:
  template <class T>
  void fill(T& value);
  template <class T>
  [[nodiscard]] T made() {
    T value;
    fill(value);
    return value;
  }

  [[nodiscard]] Chunk chunk();
  [[nodiscard]] Piece piece(std::uint64_t first);
  [[nodiscard]] Bytes bytes(std::size_t count);
  [[nodiscard]] std::string line(Encoding encoding);
  void add_results(Piece& piece, Bytes& results);

  std::mt19937_64 random_;
};

}  // namespace prong::test
