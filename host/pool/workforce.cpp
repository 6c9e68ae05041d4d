// Births, reports, and the slots that workers hold.
#include "pool/workforce.hpp"

#include "limits.hpp"
#include "pool/process_facts.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <new>
#include <system_error>
#include <utility>

namespace prong::pool {

namespace {

using transport::FileDescriptor;
using transport::MessageKind;

// Of an epoll token: source, then a zygote's number, or a worker's slot and life.
constexpr unsigned serial_bits = 56;
constexpr unsigned life_bits = 40;
static_assert(limits::workers_max <= 1U << (serial_bits - life_bits));

}  // namespace

Workforce::Workforce(std::shared_ptr<PoolMemory> memory, sandbox::Plan sandbox, WorkforceOptions options)
    : memory_{std::move(memory)},
      sandbox_{std::move(sandbox)},
      options_{std::move(options)},
      wanted_{options_.workers},
      epoll_{transport::checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")},
      wake_{transport::make_eventfd()},
      lives_(wanted_),
      slots_(wanted_) {
  watch(wake_, Source::wake, 0);
  start_zygote();
  for (std::uint32_t slot = 0; slot < wanted_; ++slot)
    bear(slot);
}

Workforce::~Workforce() {
  zygote_.reset();
  for (const auto* place : {&lives_, &gone_}) {
    for (const auto& worker : *place) {
      if (worker && worker->pid != 0) worker->output.finish(worker->pid, output_budget_);
    }
  }
}

// A worker's eventfd is watched for edges and never read: it shares the open file, may take the count between
// our poll and our read, and may have made reading it block.
void Workforce::watch(const FileDescriptor& descriptor, Source source, std::uint64_t serial) {
  epoll_event event{};
  event.events = source == Source::report ? EPOLLIN | EPOLLET : EPOLLIN;
  event.data.u64 = std::uint64_t{static_cast<std::uint32_t>(source)} << serial_bits | serial;
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor.number(), &event) != 0) {
    throw transport::system_failure("epoll_ctl");
  }
}

std::uint64_t Workforce::serial_of(const WorkerLife& worker) noexcept {
  return std::uint64_t{worker.slot} << life_bits | worker.life;
}

// Closing is not enough: the worker holds the same open file.
void Workforce::unwatch(const FileDescriptor& descriptor) noexcept {
  if (descriptor) ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, descriptor.number(), nullptr);
}

std::uint64_t Workforce::ask_zygote() {
  if (!zygote_) throw std::system_error{EPIPE, std::generic_category(), "no zygote"};
  zygote_->ping();
  return ++zygote_questions_;
}

void Workforce::start_zygote() {
  zygote_ = std::make_unique<ZygoteProcess>(options_.zygote, *memory_, sandbox_);
  ++zygotes_;
  unborn_ = 0;
  zygote_questions_ = zygote_answers_ = 0;
  watch(zygote_->socket(), Source::zygote_message, zygotes_);
  watch(zygote_->pidfd(), Source::zygote_death, zygotes_);
}

// An event may be older than the one before it made it: of a worker that was replaced since, or a zygote.
std::size_t Workforce::handle(std::span<const epoll_event> events) {
  std::size_t reports = 0;
  for (const epoll_event& event : events) {
    const auto source = static_cast<Source>(event.data.u64 >> serial_bits);
    const std::uint64_t serial = event.data.u64 & ((std::uint64_t{1} << serial_bits) - 1);
    if (source == Source::wake) {
      transport::drain_eventfd(wake_.number());
    } else if (source == Source::zygote_message || source == Source::zygote_death) {
      if (serial != zygotes_) continue;
      source == Source::zygote_message ? read_messages() : on_zygote_death();
    } else {
      const auto& worker = lives_[serial >> life_bits];
      if (worker && serial_of(*worker) == serial) reports += handle_worker(*worker, source);
    }
  }
  return reports;
}

std::size_t Workforce::handle_worker(WorkerLife& worker, Source source) {
  if (source == Source::report) return read_reports_of(worker);
  source == Source::death ? on_gone(worker.slot) : read_output(worker);
  return 0;
}

void Workforce::read_messages() {
  if (!zygote_) return;
  try {
    while (auto received = zygote_->try_receive())
      take_message(std::move(*received));
  } catch (const std::system_error&) {
    on_zygote_death();
  }
}

