// A whole file, for a function to read.
#pragma once

#include "cli/exit_status.hpp"

#include <prong/pool.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace prong::cli {

struct FileContent {
  std::shared_ptr<void> bytes;  // memory of the pool
  std::size_t size = 0;
};

// Throws InputFailed when it cannot be read, PoolBroken when there is no memory for it. [blocks]
[[nodiscard]] FileContent read_file(const std::string& path, Pool& pool);

}  // namespace prong::cli
