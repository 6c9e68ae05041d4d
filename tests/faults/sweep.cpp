// sweep [STRIDE [STRIDE_OF_A_NEW_JOB]]: a worker is single-stepped from the moment it takes a task until it
// sleeps again, and killed after k instructions, for k = 1, 1 + STRIDE, … (for a new job the other stride, 20
// times as long unless told). Whatever it was doing: every item has one outcome, at most one failed, that one
// was running, and none was run twice. Each function is swept in a process of its own, all at the same time.
// Exit status 77 when the machine forbids tracing.
#include "processes.hpp"
#include "stepped_process.hpp"
#include "tally.hpp"

#include <prong/prong.hpp>

#include <fmt/format.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace prong::test {

namespace {

constexpr int status_skipped = 77;
constexpr std::uint64_t items = 3;  // of the task

// A function, and how its items and results lie.
struct Subject {
  std::string_view function;
  bool textual = false;
  bool pure = false;  // may run again, so that no item fails, and is not counted
  // The worker has not seen the job before: decoding it and finding the function take ten times as many
  // instructions as all the rest.
  bool new_job = false;

  [[nodiscard]] std::string name() const { return std::string{function} + (new_job ? " of a new job" : ""); }
};

struct Totals {
  std::uint64_t points = 0;
  std::uint64_t returned = 0;
  std::uint64_t crashed = 0;
  std::uint64_t wrong = 0;
};

class Sweep {
 public:
  // A task that is stepped through takes its time, also while it finds its function.
  explicit Sweep(const Subject& subject)
      : subject_{subject},
        pool_{Registry{{.plugin_path = {PRONG_TEST_STORM_PLUGINS}}},
              {.workers = 1, .load_timeout = std::chrono::hours{1}}} {}

  // True when the worker slept before it had run so many instructions: the end of the sweep.
  bool kill_after(std::uint64_t instructions, Totals& totals) {
    const std::uint64_t first = tally_.new_ids(2 * items);
    Job job = open();
    push(job, first);
    while (job.progress().handed_over < items)
      static_cast<void>(job.next());
    if (subject_.new_job) job = open();
    SteppedProcess worker{sleeping_worker()};
    push(job, first + items);
    const auto over = [&] { return job.progress().ended == job.progress().pushed; };
    bool awake = true;
    for (std::uint64_t i = 0; i < instructions && awake; ++i)
      awake = worker.step(over);
    worker.kill();
    check(job, first + items, instructions, totals);
    return !awake;
  }

 private:
  // The pool's one worker, which has loaded the function and waits for work.
  int sleeping_worker() {
    for (;;) {
      const auto pids = pool_.worker_pids();
      const auto facts = pids.size() == 1 ? facts_of(pids[0]) : std::nullopt;
      if (facts && facts->state == 'S') return pids[0];
      std::this_thread::sleep_for(std::chrono::microseconds{50});
    }
  }

  Job open() {
    return pool_.open({.function = std::string{subject_.function},
                       .items = subject_.textual ? Encoding::views : Encoding::raw,
                       .chunk_size = items});
  }

  // One task.
  void push(Job& job, std::uint64_t first) {
    std::string bytes;
    std::vector<std::uint64_t> offsets;
    for (std::uint64_t id = first; id < first + items; ++id) {
      offsets.push_back(bytes.size());
      if (subject_.textual) {
        bytes += std::to_string(id);
      } else {
        bytes.append(reinterpret_cast<const char*>(&id), sizeof id);
      }
    }
    offsets.push_back(bytes.size());
    if (!subject_.textual) offsets.clear();
    job.push({.bytes = std::as_bytes(std::span{bytes}), .offsets = offsets, .count = items});
  }

  void check(Job& job, std::uint64_t first, std::uint64_t instructions, Totals& totals) {
    const auto complain = [&](const std::string& what) {
      ++totals.wrong;
      fmt::print("{}, killed after {} instructions: {}\n", subject_.name(), instructions, what);
    };
    std::vector<Piece> pieces = job.collect();
    for (Piece& piece : pieces) {
      // The items before were another task of the same job.
      const std::uint64_t before = subject_.new_job ? 0 : items;
      piece.first -= before;
      for (Failure& failure : piece.failures)
        failure.index -= before;
    }
    const ResultSet results{std::move(pieces)};
    if (results.size() != items) return complain(fmt::format("{} outcomes", results.size()));
    if (results.failures().size() > (subject_.pure ? 0 : 1)) complain("more failures than one");
    auto failure = results.failures().begin();
    for (std::uint64_t i = 0; i < items; ++i) {
      const unsigned runs = tally_.runs(first + i);
      if (failure != results.failures().end() && failure->index == i) {
        ++totals.crashed;
        if (failure->ending != Ending::crashed || failure->signal != SIGKILL || !is_explained(*failure) ||
            runs > 1)
          complain(fmt::format("{}, run {} times", failure->message(), runs));
        ++failure;
        continue;
      }
      ++totals.returned;
      if (!is_right(results.value(i), first + i)) complain(fmt::format("item {} is wrong", i));
      if (!subject_.pure && runs != 1) complain(fmt::format("item {} was run {} times", i, runs));
    }
    ++totals.points;
  }

