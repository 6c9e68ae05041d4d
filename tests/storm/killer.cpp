// Who is struck, how, and how often. The pool's list of pids may be older than the processes: who is struck
// must carry our mark, the path of the tally in this very process.
#include "killer.hpp"

#include "known_answers.hpp"
#include "processes.hpp"

#include <unistd.h>

#include <csignal>
#include <string>
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
    const bool rests = random(64) == 0;
    std::this_thread::sleep_for(std::chrono::microseconds{rests ? random(20'000) : random(1500)});
  }
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
