// Where it hurts: the tables of an ELF file.
#include "mutations.hpp"

#include <elf.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace prong::test {

namespace {

template <class T>
T read_at(const std::string& content, std::size_t offset) {
  T value{};
  if (offset + sizeof value <= content.size()) std::memcpy(&value, content.data() + offset, sizeof value);
  return value;
}

std::size_t below(std::mt19937_64& random, std::size_t end) {
  return std::uniform_int_distribution<std::size_t>{0, end - 1}(random);
}

constexpr std::array<std::uint64_t, 12> hostile{0,
                                                1,
                                                UINT64_MAX,
                                                std::uint64_t{1} << 63,
                                                INT64_MAX,
                                                UINT32_MAX,
                                                std::uint64_t{1} << 31,
                                                std::uint64_t{1} << 40,
                                                std::uint64_t{1} << 47,
                                                UINT64_MAX - 4095,
                                                0xffff,
                                                std::uint64_t{8} << 30};

}  // namespace

Mutations::Mutations(std::string good) : good_{std::move(good)} {
  const auto header = read_at<Elf64_Ehdr>(good_, 0);
  tables_.push_back({0, sizeof header});
  tables_.push_back({header.e_phoff, header.e_phoff + header.e_phnum * sizeof(Elf64_Phdr)});
  tables_.push_back({header.e_shoff, header.e_shoff + header.e_shnum * sizeof(Elf64_Shdr)});
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    const auto segment = read_at<Elf64_Phdr>(good_, header.e_phoff + i * sizeof(Elf64_Phdr));
    if (segment.p_type == PT_DYNAMIC || segment.p_type == PT_NOTE)
      tables_.push_back({segment.p_offset, segment.p_offset + segment.p_filesz});
  }
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    const auto section = read_at<Elf64_Shdr>(good_, header.e_shoff + i * sizeof(Elf64_Shdr));
    for (const int type : {SHT_DYNSYM, SHT_STRTAB, SHT_RELA, SHT_GNU_HASH, SHT_GNU_verneed}) {
      if (section.sh_type == static_cast<Elf64_Word>(type))
        tables_.push_back({section.sh_offset, section.sh_offset + section.sh_size});
    }
  }
  std::erase_if(tables_, [&](const Part& part) { return part.begin >= part.end || part.end > good_.size(); });
}

// Half of the time anywhere.
Mutations::Part Mutations::pick_part(Random& random) const {
  if (below(random, 2) == 0) return {0, good_.size()};
  return tables_[below(random, tables_.size())];
}

void Mutations::flip_bits(std::string& content, const Part& part, Random& random) const {
  const std::size_t times = 1 + below(random, 8);
  for (std::size_t i = 0; i < times; ++i) {
    char& byte = content[part.begin + below(random, part.end - part.begin)];
    byte = static_cast<char>(byte ^ (1 << below(random, 8)));
  }
}

void Mutations::write_hostile_number(std::string& content, const Part& part, Random& random) {
  const std::size_t width = std::size_t{2} << below(random, 3);
  const std::size_t places = (part.end - part.begin) / width;
  if (places == 0) return;
  const std::uint64_t number = hostile[below(random, hostile.size())];
  std::memcpy(content.data() + part.begin + below(random, places) * width, &number, width);
}

std::string Mutations::mutant(std::uint64_t seed) const {
  Random random{seed};
  std::string content = good_;
  switch (below(random, 8)) {
    case 0:
      content.resize(below(random, content.size()));
      break;
    case 1:
    case 2:
    case 3:
      for (std::size_t times = 1 + below(random, 3); times > 0; --times)
        write_hostile_number(content, tables_[below(random, tables_.size())], random);
      break;
    default:
      flip_bits(content, pick_part(random), random);
      break;
  }
  return content;
}

}  // namespace prong::test
