// Items on their way into messages, and results out of them.
#include "client/remote_job.hpp"

#include "limits.hpp"
#include "pool/call_check.hpp"

#include <algorithm>
#include <cstring>

namespace prong::client {

using namespace cluster;

namespace {

const RemoteSegment& segment_of(const pool::ItemRange& range) {
  return static_cast<const RemoteSegment&>(*range.segment);
}

// Where the first of these items begins and the last one ends, in the segment's bytes.
std::span<const std::byte> bytes_of(const RemoteSegment& segment, std::size_t stride, std::uint64_t start,
                                    std::uint64_t count) {
  if (segment.offsets.empty()) return std::span{segment.items}.subspan(start * stride, count * stride);
  const std::uint64_t begin = segment.offsets[start];
  return std::span{segment.items}.subspan(begin, segment.offsets[start + count] - begin);
}

bool fits(const RemoteJob& job, const Piece& piece) {
  const auto& facts = job.facts();
  if (piece.encoding != facts.results) return false;
  if (facts.results != Encoding::raw) return true;
  // Where all failed, no results need be there.
  if (piece.failures.size() == piece.count && piece.stride == 0) return true;
  return piece.stride == facts.result_stride && piece.bytes.size() == piece.count * piece.stride;
}

}  // namespace

std::shared_ptr<RemoteSegment> make_segment(const pool::JobFacts& facts, const Items& items) {
  pool::check_items(facts, items);
  auto segment = std::make_shared<RemoteSegment>();
  segment->item_count = items.count;
  segment->count = facts.kind == transport::JobKind::result ? 1 : items.count;
  segment->gap = items.gap;
  segment->items.assign(items.bytes.begin(), items.bytes.end());
  // Raw items lie by their size, whatever is said of it.
  if (facts.items != Encoding::raw) segment->offsets.assign(items.offsets.begin(), items.offsets.end());
  segment->indices.assign(items.indices.begin(), items.indices.end());
  segment->bytes = items.bytes.size() + items.offsets.size_bytes();
  if (facts.results == Encoding::raw && facts.result_stride != 0) {
    const std::size_t size = segment->count * facts.result_stride;
    segment->results_memory = std::make_shared<std::byte[]>(size);
    segment->bytes += size;
  }
  return segment;
}

std::uint64_t items_that_fit(const RemoteSegment& segment) {
  const std::uint64_t count =
      std::max<std::uint64_t>(segment.item_count, 1);  // a result function may have none
  const std::size_t each = std::max<std::size_t>(segment.items.size() / count, 1);
  return std::max<std::uint64_t>(limits::chunk_bytes_max / each, 1);
}

Chunk make_chunk(const RemoteJob& job, const pool::ItemRange& range) {
  const RemoteSegment& segment = segment_of(range);
  const bool is_result = job.facts().kind == transport::JobKind::result;
  const std::uint64_t start = is_result ? 0 : range.start;
  const std::uint64_t count = is_result ? segment.item_count : range.count;
  Chunk chunk{
      .head = job.head, .count = count, .gap = segment.gap, .first_index = segment.first_index + start};
  const auto bytes = bytes_of(segment, job.facts().item_stride, start, count);
  chunk.bytes.assign(bytes.begin(), bytes.end());
  if (!segment.offsets.empty()) {
    const auto first = segment.offsets.begin() + static_cast<std::ptrdiff_t>(start);
    chunk.offsets.assign(first, first + static_cast<std::ptrdiff_t>(count) + 1);
    for (std::uint64_t& offset : chunk.offsets)
      offset -= segment.offsets[start];
  }
  if (!segment.indices.empty()) {
    const auto first = segment.indices.begin() + static_cast<std::ptrdiff_t>(start);
    chunk.indices.assign(first, first + static_cast<std::ptrdiff_t>(count));
  }
  return chunk;
}

std::optional<std::vector<Piece>> fit_pieces(const RemoteJob& job, const pool::ItemRange& range,
                                             std::vector<Piece> pieces) {
  const RemoteSegment& segment = segment_of(range);
  std::uint64_t next = 0;
  for (Piece& piece : pieces) {
    if (piece.first != next || piece.count == 0 || !fits(job, piece)) return std::nullopt;
    next += piece.count;
    if (next > range.count) return std::nullopt;
    const std::uint64_t place = range.start + piece.first;
    if (segment.results_memory && !piece.bytes.empty()) {
      std::byte* results = segment.results_memory.get() + place * piece.stride;
      std::memcpy(results, piece.bytes.data(), piece.bytes.size());
      piece.bytes = {results, piece.bytes.size()};
      piece.memory = segment.results_memory;
    }
    piece.first += range.first();
    for (Failure& failure : piece.failures) {
      failure.index += range.first();
      failure.function = job.facts().function;
    }
  }
  if (next != range.count) return std::nullopt;
  return pieces;
}

}  // namespace prong::client
