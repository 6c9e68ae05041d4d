// One scenario against Prong, as an embedder would write it; cell.py runs it. Writes what it finds into
// FOLDER/report, line by line. python_trial.py has the same scenarios for Python's pools.
#include <prong/prong.hpp>

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace prong::peers {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Items = std::vector<std::string>;

constexpr std::size_t item_count = 20;
constexpr std::size_t guilty_item = 7;
constexpr std::chrono::milliseconds deadline = 1s;

// "crashed: SIGSEGV", "exited: 0", "threw".
std::string text_of(const Failure& failure) {
  std::string text{to_string(failure.ending)};
  if (failure.ending == Ending::crashed) text += std::string{": SIG"} + ::sigabbrev_np(failure.signal);
  if (failure.ending == Ending::exited) text += ": " + std::to_string(failure.exit_code);
  return text;
}

int parent_of(int pid) {
  std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
  for (std::string word; status >> word;) {
    if (word == "PPid:") status >> pid;
  }
  return pid;
}

class Trial {
 public:
  explicit Trial(const std::string& folder)
      : report_{folder + "/report", std::ios::app}, marks_{folder + "/marks"} {}

  void run(const std::string& scenario) {
    const auto method = scenarios().find(scenario);
    method == scenarios().end() ? crime(scenario) : (this->*method->second)(scenario);
  }

 private:
  using Method = void (Trial::*)(const std::string& scenario);
  static const std::map<std::string, Method>& scenarios();

  template <class Value>
  void say(std::string_view key, const Value& value) {
    report_ << key << ' ' << value << std::endl;
  }

  void make_pool(const PoolOptions& options) {
    pool_.emplace(Registry{{.plugin_path = {PRONG_PEERS_PLUGINS}}}, options);
  }
  // A pool whose workers have begun.
  Pool& make_warm_pool(unsigned workers = 2) {
    make_pool({.workers = workers});
    static_cast<void>(pool_->map<std::string>("peers.work", Items(std::size_t{4} * workers)));
    return *pool_;
  }

  // The pids in the marks file, once there are so many.
  std::vector<int> marks(std::size_t count) const {
    for (;;) {
      std::ifstream file{marks_};
      std::vector<int> pids;
      for (int pid = 0; file >> pid;)
        pids.push_back(pid);
      if (pids.size() >= count) return pids;
      std::this_thread::sleep_for(1ms);
    }
  }
  void kill_marked(std::size_t count) const {
    for (const int pid : marks(count))
      ::kill(pid, SIGKILL);
  }

  // Runs the items, and tells how the guilty ones ended and how the others.
  void call(const Items& items, const std::set<std::size_t>& guilty, MapOptions options = {}) {
    const auto outcomes = pool_->map_outcomes<std::string>("peers.work", items, std::move(options));
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto outcome = outcomes[i];
      say(guilty.contains(i) ? "guilty" : "innocent",
          outcome ? std::string_view{"returned"} : text_of(outcome.failure()));
    }
  }

  void conclude(unsigned workers = 2) {
    const auto start = Clock::now();
    std::string_view state = "lives";
    for (int attempt = 0; attempt < 2; ++attempt) {
      try {
        static_cast<void>(pool_->map<std::string>("peers.work", Items(workers, "quick")));
        say("recover_ms", std::chrono::duration<double, std::milli>(Clock::now() - start).count());
        break;
      } catch (const std::runtime_error&) {
        state = "broken";
        make_pool({.workers = workers});
      }
    }
    say("pool", state);
    end();
  }
  void end() {
    pool_.reset();
    say("ended", 1);
  }

  void crime(const std::string& name) {
    make_warm_pool();
    Items items(item_count);
    items[guilty_item] = name;
    call(items, {guilty_item});
    conclude();
  }

  void with_deadline(const std::string& name) {
    make_warm_pool();
    Items items(item_count);
    items[guilty_item] = items[guilty_item + 1] = name;
    call(items, {guilty_item, guilty_item + 1}, {.timeout = deadline});
    conclude();
  }

  void waits_in_queue(const std::string&) {
    make_warm_pool();
    std::set<std::size_t> all;
    for (std::size_t i = 0; i < item_count; ++i)
      all.insert(i);
    call(Items(item_count, "nap"), all, {.timeout = deadline});
    conclude();
  }

  void kill_busy(unsigned workers) {
    make_warm_pool(workers);
    Items items(std::size_t{4} * workers);
    std::set<std::size_t> guilty;
    for (std::size_t i = 0; i < workers; ++i) {
      items[i] = "hold " + marks_;
      guilty.insert(i);
    }
    const std::jthread killer{[&] { kill_marked(workers); }};
    call(items, guilty, {.chunk_size = 1});
    conclude(workers);
  }
  void one_killed(const std::string&) { kill_busy(1); }
  void two_killed(const std::string&) { kill_busy(2); }
  void five_killed(const std::string&) { kill_busy(5); }
  void thirteen_killed(const std::string&) { kill_busy(13); }

  // Idle workers hold no lock: there is none.
  void kill_idle(const std::string&) {
    make_warm_pool();
    ::kill(pool_->worker_pids().front(), SIGKILL);
    call(Items(item_count), {});
    conclude();
  }

  void killed_in_shutdown(const std::string&) {
    make_warm_pool();
    Items items(item_count + 1);
    items[0] = "hold " + marks_;
    const std::jthread killer{[&] {
      marks(1);
      pool_->close();
      kill_marked(1);
    }};
    call(items, {0}, {.chunk_size = 1});
    pool_->join();
    end();
  }

  void bad_initializer(const std::string& function) {
    try {
      make_pool({.workers = 2, .initializer = initializer("peers." + function, marks_)});
      call({"quick"}, {0});
    } catch (const PoolBroken&) {
      say("guilty", "PoolBroken");
    }
    say("births", marks(1).size());
    end();
  }
  void initializer_throws(const std::string&) { bad_initializer("throw_at_birth"); }
  void initializer_exits(const std::string&) { bad_initializer("exit_at_birth"); }

  void callback_throws(const std::string&) {
    Pool& pool = make_warm_pool();
    const auto later = pool.apply_async<std::string>(
        "peers.work", std::tuple{std::string{"quick"}},
        {.callback = [](const std::string&) { throw std::invalid_argument("of the callback"); }});
    try {
      static_cast<void>(later.get());
      say("guilty", "unnoticed");
    } catch (const std::invalid_argument&) {
      say("guilty", "the callback's exception");
    }
    call(Items(item_count), {});
    conclude();
  }

  void input_throws(const std::string&) {
    Pool& pool = make_warm_pool();
    auto items = std::views::iota(0) | std::views::transform([](int i) {
                   if (i == 10) throw std::invalid_argument("of the input");
                   return std::string{};
                 });
    int delivered = 0;
    try {
      for (const std::string& result : pool.imap<std::string>("peers.work", items))
        delivered += result == "done" ? 1 : 0;
      say("guilty", "unnoticed");
    } catch (const std::invalid_argument&) {
      say("guilty", "the input's exception");
    }
    for (int i = 0; i < 10; ++i)
      say("innocent", i < delivered ? "returned" : "dropped");
    conclude();
  }

  void fork_fails(const std::string&) {
    make_warm_pool();
    Items items(item_count + 2);
    items[0] = items[1] = "hold " + marks_;
    const std::jthread killer{[&] {
      const int zygote = parent_of(marks(2).front());
      rlimit before{};
      ::prlimit(zygote, RLIMIT_NPROC, nullptr, &before);
      const rlimit none{0, before.rlim_max};
      ::prlimit(zygote, RLIMIT_NPROC, &none, nullptr);
      kill_marked(2);
      std::this_thread::sleep_for(300ms);
      ::prlimit(zygote, RLIMIT_NPROC, &before, nullptr);
    }};
    call(items, {0, 1}, {.chunk_size = 1});
    conclude();
  }

  void host_killed_idle(const std::string&) {
    make_warm_pool();
    say("ready", 1);
    ::pause();
  }

  void host_killed_busy(const std::string&) {
    make_warm_pool();
    const std::jthread watcher{[&] {
      marks(2);
      say("ready", 1);
    }};
    call(Items(2, "hold_with_child " + marks_), {0, 1}, {.chunk_size = 1});
  }

  std::ofstream report_;
  std::string marks_;
  std::optional<Pool> pool_;
};

