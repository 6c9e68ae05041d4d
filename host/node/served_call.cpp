// Chunks into a job, pieces out of it.
#include "node/served_call.hpp"

#include <algorithm>
#include <utility>

namespace prong::node {

namespace {

// Of json and text: a line for each item that returned, so those before `place` in the piece have so many.
struct Lines {
  explicit Lines(const Piece& piece) : piece_{piece} {}

  // Where in bytes the line of the piece's item `place` stands, or would stand.
  [[nodiscard]] std::size_t at(std::uint64_t place) {
    while (place_ < place) {
      const bool failed =
          failure_ < piece_.failures.size() && piece_.failures[failure_].index == piece_.first + place_;
      if (failed) {
        ++failure_;
      } else {
        const auto* begin = piece_.bytes.data() + byte_;
        const auto* end = std::find(begin, piece_.bytes.data() + piece_.bytes.size(), std::byte{'\n'});
        byte_ += static_cast<std::size_t>(end - begin) + 1;
      }
      ++place_;
    }
    return byte_;
  }

 private:
  const Piece& piece_;
  std::uint64_t place_ = 0;
  std::size_t failure_ = 0;
  std::size_t byte_ = 0;
};

bool prints(const Piece& piece) {
  return piece.encoding == Encoding::json || piece.encoding == Encoding::text;
}

}  // namespace

Piece cut(const Piece& piece, std::uint64_t first, std::uint64_t count) {
  const std::uint64_t place = first - piece.first;
  Piece part{.first = first,
             .count = count,
             .encoding = piece.encoding,
             .stride = piece.stride,
             .memory = piece.memory};
  std::size_t begin = 0;
  std::size_t end = 0;
  if (piece.stride != 0) {
    begin = place * piece.stride;
    end = begin + count * piece.stride;
  } else if (prints(piece)) {
    Lines lines{piece};
    begin = lines.at(place);
    end = lines.at(place + count);
  } else if (!piece.ends.empty()) {
    begin = place == 0 ? 0 : piece.ends[place - 1];
    end = piece.ends[place + count - 1];
    for (std::uint64_t i = 0; i < count; ++i)
      part.ends.push_back(piece.ends[place + i] - begin);
  }
  part.bytes = piece.bytes.subspan(begin, end - begin);
  for (std::size_t i = 0; i < piece.failures.size(); ++i) {
    const Failure& failure = piece.failures[i];
    if (failure.index < first || failure.index >= first + count) continue;
    part.failures.push_back(failure);
    if (!piece.positions.empty()) part.positions.push_back(piece.positions[i] - begin);
  }
  return part;
}

ServedCall::ServedCall(Job job, std::uint64_t number, std::function<void(Ended)> ended)
    : job_{std::move(job)} {
  thread_ = std::thread{[job = job_, number, ended = std::move(ended)]() mutable {
    while (auto piece = job.next())
      ended({number, std::move(piece)});
    ended({number});
  }};
}

ServedCall::~ServedCall() {
  job_.cancel();
  thread_.join();
}

void ServedCall::begin(std::uint64_t chunk, const cluster::Chunk& items, std::uint64_t outcomes) {
  Items pushed = items.items();
  pushed.first_index = items.first_index;
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

void ServedCall::give_up(std::uint64_t chunk) {
  const auto found =
      std::ranges::find_if(chunks_, [&](const auto& one) { return one.second.chunk == chunk; });
  if (found == chunks_.end() || found->second.given_up) return;
  found->second.given_up = true;
  for (std::uint64_t i = 0; i < found->second.count; ++i)
    job_.cancel(found->first + i);
}

}  // namespace prong::node
