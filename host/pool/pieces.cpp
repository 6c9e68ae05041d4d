// A piece covers consecutive items that have all ended; a task usually makes one.
#include "pool/pieces.hpp"

#include "pool/settlement.hpp"
#include "pool/stints.hpp"
#include "values/json_writer.hpp"
#include "values/msgpack_writer.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace prong::pool {

namespace {

template <class Make>
auto with_room(const Make& make) {
  try {
    return make();
  } catch (const std::bad_alloc&) {
    throw NoRoomForResults{};
  }
}

std::byte* make_room(Piece& piece, std::size_t size) {
  auto bytes = std::make_shared_for_overwrite<std::byte[]>(size);
  piece.bytes = {bytes.get(), size};
  piece.memory = bytes;
  return bytes.get();
}

class Settler {
 public:
  Settler(WorkerLife& worker, TaskInFlight& task) : worker_{worker}, task_{task}, facts_{task.job->facts()} {}

  bool settle(std::uint64_t offset, std::uint64_t runs, std::uint64_t ended_below) {
    const bool in_place = task_.job->in_place();
    if (!in_place && !task_.job->prints()) {
      auto values = with_room([&] { return read_values(worker_.arena(), offset, runs, task_.range.count); });
      if (values) return settle_values(std::move(*values), ended_below);
    }
    auto checked = read_runs(worker_.arena(), offset, runs, task_.range.count);
    if (!checked || !is_news(*checked) || !is_written(*checked)) return false;
    std::vector<Failure> failures;
    for (const CheckedRun& run : *checked) {
      if (!run.failed && in_place) return false;
      if (!run.failed) continue;
      auto failure = read_failure(worker_.arena(), run);
      if (!failure) return false;
      failure->index = task_.range.first() + run.first;
      failure->function = facts_.function;
      failure->worker = worker_.pid;
      failures.push_back(std::move(*failure));
    }
    if (facts_.retries != 0) take_back_retried(*checked, failures);
    if (in_place) {
      settle_in_place(*checked, std::move(failures), ended_below);
    } else {
      settle_variable(*checked, std::move(failures));
      transcode_rest(ended_below);
    }
    return true;
  }

 private:
  bool settle_values(CheckedValues values, std::uint64_t ended_below) {
    const std::uint64_t count = values.ends.size();
    const std::size_t size = values.ends.back();
    if (!is_news(values.first, count) || !worker_.can_have_written(size)) return false;
    deliver(with_room([&] {
      Piece piece = piece_at(values.first, count);
      copy_shared(make_room(piece, size), worker_.arena().subspan(values.begin, size));
      piece.ends = std::move(values.ends);
      return piece;
    }));
    transcode_rest(ended_below);
    return true;
  }

  // Four words could claim gigabytes, which we would copy.
  bool is_written(const std::vector<CheckedRun>& runs) const {
    std::size_t bytes = 0;
    for (const CheckedRun& run : runs)
      bytes += run.end - run.begin;
    return worker_.can_have_written(bytes);
  }

  bool is_news(const std::vector<CheckedRun>& runs) const {
    return task_.ended_count == 0 ||
           std::ranges::all_of(runs, [&](const CheckedRun& run) { return is_news(run.first, run.count); });
  }

  bool is_news(std::uint64_t first, std::uint64_t count) const {
    if (task_.ended_count == 0) return true;
    for (std::uint64_t i = 0; i < count; ++i) {
      if (task_.has_ended(first + i)) return false;
    }
    return true;
  }

  // Failed items that may run once more leave the task: they are given back, and nothing is delivered.
  void take_back_retried(std::vector<CheckedRun>& runs, std::vector<Failure>& failures) {
    auto failure = failures.begin();
    std::erase_if(runs, [&](const CheckedRun& run) {
      if (!run.failed) return false;
      if (!task_.job->may_retry(failure->index, failure->ending)) {
        ++failure;
        return false;
      }
      note_attempt(task_, run.first, failure->ending);
      failure = failures.erase(failure);
      give_back(task_, run.first, 1, task_.range.exact);
      return true;
    });
  }

  void deliver(Piece piece) {
    note_stint(task_, piece);
    task_.mark_ended(piece.first - task_.range.first(), piece.count);
    task_.job->deliver(std::move(piece));
  }

  Piece piece_at(std::uint64_t place, std::uint64_t count) const {
    return {.first = task_.range.first() + place, .count = count, .encoding = facts_.results};
  }

  // Values, or lines, run by run: one copy out of the arena for each piece.
  void settle_variable(const std::vector<CheckedRun>& runs, std::vector<Failure> failures) {
    auto failure = failures.begin();
    for (std::size_t begin = 0; begin < runs.size();) {
      std::size_t end = begin + 1;
      while (end < runs.size() && runs[end].first == runs[end - 1].first + runs[end - 1].count)
        ++end;
      deliver(with_room([&] {
        return variable_piece({runs.begin() + static_cast<std::ptrdiff_t>(begin), end - begin}, failure);
      }));
      begin = end;
    }
  }