  // There is nothing to say of it, unless the system ended some other process meanwhile.
  [[nodiscard]] static bool is_explained(const Failure& failure) {
    return failure.what.empty() || (failure.crash && failure.crash->out_of_memory == OutOfMemory::probable);
  }

  [[nodiscard]] bool is_right(std::span<const std::byte> value, std::uint64_t id) const {
    if (!subject_.textual) return decode_result<std::uint64_t>(value) == number_of(id);
    return decode_result<std::string_view>(value) == std::to_string(number_of(id));
  }

  Subject subject_;
  Tally tally_;
  Pool pool_;
};

Totals sweep(const Subject& subject, std::uint64_t stride) {
  Sweep one{subject};
  Totals totals;
  std::uint64_t instructions = 1;
  while (!one.kill_after(instructions, totals))
    instructions += stride;
  fmt::print("{}: killed at {} points of {} instructions: {} items returned, {} crashed, {} wrong\n",
             subject.name(), totals.points, instructions, totals.returned, totals.crashed, totals.wrong);
  std::fflush(stdout);
  return totals;
}

// A step is a hand-over between us and the worker, which is fastest on one processor: the n-th that we may
// use, counted round and round.
void stay_on_processor(std::size_t n) {
  cpu_set_t usable;
  if (::sched_getaffinity(0, sizeof usable, &usable) != 0) return;
  n %= static_cast<std::size_t>(CPU_COUNT(&usable));
  cpu_set_t one;
  CPU_ZERO(&one);
  for (std::size_t each = 0; each < CPU_SETSIZE; ++each) {
    if (CPU_ISSET(each, &usable) && n-- == 0) CPU_SET(each, &one);
  }
  ::sched_setaffinity(0, sizeof one, &one);
}

int status_of_sweep(const Subject& subject, std::uint64_t stride) {
  const Totals totals = sweep(subject, stride);
  // Points before, among and after the items: else it was not the task that was stepped through. (The items
  // of a new job are few among its instructions.)
  const bool saw_all =
      subject.pure || subject.new_job || (totals.crashed > 0 && totals.returned > totals.crashed);
  if (!saw_all) fmt::print("{}: no item was hit\n", subject.name());
  return totals.wrong == 0 && saw_all ? 0 : 1;
}

// One that has failed says more than one that was skipped.
int status_of_all(const std::vector<pid_t>& sweeps) {
  bool skipped = false;
  bool failed = false;
  for (const pid_t pid : sweeps) {
    int status = 0;
    const bool ended = pid > 0 && ::waitpid(pid, &status, 0) == pid && WIFEXITED(status);
    const bool skips = ended && WEXITSTATUS(status) == status_skipped;
    skipped = skipped || skips;
    failed = failed || !(skips || (ended && WEXITSTATUS(status) == 0));
  }
  return failed ? 1 : skipped ? status_skipped : 0;
}

std::uint64_t number_in(const char* text) {
  std::uint64_t number = 0;
  std::from_chars(text, text + std::strlen(text), number);
  return number;
}

int run_sweeps(int count, char** arguments) {
  const std::uint64_t stride = count > 1 ? number_in(arguments[1]) : 1;
  const std::uint64_t new_job_stride = count > 2 ? number_in(arguments[2]) : 20 * stride;
  if (count > 3 || stride == 0 || new_job_stride == 0) {
    fmt::print(stderr, "usage: sweep [STRIDE [STRIDE_OF_A_NEW_JOB]]\n");
    return 2;
  }
  std::vector<pid_t> sweeps;
  for (const Subject& subject :
       {Subject{.function = "storm.brief_number"}, Subject{.function = "storm.brief_text", .textual = true},
        Subject{.function = "storm.pure_number", .pure = true},
        Subject{.function = "storm.brief_text", .textual = true, .new_job = true}}) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      stay_on_processor(sweeps.size());
      return status_of_sweep(subject, subject.new_job ? new_job_stride : stride);
    }
    sweeps.push_back(pid);
  }
  return status_of_all(sweeps);
}

}  // namespace

}  // namespace prong::test

int main(int count, char** arguments) {
  try {
    return prong::test::run_sweeps(count, arguments);
  } catch (const prong::test::CannotTrace& error) {
    fmt::print("skipped: {}\n", error.what());
    return prong::test::status_skipped;
  }
}
