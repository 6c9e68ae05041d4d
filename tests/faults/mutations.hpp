// Copies of a good plugin that are not good any more, each made from a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace prong::test {

class Mutations {
 public:
  // The content of a 64-bit ELF file of this machine.
  explicit Mutations(std::string good);

  [[nodiscard]] std::size_t size() const noexcept { return good_.size(); }
  // Its beginning.
  [[nodiscard]] std::string cut(std::size_t size) const { return good_.substr(0, size); }
  // The same for the same seed: flipped bits, hostile numbers where sizes, counts and offsets stand, or a
  // cut.
  [[nodiscard]] std::string mutant(std::uint64_t seed) const;

 private:
  // Bytes [begin, end) that readers of the file believe.
  struct Part {
    std::size_t begin;
    std::size_t end;
  };
  using Random = std::mt19937_64;
  [[nodiscard]] Part pick_part(Random& random) const;
  void flip_bits(std::string& content, const Part& part, Random& random) const;
  static void write_hostile_number(std::string& content, const Part& part, Random& random);

  std::string good_;
  std::vector<Part> tables_;  // headers, dynamic section, symbols, notes
};

}  // namespace prong::test