const std::map<std::string, Trial::Method>& Trial::scenarios() {
  static const std::map<std::string, Method> all{
      {"callback_throws", &Trial::callback_throws},
      {"deaf_endless_loop", &Trial::with_deadline},
      {"endless_loop", &Trial::with_deadline},
      {"five_killed", &Trial::five_killed},
      {"fork_fails", &Trial::fork_fails},
      {"host_killed_busy", &Trial::host_killed_busy},
      {"host_killed_idle", &Trial::host_killed_idle},
      {"idle_killed", &Trial::kill_idle},
      {"initializer_exits", &Trial::initializer_exits},
      {"initializer_throws", &Trial::initializer_throws},
      {"input_throws", &Trial::input_throws},
      {"killed_in_shutdown", &Trial::killed_in_shutdown},
      {"lock_holder_killed", &Trial::kill_idle},
      {"one_killed", &Trial::one_killed},
      {"stops_itself", &Trial::with_deadline},
      {"thirteen_killed", &Trial::thirteen_killed},
      {"two_killed", &Trial::two_killed},
      {"waits_in_queue", &Trial::waits_in_queue},
  };
  return all;
}

}  // namespace

}  // namespace prong::peers

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: prong_trial SCENARIO FOLDER\n");
    return 2;
  }
  prong::peers::Trial{argv[2]}.run(argv[1]);
}
