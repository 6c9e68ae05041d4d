// Who is struck, how, and how often. The pool's list of pids may be older than the processes: who is struck
// must carry our mark, the path of the tally in this very process.
#include "killer.hpp"

#include "known_answers.hpp"
#include "processes.hpp"

#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>
#include <vector>

namespace prong::test {

namespace {

using namespace std::chrono_literals;

constexpr auto pause_most = 3ms;

bool is_ours(int pid) {
  static const std::string mark = mark_of_ours();
  return was_started_with(pid, mark);
}

}  // namespace

std::string mark_of_ours() {
  return std::string{tally_variable} + "=/proc/" + std::to_string(::getpid()) + "/fd/";
}

Killer::Killer(Pool& pool, std::uint64_t seed, KillerTotals& totals)
    : pool_{pool},
      random_{seed},
      totals_{totals},
      kills_before_{totals.workers},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

void Killer::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

// Mostly quick, so that workers are struck while they are born, load and begin; now and then there is time to
// work.
void Killer::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    strike();
    let_an_item_end(stop);
    const bool rests = random(64) == 0;
    std::this_thread::sleep_for(std::chrono::microseconds{rests ? random(20'000) : random(1500)});
  }
}

// A call is given up when so many workers in a row (limits::barren_deaths_max) cannot start an item of it,
// and on a machine that is busy otherwise we would kill that many.
void Killer::let_an_item_end(const std::stop_token& stop) {
  constexpr std::uint64_t kills_most = 8;
  constexpr auto patience = 10s;  // longer than the pauses between births after many deaths at birth
  const auto until = std::chrono::steady_clock::now() + patience;
  const bool waits = totals_.workers - kills_before_ > kills_most;
  while (waits && pool_.statistics().items == items_ && std::chrono::steady_clock::now() < until &&
         !stop.stop_requested()) {
    std::this_thread::sleep_for(1ms);
  }
  const std::uint64_t items = pool_.statistics().items;
  if (std::exchange(items_, items) != items || waits) kills_before_ = totals_.workers;
}

void Killer::strike() {
  const std::vector<int> pids = pool_.worker_pids();
  if (pids.empty()) return;
  const int pid = pids[random(pids.size())];
  const std::uint64_t choice = random(256);
  if (choice < 2) {
    kill_zygote(pid);
  } else if (choice < 20) {
    for (const int each : pids)
      kill_worker(each);
  } else if (choice < 45) {
    pause_worker(pid);
  } else {
    kill_worker(pid);
  }
}

void Killer::kill_worker(int pid) {
  const HeldProcess worker{pid};
  if (is_ours(pid) && worker.signal(SIGKILL)) ++totals_.workers;
}

void Killer::kill_zygote(int worker) {
  const auto facts = facts_of(worker);
  if (!facts) return;
  const HeldProcess zygote{facts->parent};
  if (!is_ours(worker) || !is_ours(facts->parent)) return;
  if (zygote.signal(SIGKILL)) ++totals_.zygotes;
}

void Killer::pause_worker(int pid) {
  const HeldProcess worker{pid};
  if (!is_ours(pid) || !worker.signal(SIGSTOP)) return;
  ++totals_.stops;
  const auto most = std::chrono::duration_cast<std::chrono::microseconds>(pause_most).count();
  std::this_thread::sleep_for(std::chrono::microseconds{random(static_cast<std::uint64_t>(most))});
  if (random(4) == 0 && worker.signal(SIGKILL)) ++totals_.workers;
  worker.signal(SIGCONT);
}

}  // namespace prong::test
