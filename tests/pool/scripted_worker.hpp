// A worker without a process: the host's end of its channel is the real one, what it writes is the test's.
#pragma once

#include "pool/settlement.hpp"
#include "transport/channel.hpp"

#include <csignal>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace prong::pool {

// Holds as many tasks of one job as it may.
class ScriptedWorker {
 public:
  struct Work {
    std::uint64_t items = 4;  // of the job
    std::uint64_t chunk = 2;  // items in a task
  };
  explicit ScriptedWorker(JobFacts facts) : ScriptedWorker{std::move(facts), Work{}} {}
  ScriptedWorker(JobFacts facts, const Work& work)
      : memory_{std::make_shared<PoolMemory>()},
        life_{0, 1, {}},
        channel_{life_.channel_file, transport::channel_bytes, transport::Access::read_write},
        reports_{channel().reports} {
    facts.chunk_size = work.chunk;
    const std::size_t stride = facts.result_stride;
    job_ = std::make_shared<JobState>(std::move(facts), memory_->allocate(Region::inputs, 1));
    auto segment = std::make_shared<Segment>();
    segment->record = memory_->allocate(Region::inputs, 1);
    segment->count = work.items;  // 1 in a result function's job
    if (stride != 0) segment->results = memory_->allocate(Region::outputs, work.items * stride);
    job_->add(std::move(segment));
    send_more();
  }

  // As many tasks as a worker may hold, while there are items.
  void send_more() {
    while (life_.tasks.size() < limits::tasks_in_flight_least) {
      auto range = job_->take(1);
      if (!range) break;
      life_.send(job_, std::move(*range));
    }
  }

  // The worker's side.
  [[nodiscard]] transport::ChannelMemory& channel() const {
    return *channel_.at<transport::ChannelMemory>(0);
  }
  [[nodiscard]] std::span<std::byte> arena() const {
    return channel_.bytes().subspan(transport::arena_offset);
  }
  void put_run(std::size_t at, const transport::Run& run, std::size_t block = 0) const {
    std::memcpy(arena().data() + block + at * sizeof run, &run, sizeof run);
  }
  // A failure's bytes, at `at` of the data of a block at the arena's start for a task of a few items.
  std::size_t put_failure(std::size_t at, std::uint32_t ending, std::string_view what) const {
    const transport::FailureHead head{.ending = ending, .type_size = 0};
    std::byte* to = arena().data() + transport::run_table_bytes(1) + at;
    std::memcpy(to, &head, sizeof head);
    std::memcpy(to + sizeof head, what.data(), what.size());
    return sizeof head + what.size();
  }
  void push(const transport::Report& report) { static_cast<void>(reports_.try_push(report)); }
  void start(std::uint64_t task, std::uint64_t ended = 0) const {
    auto& progress = channel().progress;
    progress.spans[0].done = ended;
    progress.task = task;
  }

  // The host's side, as Workforce does it.
  [[nodiscard]] bool drain() {
    transport::Report report;
    for (std::size_t i = 0; i < limits::report_slots && !life_.lied; ++i) {
      const transport::Popped popped = life_.try_report(report);
      if (popped == transport::Popped::nothing) return true;
      if (popped == transport::Popped::violation || !settle_report(life_, report)) {
        life_.disbelieve();
        return false;
      }
      life_.release(report.block);
      if (report.kind != transport::ReportKind::part) life_.pop_task(WorkerLife::Clock::now());
    }
    return !life_.lied;
  }
  bool die(int signal = SIGSEGV) {
    return settle_death(life_, {.known = true, .signalled = true, .number = signal});
  }

  // What has ended, in the order of the items.
  [[nodiscard]] std::vector<Piece> pieces() {
    std::vector<Piece> all;
    while (job_->can_hand_over())
      all.push_back(job_->hand_over());
    return all;
  }
  [[nodiscard]] std::vector<Failure> failures() {
    std::vector<Failure> all;
    for (const Piece& piece : pieces())
      all.insert(all.end(), piece.failures.begin(), piece.failures.end());
    return all;
  }

  [[nodiscard]] WorkerLife& life() { return life_; }
  [[nodiscard]] JobState& job() { return *job_; }
  [[nodiscard]] PoolMemory& memory() { return *memory_; }

 private:
  std::shared_ptr<PoolMemory> memory_;
  WorkerLife life_;
  transport::Mapping channel_;
  transport::RingWriter<transport::Report, limits::report_slots> reports_;
  std::shared_ptr<JobState> job_;
};

}  // namespace prong::pool
