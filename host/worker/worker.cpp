// The worker's loop.
#include "worker/worker.hpp"

#include "sandbox/attempts.hpp"
#include "sandbox/condition.hpp"
#include "transport/fault_point.hpp"
#include "worker/block_writer.hpp"
#include "worker/crash_handler.hpp"
#include "worker/float_environment.hpp"
#include "worker/host_port.hpp"
#include "worker/job_state.hpp"
#include "worker/plugin_notes.hpp"
#include "worker/shared_data.hpp"
#include "worker/symbols.hpp"
#include "worker/task_run.hpp"

#include <stdio_ext.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace prong::worker {

using namespace std::chrono_literals;

namespace {

// At once: no destructor of a plugin's state runs.
[[noreturn]] void leave(const char* reason, int code = exit_unable) noexcept {
  ::dprintf(STDERR_FILENO, "prong: a worker cannot go on: %s\n", reason);
  ::_exit(code);
}

// A strict sandbox keeps a worker from writing where others write.
transport::Access access_to_outputs(const sandbox::Enclosure& enclosure) noexcept {
  return enclosure.level() == Sandbox::strict ? transport::Access::read_only : transport::Access::read_write;
}

class Server {
 public:
  explicit Server(const WorkerStart& start)
      : find_defined_{start.find_defined},
        enclosure_{start.enclosure},
        channel_{start.channel, transport::channel_bytes, transport::Access::read_write},
        data_{start.inputs, start.outputs, access_to_outputs(start.enclosure)},
        memory_{*channel_.at<transport::ChannelMemory>(0)},
        pool_{*data_.input<transport::PoolWords>(0)},
        port_{memory_, pool_, start.wake.number()},
        block_{memory_, channel_.bytes().subspan(transport::arena_offset, limits::arena_bytes), port_} {
    if (enclosure_.level() != Sandbox::none) condition_.emplace(enclosure_.level());
    report_crashes(memory_.crash, pool_.core_directory.data());
  }

  [[noreturn]] void serve() {
    const std::function<bool()> holds_ended_state = [this] {
      return std::ranges::any_of(
          jobs_, [this](const auto& job) { return job.second.has_prepared() && !is_open(job.second); });
    };
    reach(transport::FaultPoint::before_ready);
    memory_.worker.ready.store(1, std::memory_order_relaxed);
    for (;;) {
      transport::Task task;
      if (port_.try_take(task)) {
        run(task);
      } else {
        forget_ended_jobs();
        port_.wait_for_task(holds_ended_state);
        block_.rest();
      }
    }
  }

 private:
  void run(const transport::Task& task) {
    reach(transport::FaultPoint::dequeued);
    if (jobs_.size() >= many_jobs_) {
      forget_ended_jobs();
      many_jobs_ = std::max(limits::worker_jobs_max, 2 * jobs_.size());
    }
    // Until the task begins, a death is one while loading.
    memory_.progress.loading.store(task.id, std::memory_order_release);
    JobState& job = find_job(task);
    switch (job.description().kind) {
      case transport::JobKind::inspect:
        reach(transport::FaultPoint::looking);
        return answer(task, read_notes(job.description().file));
      case transport::JobKind::load:
        return answer(task, loaded(job));
      case transport::JobKind::attempt:
        return answer_attempts(task);
      case transport::JobKind::burn:
        return burn(task);
      case transport::JobKind::symbolise:
        return report(task, name_places(job.description().places));
      default:
        return run_items(task, job);
    }
  }

  JobState& find_job(const transport::Task& task) {
    const auto& record = *data_.input<transport::JobRecord>(task.job);
    if (const auto known = jobs_.find(record.number); known != jobs_.end()) return known->second;
    block_.rest();
    return jobs_.try_emplace(record.number, record, find_form(record)).first->second;
  }

