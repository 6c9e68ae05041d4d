// What libelf has opened, and closes again. [worker]: libelf reads hostile files, and may die of one.
#pragma once

#include <libelf.h>

#include <memory>

namespace prong::worker {

struct EndElf {
  void operator()(Elf* elf) const noexcept { ::elf_end(elf); }
};
// Borrows the descriptor that it was made with.
using ElfFile = std::unique_ptr<Elf, EndElf>;

}  // namespace prong::worker
