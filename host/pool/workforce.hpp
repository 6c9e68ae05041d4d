// The workers of a pool: born, watched, buried, replaced. Knows nothing of where work comes from.
#pragma once

#include "pool/settlement.hpp"
#include "pool/worker_life.hpp"
#include "pool/zygote_process.hpp"

#include <sys/epoll.h>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace prong::pool {

// The engine's lock guards it.
class Workforce {
 public:
  using Clock = WorkerLife::Clock;

  // Starts the zygote and asks for all workers. Throws as launch_zygote does.
  Workforce(std::shared_ptr<PoolMemory> memory, ZygoteOrigin origin, unsigned workers);

  // To be polled by the dispatcher; what it tells goes to handle().
  [[nodiscard]] int epoll() const noexcept { return epoll_.number(); }
  void handle(std::span<const epoll_event> events);
  void wake() noexcept { transport::signal_eventfd(wake_.number()); }  // who polls epoll()
  // Deadlines that passed, workers whose time to be born has come.
  void keep_time(Clock::time_point now);
  [[nodiscard]] std::optional<Clock::time_point> next_time() const;

  // Reads what the workers reported; called without need it does nothing.
  void read_reports();
  // Whether somebody calls read_reports() again and again: then workers need not signal.
  void attend(bool attended);

  // The workers that can take tasks, or soon will; entries may be null.
  [[nodiscard]] const std::vector<std::unique_ptr<WorkerLife>>& lives() const noexcept { return lives_; }
  // Kills a worker; its running item ends as `reason` says.
  void kill(WorkerLife& worker, Failure reason);
  // Ends a worker that holds no task; another one takes its place.
  void recycle(WorkerLife& worker);
  // No more births. Running items end as `reason` says.
  void kill_all(const Failure& reason);

  // The pool cannot go on: no more births, everything that runs is lost.
  void give_up(const std::string& reason);
  // Why there will be no more workers; nothing while there are.
  [[nodiscard]] const std::optional<std::string>& broken() const noexcept { return broken_; }

 private:
  enum class Source : std::uint32_t { wake, zygote_message, zygote_death, report, output, death };
  void watch(const transport::FileDescriptor& descriptor, Source source, std::uint64_t serial);
  void unwatch(const transport::FileDescriptor& descriptor) noexcept;

  void handle_worker(WorkerLife& worker, Source source);
  void start_zygote();
  void read_messages();
  void take_message(transport::Received received);
  void on_zygote_death();

  void bear(std::uint32_t slot);
  void on_born(transport::Received received);
  void on_not_born(const transport::Message& message);
  void read_reports_of(WorkerLife& worker);
  void read_output(WorkerLife& worker);
  void on_gone(std::uint32_t slot);
  void bury(std::unique_ptr<WorkerLife> worker, const ExitStatus& status);
  void count_stillborn(const std::string& how);
  [[nodiscard]] std::chrono::milliseconds delay()
      const noexcept;  // before the next birth, after barren deaths
  [[nodiscard]] std::unique_ptr<WorkerLife>* find(std::uint64_t life) noexcept;

  std::shared_ptr<PoolMemory> memory_;
  ZygoteOrigin origin_;
  transport::FileDescriptor epoll_;
  transport::FileDescriptor wake_;
  std::unique_ptr<ZygoteProcess> zygote_;
  std::vector<std::unique_ptr<WorkerLife>> lives_;        // by slot
  std::vector<std::unique_ptr<WorkerLife>> gone_;         // dead, until the zygote says how
  std::vector<std::optional<Clock::time_point>> births_;  // when a slot's next worker is due
  OutputBudget output_budget_;
  std::uint64_t next_life_ = 1;
  std::uint64_t zygotes_ = 0;  // started so far
  std::size_t unborn_ = 0;  // asked for, not yet born: more would fill the sockets, and both sides would wait
  unsigned stillborn_ = 0;  // in a row: workers that died before they could take a task, or were not born
  unsigned idle_deaths_ = 0;  // in a row: workers that died later, and nobody is to blame
  bool ending_ = false;
  std::optional<std::string> broken_;
};

}  // namespace prong::pool