  std::shared_ptr<CallForm> find_form(const transport::JobRecord& job) {
    const auto& record = *data_.input<transport::DescriptionRecord>(job.description);
    if (const auto known = forms_.find(record.number); known != forms_.end()) return known->second;
    if (forms_.size() >= limits::worker_forms_max) {
      std::erase_if(forms_, [](const auto& form) { return form.second.use_count() == 1; });
    }
    return forms_.try_emplace(record.number, std::make_shared<CallForm>(record)).first->second;
  }

  std::variant<std::string, RefusalText> loaded(JobState& job) {
    if (const auto& refusal = load(job)) return *refusal;
    return std::string{};
  }

  // What loading changes (a library's own threads, say) is no task's fault; what was changed before it is.
  const std::optional<RefusalText>& load(JobState& job) {
    const bool changes = condition_ && !job.is_loaded();
    if (changes && has_run_) was_changed_ = was_changed_ || condition_->find_change() != nullptr;
    const auto& refusal = job.load(find_defined_);
    if (changes) condition_->accept();
    return refusal;
  }

  void run_items(const transport::Task& task, JobState& job) {
    if (const auto& refusal = load(job)) return refuse_items(task, *refusal);
    const auto& segment = *data_.input<transport::SegmentRecord>(task.segment);
    data_.open_windows(segment);
    block_.begin(task);
    std::byte* own_results = task.results != 0 ? channel_.at<std::byte>(task.results) : nullptr;
    has_run_ = true;
    TaskRun{job, segment, task, data_, own_results, block_}.run();
    // A line that was begun; what is in a buffer when the worker is killed is lost.
    if (::__fpending(stdout) != 0) std::fflush(stdout);
    float_environment_.restore();  // a rounding mode would change the next task's results
    if (is_changed()) return retire();
    block_.finish(transport::ReportKind::finished);
  }

  // So often that it takes at most 1 % of the time.
  bool is_changed() {
    if (!condition_) return false;
    const auto now = std::chrono::steady_clock::now();
    if (!was_changed_ && now - looked_at_ < limits::condition_look_time) return false;
    looked_at_ = now;
    return was_changed_ || condition_->find_change() != nullptr;
  }

  // The last task was the last one: the host ends this process, and has the tasks that wait for it run
  // elsewhere.
  [[noreturn]] void retire() {
    block_.finish(transport::ReportKind::spent);
    for (;;)
      ::pause();
  }

  [[noreturn]] void answer_attempts(const transport::Task& task) {
    const auto layers =
        sandbox::try_everything({.enclosure = enclosure_, .outputs = data_.output<std::byte>(0)});
    begin(task);
    write(sandbox::to_lines(layers), 1);
    retire();
  }

  // By its own clock: it ends also where nobody ends it.
  void burn(const transport::Task& task) {
    begin(task);
    const auto end = std::clock() + limits::processor_trial_most / 1s * CLOCKS_PER_SEC;
    while (std::clock() < end) {
    }
    write("", 1);
    block_.finish(transport::ReportKind::finished);
  }

  // One value, or one refusal, for the whole task. When its plugins have used up what it has, the worker
  // leaves, in silence, since all is said: the next one starts with nothing open.
  void answer(const transport::Task& task, const std::variant<std::string, RefusalText>& answer) {
    const auto* refusal = std::get_if<RefusalText>(&answer);
    if (refusal == nullptr) return report(task, std::get<std::string>(answer));
    report_refusal(task, refusal->code, refusal->lines());
    if (refusal->may_pass) ::_exit(exit_unable);
  }

  // What another worker may still do goes back.
  void refuse_items(const transport::Task& task, const RefusalText& refusal) {
    if (refusal.may_pass) leave(refusal.found.c_str());
    report_refusal(task, refusal.code, refusal.sentence_of(find_job(task).description().file));
  }

  void report(const transport::Task& task, std::string_view value) {
    begin(task);
    write(value, 1);
    block_.finish(transport::ReportKind::finished);
  }

