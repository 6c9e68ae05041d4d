// Ranges of the pool's two shared files.
#include "pool/pool_memory.hpp"

#include "limits.hpp"
#include "values/json_decoder.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>

namespace prong::pool {

namespace {

constexpr std::size_t cache_line = 64;

}  // namespace

MemoryRange::~MemoryRange() { memory_->give_back(*this); }

std::byte* MemoryRange::data() const noexcept { return memory_->mapping(region_).data() + offset_; }

PoolMemory::PoolMemory() : inputs_{make_inputs()}, outputs_{make_outputs()} {}

// The host's mapping is made before the seal that forbids writable ones.
PoolMemory::Area PoolMemory::make_inputs() {
  auto file = transport::make_shared_file("prong-inputs", limits::inputs_bytes);
  transport::Mapping mapping{file, limits::inputs_bytes, transport::Access::read_write};
  transport::seal_against_writing(file);
  return {std::move(file), std::move(mapping), transport::RangeAllocator{limits::inputs_bytes, cache_line}};
}

PoolMemory::Area PoolMemory::make_outputs() {
  auto file = transport::make_shared_file("prong-outputs", limits::outputs_bytes);
  transport::seal_seals(file);
  transport::Mapping mapping{file, limits::outputs_bytes, transport::Access::read_only};
  return {std::move(file), std::move(mapping),
          transport::RangeAllocator{limits::outputs_bytes, transport::page_size()}};
}

RangePointer PoolMemory::allocate(Region region, std::size_t size) {
  const std::size_t room = region == Region::inputs ? size + values::json_padding : size;
  const std::lock_guard lock{mutex_};
  Area& from = region == Region::inputs ? inputs_ : outputs_;
  const auto offset = room < size ? std::nullopt : from.ranges.allocate(room);
  if (!offset) {
    throw PoolBroken{
        fmt::format("no room for {} bytes in the pool's {}: at most {} GiB may be held at one time", size,
                    region == Region::inputs ? "inputs" : "results", from.mapping.size() >> 30)};
  }
  auto range = std::make_shared<MemoryRange>(shared_from_this(), region, *offset, room);
  from.held.emplace(*offset, range);
  return range;
}

RangePointer PoolMemory::find(const void* data, std::size_t size) {
  RangePointer range;  // outlives the lock: the last holder's end takes it
  const std::lock_guard lock{mutex_};
  for (const Area* from : {&inputs_, &outputs_}) {
    const auto* begin = static_cast<const std::byte*>(data);
    if (begin < from->mapping.data() || begin >= from->mapping.data() + from->mapping.size()) continue;
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
  if (range.retired_) {
    transport::discard_pages(to.file, range.offset_,
                             transport::round_up(range.size_, transport::page_size()));
  } else {
    to.ranges.free(range.offset_, range.size_);
  }
}

}  // namespace prong::pool
