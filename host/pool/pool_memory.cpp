// Ranges of the pool's two shared files.
#include "pool/pool_memory.hpp"

#include "limits.hpp"
#include "values/json_decoder.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <system_error>

namespace prong::pool {

namespace {

constexpr std::size_t cache_line = 64;
constexpr std::size_t first_file_bytes = std::size_t{1} << 20;

}  // namespace

MemoryRange::~MemoryRange() { memory_->give_back(*this); }

std::byte* MemoryRange::data() const noexcept { return memory_->mapping(region_).data() + offset_; }

PoolMemory::PoolMemory(OutputsBy writers)
    : inputs_{make_written_by_host("prong-inputs", limits::inputs_bytes, cache_line)},
      outputs_{(writers == OutputsBy::host ? make_written_by_host : make_written_by_workers)(
          "prong-outputs", limits::outputs_bytes, transport::page_size())} {}

// The host's mapping is made before the seal that forbids writable ones.
PoolMemory::Area PoolMemory::make_written_by_host(const char* name, std::size_t size, std::size_t granule) {
  auto file = transport::make_growing_file(name, size);
  transport::Mapping mapping{file, size, transport::Access::read_write};
  transport::seal_against_writing(file);
  return {std::move(file), std::move(mapping), transport::RangeAllocator{size, granule}};
}

PoolMemory::Area PoolMemory::make_written_by_workers(const char* name, std::size_t size,
                                                     std::size_t granule) {
  auto file = transport::make_growing_file(name, size);
  transport::seal_seals(file);
  transport::Mapping mapping{file, size, transport::Access::read_only};
  return {std::move(file), std::move(mapping), transport::RangeAllocator{size, granule}};
}

// A worker may read all of the file, and makes a page of each that it reads: at most twice as many as the
// host has had in use. Doubled, so that it seldom takes a system call.
void PoolMemory::let_read_what_was_handed_out(Area& area) {
  const std::size_t needed = area.ranges.high_water();
  if (needed <= area.file_bytes) return;
  const std::size_t wanted = std::max({needed, 2 * area.file_bytes, first_file_bytes});
  const std::size_t size = std::min(wanted, area.mapping.size());
  transport::grow(area.file, size);
  area.file_bytes = size;
}

RangePointer PoolMemory::allocate(Region region, std::size_t size) {
  const std::size_t room = region == Region::inputs ? size + values::json_padding : size;
  RangePointer range;  // outlives the lock: when there is no memory to note it, its end takes it
  const std::lock_guard lock{mutex_};
  Area& from = region == Region::inputs ? inputs_ : outputs_;
  const auto offset = room < size ? std::nullopt : from.ranges.allocate(room);
  if (!offset) {
    throw PoolBroken{
        fmt::format("no room for {} bytes in the pool's {}: at most {} GiB may be held at one time", size,
                    region == Region::inputs ? "inputs" : "results", from.mapping.size() >> 30)};
  }
  try {
    let_read_what_was_handed_out(from);
    range = std::make_shared<MemoryRange>(shared_from_this(), region, *offset, room);
  } catch (const std::system_error& error) {
    from.ranges.free(*offset, room);
    throw PoolBroken{fmt::format("no room for {} bytes in the pool's {}: {}", size,
                                 region == Region::inputs ? "inputs" : "results", error.what())};
  } catch (...) {
    from.ranges.free(*offset, room);
    throw;
  }
  from.held.emplace(*offset, range);
  return range;
}

RangePointer PoolMemory::find(const void* data, std::size_t size) {
  const auto* begin = static_cast<const std::byte*>(data);
  RangePointer range;  // outlives the lock: the last holder's end takes it
  for (const Area* from : {&inputs_, &outputs_}) {
    if (begin < from->mapping.data() || begin >= from->mapping.data() + from->mapping.size()) continue;
    const std::lock_guard lock{mutex_};
    const auto offset = static_cast<std::size_t>(begin - from->mapping.data());
    auto held = from->held.upper_bound(offset);
    if (held == from->held.begin()) return nullptr;
    range = std::prev(held)->second.lock();
    const bool inside = range && offset + size <= range->offset() + range->size();
    return inside ? range : nullptr;
  }
  return nullptr;
}

std::size_t PoolMemory::offset_of(Region region, const void* data) const noexcept {
  return static_cast<std::size_t>(static_cast<const std::byte*>(data) - mapping(region).data());
}

void PoolMemory::close_files() {
  const std::lock_guard lock{mutex_};
  inputs_.file.reset();
  outputs_.file.reset();
}

void PoolMemory::give_back(const MemoryRange& range) noexcept {
  const std::lock_guard lock{mutex_};
  Area& to = range.region_ == Region::inputs ? inputs_ : outputs_;
  to.held.erase(range.offset_);
  bool again = !range.retired_;
  try {
    if (again) to.ranges.free(range.offset_, range.size_);
  } catch (const std::bad_alloc&) {
    again = false;  // addresses are lost, pages are not
  }
  if (again) return;
  const std::size_t page = transport::page_size();
  const std::size_t begin = transport::round_up(range.offset_, page);
  const std::size_t end = (range.offset_ + range.size_) / page * page;
  if (begin < end) transport::discard_pages(to.file, begin, end - begin);
}

}  // namespace prong::pool