  void report_refusal(const transport::Task& task, std::string_view code, std::string_view text) {
    begin(task);
    const transport::FailureHead head{.ending = static_cast<std::uint32_t>(Ending::rejected),
                                      .type_size = static_cast<std::uint32_t>(code.size())};
    std::string bytes{reinterpret_cast<const char*>(&head), sizeof head};
    bytes += code;
    bytes += text;
    write(bytes, 0);
    block_.finish(transport::ReportKind::refused);
  }

  void begin(const transport::Task& task) {
    block_.begin(task);
    block_.start();
  }

  void write(std::string_view bytes, std::uint32_t count) {
    std::byte* room = block_.reserve(bytes.size());
    bytes.copy(reinterpret_cast<char*>(room), bytes.size());
    block_.commit(0, count, bytes.size());
  }

  // A destructor of the plugin's may never return: the host sees in which job's it is.
  void forget_ended_jobs() {
    for (auto job = jobs_.begin(); job != jobs_.end();) {
      if (is_open(job->second)) {
        ++job;
        continue;
      }
      if (job->second.has_prepared()) memory_.progress.tidying.store(job->first, std::memory_order_relaxed);
      job = jobs_.erase(job);
    }
    memory_.progress.tidying.store(0, std::memory_order_relaxed);
  }

  // relaxed: a job is told to be open before its first task is, and over at some time.
  [[nodiscard]] bool is_open(const JobState& job) const noexcept {
    return job.place() < pool_.open_jobs.size() &&
           pool_.open_jobs[job.place()].load(std::memory_order_relaxed) == job.number();
  }

  const FindDefined& find_defined_;
  const sandbox::Enclosure& enclosure_;
  transport::Mapping channel_;
  SharedData data_;
  transport::ChannelMemory& memory_;
  const transport::PoolWords& pool_;
  HostPort port_;
  BlockWriter block_;
  std::map<std::uint64_t, std::shared_ptr<CallForm>> forms_;  // by number
  std::map<std::uint64_t, JobState> jobs_;                    // by number
  std::size_t many_jobs_ = limits::worker_jobs_max;
  const FloatEnvironment float_environment_;
  std::optional<sandbox::Condition> condition_;  // in a sandbox
  std::chrono::steady_clock::time_point looked_at_ = std::chrono::steady_clock::now();
  bool has_run_ = false;      // items, since the first plugin was loaded
  bool was_changed_ = false;  // by them
};

// Line by line, as on a terminal: what is in a buffer when a plugin crashes is lost.
void redirect_output(const transport::FileDescriptor& pipe) {
  if (::dup2(pipe.number(), STDOUT_FILENO) < 0 || ::dup2(pipe.number(), STDERR_FILENO) < 0) {
    throw transport::system_failure("dup2");
  }
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
}

// After the last thing that the worker opens for itself, and before the first that a plugin does.
void enter(sandbox::Enclosure& enclosure) noexcept {
  try {
    enclosure.enter();
  } catch (const std::exception& error) {
    leave(error.what(), exit_unsandboxed);
  }
}

// A plugin calls exit(). Handlers that the host registered before it was forked, the destructors of its
// static objects among them, are the host's to run: this one was registered later, so it runs first, and
// nothing runs after it.
void leave(int status, void*) {
  std::fflush(stdout);
  ::_exit(status);
}

}  // namespace

void prepare() {
  prepare_crash_handler();
  // Libraries bind calls of their own when they first make them, which takes a walk over all that is loaded.
  static_cast<void>(std::chrono::steady_clock::now());
  static_cast<void>(std::filesystem::path{"/"}.filename());
}

void serve(WorkerStart start) noexcept {
  try {
    ::on_exit(leave, nullptr);
    redirect_output(start.output);
    Server server{start};
    start.output.reset();
    start.channel.reset();
    start.inputs.reset();
    start.outputs.reset();
    enter(start.enclosure);
    server.serve();
  } catch (const std::exception& error) {
    leave(error.what());
  }
}

}  // namespace prong::worker
