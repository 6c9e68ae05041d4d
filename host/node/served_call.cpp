// Chunks into a job, pieces out of it.
#include "node/served_call.hpp"

#include "transport/quiet_thread.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace prong::node {

Piece cut(const Piece& piece, std::uint64_t first, std::uint64_t count) {
  if (first == piece.first && count == piece.count) return piece;
  assert(piece.stride != 0 && piece.failures.empty());
  const std::uint64_t begin = (first - piece.first) * piece.stride;
  return {.first = first,
          .count = count,
          .encoding = piece.encoding,
          .bytes = piece.bytes.subspan(begin, count * piece.stride),
          .stride = piece.stride,
          .memory = piece.memory};
}

ServedCall::ServedCall(Job job, std::uint64_t number, std::function<void(Ended)> ended)
    : job_{std::move(job)} {
  thread_ = transport::start_quiet_thread([job = job_, number, ended = std::move(ended)]() mutable {
    while (auto piece = job.next())
      ended({number, std::move(piece)});
    ended({number});
  });
}

ServedCall::~ServedCall() {
  job_.cancel();
  thread_.join();
}

void ServedCall::begin(std::uint64_t chunk, const cluster::Chunk& items, std::uint64_t outcomes) {
  Items pushed = items.items();
  pushed.first_index = items.first_index;
  assert(outcomes != 0);
  chunks_.emplace(pushed_, Running{.chunk = chunk, .count = outcomes, .began = Clock::now()});
  const std::uint64_t first = std::exchange(pushed_, pushed_ + outcomes);
  last_used_ = Clock::now();
  try {
    job_.push(pushed);
    if (items.head.call.kind == FunctionKind::result) job_.finish();
  } catch (...) {
    chunks_.erase(first);
    pushed_ = first;
    throw;
  }
}

std::vector<ServedCall::Finished> ServedCall::note(Piece piece) {
  std::vector<Finished> finished;
  const std::uint64_t end = piece.first + piece.count;
  auto entry = std::prev(chunks_.upper_bound(piece.first));
  for (std::uint64_t next = piece.first; next < end;) {
    const std::uint64_t chunk_first = entry->first;
    Running& running = entry->second;
    const std::uint64_t count = std::min(end, chunk_first + running.count) - next;
    if (!running.given_up) {
      Piece part = cut(piece, next, count);
      part.first -= chunk_first;
      for (Failure& failure : part.failures)
        failure.index -= chunk_first;
      running.pieces.push_back(std::move(part));
    }
    running.ended += count;
    next += count;
    if (running.ended < running.count) {
      ++entry;
      continue;
    }
    const auto now = last_used_ = Clock::now();
    if (!running.given_up) {
      std::ranges::sort(running.pieces, {}, &Piece::first);
      finished.push_back(
          {running.chunk, std::move(running.pieces), now - std::max(running.began, last_ended_)});
    }
    last_ended_ = now;
    entry = chunks_.erase(entry);
  }
  return finished;
}

std::map<std::uint64_t, ServedCall::Running>::iterator ServedCall::find(std::uint64_t chunk) {
  return std::ranges::find_if(chunks_, [&](const auto& one) { return one.second.chunk == chunk; });
}

void ServedCall::cancel(std::uint64_t chunk, std::span<const std::uint64_t> items) {
  const auto found = find(chunk);
  if (found == chunks_.end()) return;
  for (const std::uint64_t item : items)
    if (item < found->second.count) job_.cancel(found->first + item);
}

void ServedCall::give_up(std::uint64_t chunk) {
  const auto found = find(chunk);
  if (found == chunks_.end() || found->second.given_up) return;
  found->second.given_up = true;
  for (std::uint64_t i = 0; i < found->second.count; ++i)
    job_.cancel(found->first + i);
}

}  // namespace prong::node
