// Whole files, for a function to read.
#pragma once

#include "cli/exit_status.hpp"

#include <prong/pool.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace prong::cli {

class Halt;

struct FileContent {
  std::shared_ptr<void> bytes;  // memory of the pool
  std::size_t size = 0;
};

// Reads one after the other into the memory of a pool, which outlives this. [one thread]
class FileReader {
 public:
  explicit FileReader(Pool& pool) : pool_{&pool} {}

  // nullopt: a halt was requested meanwhile (nullptr: there is nothing to halt). Throws InputFailed when the
  // file cannot be read, is larger than limits::file_bytes_max, or would take more than one part in
  // limits::free_memory_parts of the memory that is free; PoolBroken when the pool has no room. [blocks]
  [[nodiscard]] std::optional<FileContent> read(const std::string& path, const Halt* halt);

 private:
  struct Reading;
  struct Lent {
    std::weak_ptr<void> bytes;
    std::size_t size;
  };

  // A buffer of at most `wanted` bytes and at least `least`, with what has been read. Throws InputFailed.
  void enlarge(Reading& reading, std::size_t wanted, std::size_t least);
  // Whether memory of earlier files is there for it; then it is there no more.
  [[nodiscard]] bool take_kept(std::size_t size);

  Pool* pool_;
  // The pool keeps the memory of files that are done with, for others that fit into it. For the system, it is
  // not free.
  std::vector<Lent> lent_;
  std::multiset<std::size_t> kept_;
};

}  // namespace prong::cli
