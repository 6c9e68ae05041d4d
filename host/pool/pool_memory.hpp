// The pool's inputs and outputs in the host: who has which range, and for how long.
#pragma once

#include "transport/range_allocator.hpp"
#include "transport/shared_memory.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace prong::pool {

class PoolMemory;
enum class Region { inputs, outputs };

// A range that somebody holds; the last holder's end gives it back. Outlives the pool.
class MemoryRange {
 public:
  MemoryRange(std::shared_ptr<PoolMemory> memory, Region region, std::size_t offset, std::size_t size)
      : memory_{std::move(memory)}, region_{region}, offset_{offset}, size_{size} {}
  ~MemoryRange();
  MemoryRange(const MemoryRange&) = delete;
  MemoryRange& operator=(const MemoryRange&) = delete;

  [[nodiscard]] Region region() const noexcept { return region_; }
  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::byte* data() const noexcept;

  // Somebody may write to it for ever: a process that a dead worker left behind. Its pages are given back to
  // the system at the end, its addresses are never used again.
  void retire() noexcept { retired_ = true; }

 private:
  friend class PoolMemory;
  std::shared_ptr<PoolMemory> memory_;
  Region region_;
  std::size_t offset_;
  std::size_t size_;
  bool retired_ = false;
};

using RangePointer = std::shared_ptr<MemoryRange>;

// [any thread]
class PoolMemory : public std::enable_shared_from_this<PoolMemory> {
 public:
  // Who writes the outputs: the workers, or the host alone, with what it copies from their channels.
  enum class OutputsBy : std::uint8_t { workers, host };
  explicit PoolMemory(OutputsBy writers = OutputsBy::workers);

  // Throws PoolBroken when there is no room. Outputs are whole pages; inputs have room for a reader that
  // looks a little beyond the end.
  [[nodiscard]] RangePointer allocate(Region region, std::size_t size);

  // The range that holds these bytes; nullptr when they are not the pool's, or nobody's.
  [[nodiscard]] RangePointer find(const void* data, std::size_t size);
  [[nodiscard]] std::size_t offset_of(Region region, const void* data) const noexcept;

  // Once no process is left that maps them: results may outlive the pool, descriptors need not.
  void close_files();

  [[nodiscard]] const transport::FileDescriptor& file(Region region) const noexcept {
    return area(region).file;
  }
  [[nodiscard]] const transport::Mapping& mapping(Region region) const noexcept {
    return area(region).mapping;
  }

 private:
  friend class MemoryRange;
  struct Area {
    transport::FileDescriptor file;
    transport::Mapping mapping;
    transport::RangeAllocator ranges;
    std::size_t file_bytes = 0;                                   // what workers can read
    std::map<std::size_t, std::weak_ptr<MemoryRange>> held = {};  // by offset
  };
  static Area make_written_by_host(const char* name, std::size_t size, std::size_t granule);
  static Area make_written_by_workers(const char* name, std::size_t size, std::size_t granule);
  [[nodiscard]] const Area& area(Region region) const noexcept {
    return region == Region::inputs ? inputs_ : outputs_;
  }
  static void let_read_what_was_handed_out(Area& area);
  void give_back(const MemoryRange& range) noexcept;

  std::mutex mutex_;
  Area inputs_;
  Area outputs_;
};

}  // namespace prong::pool