  Piece variable_piece(std::span<const CheckedRun> runs, std::vector<Failure>::iterator& failure) const {
    Piece piece = piece_at(runs.front().first, runs.back().first + runs.back().count - runs.front().first);
    std::size_t size = 0;
    for (const CheckedRun& run : runs)
      size += run.failed ? 0 : run.end - run.begin;
    std::byte* room = make_room(piece, size);
    const bool prints = task_.job->prints();
    if (!prints) piece.ends.reserve(piece.count);
    std::size_t at = 0;
    for (const CheckedRun& run : runs) {
      if (run.failed) {
        piece.failures.push_back(std::move(*failure++));
        if (prints) piece.positions.push_back(at);
      } else {
        at += run.end - run.begin;
      }
      if (!prints) piece.ends.push_back(at);
    }
    copy_values(runs, room);
    return piece;
  }

  // What lies side by side in the arena, as values mostly do, in one copy.
  void copy_values(std::span<const CheckedRun> runs, std::byte* room) const {
    std::size_t begin = 0;
    std::size_t end = 0;
    const auto copy = [&] {
      copy_shared(room, worker_.arena().subspan(begin, end - begin));
      room += end - begin;
    };
    for (const CheckedRun& run : runs) {
      if (run.failed) continue;
      if (run.begin != end) {
        copy();
        begin = run.begin;
      }
      end = run.end;
    }
    copy();
  }

  // Raw results lie in the outputs also when the worker is to print or pack them: what it did not come to
  // before it died is done here.
  void transcode_rest(std::uint64_t below) {
    if (facts_.result_stride == 0) return;
    for (std::uint64_t place = 0; place < below && task_.ended_count < task_.range.count; ++place) {
      if (!task_.has_ended(place)) deliver(with_room([&] { return transcoded_piece(place); }));
    }
  }

  // Nearly always one piece: what is below, with the failures among it.
  void settle_in_place(const std::vector<CheckedRun>& runs, std::vector<Failure> failures,
                       std::uint64_t below) {
    if (task_.ended_count == 0 && (runs.empty() || runs.back().first < below)) {
      if (below > 0) deliver(raw_piece(0, below, std::move(failures)));
      return;
    }
    auto failure = failures.begin();
    auto run = runs.begin();
    for (std::uint64_t place = 0; place < task_.range.count; ++place) {
      const std::uint64_t begin = place;
      std::vector<Failure> among;
      for (; place < task_.range.count && !task_.has_ended(place); ++place) {
        if (run != runs.end() && run->first == place) {
          among.push_back(std::move(*failure++));
          ++run;
        } else if (place >= below) {
          break;
        }
      }
      if (place > begin) deliver(raw_piece(begin, place - begin, std::move(among)));
    }
  }

  Piece raw_piece(std::uint64_t place, std::uint64_t count, std::vector<Failure> failures) const {
    Piece piece = piece_at(place, count);
    piece.bytes = raw_results(place, count);
    piece.stride = facts_.result_stride;
    piece.failures = std::move(failures);
    piece.memory = task_.range.segment->results;
    return piece;
  }

  // In the outputs, where they were written, or are copied to.
  std::span<const std::byte> raw_results(std::uint64_t place, std::uint64_t count) const {
    const std::size_t stride = facts_.result_stride;
    std::byte* first = task_.range.segment->results->data() + (task_.range.start + place) * stride;
    if (task_.own_results) copy_shared(first, worker_.own_results(task_, place, count));
    return {first, count * stride};
  }

  Piece transcoded_piece(std::uint64_t place) const {
    std::vector<std::byte> value(facts_.result_stride);
    copy_shared(value.data(), raw_results(place, 1));
    std::string text;
    const auto append = task_.job->prints() ? values::append_json_raw : values::append_msgpack_raw;
    append(facts_.result_type, value.data(), text);
    if (task_.job->prints()) text += '\n';
    Piece piece = piece_at(place, 1);
    std::memcpy(make_room(piece, text.size()), text.data(), text.size());
    if (!task_.job->prints()) piece.ends.push_back(text.size());
    return piece;
  }

  WorkerLife& worker_;
  TaskInFlight& task_;
  const JobFacts& facts_;
};

}  // namespace

void give_back(TaskInFlight& task, std::uint64_t place, std::uint64_t count, bool exact) {
  task.mark_ended(place, count);
  task.job->give_back(
      {.segment = task.range.segment, .start = task.range.start + place, .count = count, .exact = exact});
}

bool settle_runs(WorkerLife& worker, TaskInFlight& task, std::uint64_t offset, std::uint64_t runs,
                 std::uint64_t ended_below) {
  return Settler{worker, task}.settle(offset, runs, ended_below);
}

}  // namespace prong::pool