void Workforce::take_message(transport::Received received) {
  const transport::Message& message = received.message;
  zygote_heard_ = Clock::now();
  switch (message.kind) {
    case MessageKind::spawned:
      return on_born(std::move(received));
    case MessageKind::no_spawn:
      return on_not_born(message);
    case MessageKind::died: {
      if (auto* worker = find(message.life)) {
        auto dead = std::move(*worker);
        std::erase(gone_, nullptr);
        const ExitStatus status = status_of(*dead, message);
        bury(std::move(dead), status);
      }
      return;
    }
    case MessageKind::pong:
      ++zygote_answers_;
      return;
    case MessageKind::spawn:
    case MessageKind::ping:
      break;
  }
}

std::unique_ptr<WorkerLife>* Workforce::find(std::uint64_t life) noexcept {
  for (auto* place : {&lives_, &gone_}) {
    for (auto& worker : *place) {
      if (worker && worker->life == life) return &worker;
    }
  }
  return nullptr;
}

void Workforce::bear(std::uint32_t slot) {
  slots_[slot].birth.reset();
  if (!wants_worker(slot) || broken_ || !zygote_) return;
  if (unborn_ >= limits::births_at_once) return schedule_birth(slot, {});
  try {
    auto worker = std::make_unique<WorkerLife>(slot, next_life_++, options_.memory_limit);
    if (options_.sandbox == Sandbox::strict) worker->keep_from_outputs();
    watch(worker->wake, Source::report, serial_of(*worker));
    watch(worker->output.reading_end(), Source::output, serial_of(*worker));
    zygote_->spawn(slot, worker->life, worker->channel_file.number(), worker->wake.number(),
                   worker->output.writing_end().number());
    ++unborn_;
    worker->output.drop_writing_end();
    look_by(worker->idle_since + limits::zygote_time);
    lives_[slot] = std::move(worker);
  } catch (const std::system_error& error) {
    if (error.code().value() == EPIPE || error.code().value() == ECONNRESET)
      return;  // its death will be told
    count_stillborn(fmt::format("cannot make a worker: {}", error.what()));
    schedule_birth(slot, delay());
  }
}

void Workforce::schedule_birth(std::uint32_t slot, std::chrono::milliseconds delay) {
  const auto time = Clock::now() + delay;
  slots_[slot].birth = time;
  look_by(time);
}

bool Workforce::wants_worker(std::uint32_t slot) const noexcept {
  return !ending_ && slot < wanted_ && !slots_[slot].dormant;
}

void Workforce::on_born(transport::Received received) {
  --unborn_;
  auto* found = find(received.message.life);
  if (found == nullptr || received.descriptors.size() != 1) return;
  WorkerLife& worker = **found;
  worker.pid = received.message.pid;
  worker.pidfd = std::move(received.descriptors[0]);
  worker.idle_since = Clock::now();
  watch(worker.pidfd, Source::death, serial_of(worker));
  if (std::exchange(slots_[worker.slot].lived, true)) ++respawns_;
  if (ending_) return transport::kill_process(worker.pidfd, SIGKILL);
  if (options_.idle_time) look_by(worker.idle_since + *options_.idle_time);
  put_open(worker.slot);
  recycle_when_empty(worker);
}

void Workforce::on_not_born(const transport::Message& message) {
  --unborn_;
  auto* worker = find(message.life);
  if (worker == nullptr) return;
  const std::uint32_t slot = (*worker)->slot;
  unwatch((*worker)->wake);
  unwatch((*worker)->output.reading_end());
  worker->reset();
  count_stillborn(fmt::format("cannot fork: {}", std::strerror(message.status)));
  schedule_birth(slot, delay());
}

void Workforce::read_output(WorkerLife& worker) {
  worker.output.read(worker.pid, output_budget_);
  if (const auto due = worker.output.tell_due()) look_by(*due);
  if (!worker.output.is_open()) unwatch(worker.output.reading_end());
}

std::size_t Workforce::read_reports() {
  std::size_t count = 0;
  for (const auto& worker : lives_) {
    if (worker && !worker->tasks.empty()) count += read_reports_of(*worker);
  }
  return count;
}

