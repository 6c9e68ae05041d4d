// Words of the outputs, added up.
#include "pool/stints.hpp"

#include <algorithm>
#include <utility>

namespace prong::pool {

namespace {

using std::chrono::nanoseconds;
using Clock = std::chrono::steady_clock;

// An item that did not end, as its worker died or was killed.
bool is_interrupted(Ending ending) {
  return ending == Ending::crashed || ending == Ending::exited || ending == Ending::timed_out ||
         ending == Ending::cancelled || ending == Ending::lost;
}

class TaskTimes {
 public:
  explicit TaskTimes(TaskInFlight& task) : task_{task} {
    const Segment& segment = *task.range.segment;
    const Clock::time_point now = Clock::now();
    const Clock::time_point least = *task.job->facts().timed_since;
    const nanoseconds elapsed = std::clamp(task.elapsed.value_or(now - least), nanoseconds{0}, now - least);
    Clock::time_point began = task.elapsed ? now - elapsed : task.sent;
    if (segment.times) {
      words_ =
          reinterpret_cast<const std::uint64_t*>(segment.results->data() + *segment.times) + task.range.start;
      began = Clock::time_point{nanoseconds{static_cast<std::int64_t>(word(segment.count))}};
    }
    began_ = std::clamp(began, least, now);
    whole_ = task.elapsed ? std::min(elapsed, nanoseconds{now - began_}) : nanoseconds{now - began_};
  }

  Stint stint(std::uint64_t place, std::uint64_t count, Ending ending) {
    Stint stint{.first = task_.range.first() + place,
                .count = count,
                .place = task_.slot,
                .worker = task_.pid,
                .began = began_ + time_before(place)};
    nanoseconds sum{0};
    for (std::uint64_t i = place; i < place + count; ++i) {
      stint.times.push_back(time_of(i));
      sum = std::min(sum + stint.times.back(), whole_);
    }
    if (is_interrupted(ending) && sum == nanoseconds{0}) sum = stint.times.back() = whole_;
    const bool reaches_end = place + count == task_.range.count || sum == nanoseconds{0};
    if (sum == nanoseconds{0}) stint.times.clear();
    stint.ended = reaches_end ? began_ + whole_ : std::min(stint.began + sum, began_ + whole_);
    if (is_interrupted(ending)) stint.times.back() = stint.ended - stint.began;
    return stint;
  }

 private:
  // The worker may still write there.
  std::uint64_t word(std::uint64_t at) const { return __atomic_load_n(words_ + at, __ATOMIC_RELAXED); }

  nanoseconds time_of(std::uint64_t place) const {
    if (words_ == nullptr) return nanoseconds{0};
    return nanoseconds{
        static_cast<std::int64_t>(std::min(word(place), static_cast<std::uint64_t>(whole_.count())))};
  }

  // Mostly asked for in rising order: the sum goes on from where it was.
  nanoseconds time_before(std::uint64_t place) {
    auto& [at, sum] = task_.told;
    if (place < at) task_.told = {};
    for (; at < place; ++at)
      sum = std::min(sum + time_of(at), whole_);
    return sum;
  }

  TaskInFlight& task_;
  const std::uint64_t* words_ = nullptr;  // nullptr: nobody writes them
  Clock::time_point began_;
  nanoseconds whole_;
};

}  // namespace

void note_stint(TaskInFlight& task, Piece& piece) {
  if (!task.job->facts().timed_since) return;
  const bool failed = piece.count == 1 && !piece.failures.empty();
  const Ending ending = failed && !task.elapsed ? piece.failures.front().ending : Ending::returned;
  piece.stints.push_back(TaskTimes{task}.stint(piece.first - task.range.first(), piece.count, ending));
}

void note_attempt(TaskInFlight& task, std::uint64_t place, Ending ending) {
  if (!task.job->facts().timed_since) return;
  Stint stint = TaskTimes{task}.stint(place, 1, ending);
  stint.attempt = ending;
  task.job->note_attempt(std::move(stint));
}

}  // namespace prong::pool