// As many as the ring holds: a worker that writes without end must not hold us here.
std::size_t Workforce::read_reports_of(WorkerLife& worker) {
  std::size_t count = 0;
  std::optional<Clock::time_point> seen_at;
  while (count < limits::report_slots && !worker.lied && read_report(worker, seen_at))
    ++count;
  return count;
}

bool Workforce::read_report(WorkerLife& worker, std::optional<Clock::time_point>& seen_at) {
  transport::Report report;
  const transport::Popped popped = worker.try_report(report);
  if (popped == transport::Popped::nothing) return false;
  if (!seen_at) seen_at = Clock::now();
  TaskInFlight* task = worker.tasks.empty() ? nullptr : &worker.tasks.front();
  try {
    if (popped == transport::Popped::violation || !settle_report(worker, report)) {
      worker.disbelieve();
      return false;
    }
  } catch (const NoRoomForResults&) {
    kill(worker, Failure{.ending = Ending::too_large, .what = "the host has no memory for the results"});
    return false;
  }
  worker.release(report.block);
  if (report.kind == transport::ReportKind::part) return true;
  // The dynamic linker remembers what it did not find: the next try needs a fresh process.
  if (report.kind == transport::ReportKind::refused &&
      task->job->facts().kind != transport::JobKind::inspect) {
    worker.retiring = true;
  }
  const bool spent = report.kind == transport::ReportKind::spent;
  if (spent || report.kind == transport::ReportKind::finished) worker.note_run(task->job->facts().file);
  task->job->observe(task->range.count, std::chrono::nanoseconds{report.nanoseconds});
  worker.pop_task(*seen_at);
  if (spent) recycle(worker);  // it takes none of the tasks that wait for it
  after_task(worker);
  return true;
}

void Workforce::after_task(WorkerLife& worker) {
  stillborn_ = idle_deaths_ = 0;
  put_open(worker.slot);
  if (options_.idle_time) look_by(worker.idle_since + *options_.idle_time);
  if (items_left(worker) == 0) worker.retiring = true;
  if (options_.memory_max != SIZE_MAX &&
      worker.idle_since - worker.memory_seen_at >= limits::memory_look_time) {
    worker.memory_seen_at = worker.idle_since;
    if (resident_bytes(worker.pid) > options_.memory_max) worker.retiring = true;
  }
  recycle_when_empty(worker);
}

void Workforce::recycle_when_empty(WorkerLife& worker) {
  if (worker.retiring && worker.pidfd && worker.tasks.empty() && !worker.killed_for) recycle(worker);
}

void Workforce::put_open(std::uint32_t slot) {
  if (!std::exchange(slots_[slot].open, true)) open_.push_back(slot);
}

void Workforce::take_open(std::vector<std::uint32_t>& slots) noexcept {
  slots.clear();
  slots.swap(open_);
  for (const std::uint32_t slot : slots)
    slots_[slot].open = false;
}

bool Workforce::look_by(Clock::time_point due) noexcept {
  if (due_ && *due_ <= due) return false;
  due_ = due;
  return true;
}

std::uint64_t Workforce::items_left(const WorkerLife& worker) const noexcept {
  return options_.items_max - std::min(worker.items, options_.items_max);
}

void Workforce::rouse(std::uint64_t workers) {
  for (std::uint32_t slot = 0; slot < wanted_ && workers > 0; ++slot) {
    if (!std::exchange(slots_[slot].dormant, false)) continue;
    --workers;
    // The one before may still be dying: then its burial brings the next.
    if (!lives_[slot]) bear(slot);
  }
}

// Those that are too many finish what they hold; a slot beyond the wanted number stays empty.
void Workforce::resize(unsigned workers) {
  const unsigned before = std::exchange(wanted_, workers);
  if (lives_.size() < workers) {
    lives_.resize(workers);
    slots_.resize(workers);
  }
  for (std::uint32_t slot = before; slot < workers; ++slot) {
    slots_[slot].dormant = false;
    if (!lives_[slot]) bear(slot);
  }
  for (std::uint32_t slot = workers; slot < lives_.size(); ++slot) {
    slots_[slot].birth.reset();
    if (!lives_[slot]) continue;
    lives_[slot]->retiring = true;
    recycle_when_empty(*lives_[slot]);
  }
}

}  // namespace prong::pool
