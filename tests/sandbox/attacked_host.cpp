// attacked_host PLUGINS LEVEL PORT MILLISECONDS ATTACK…: a host whose pools run attacks of the plugin in that
// folder, each in a pool of its own, and a line of what came of each. Whoever starts it sees whether it
// lives. Without an attack: a line with the names of all.
#include <prong/prong.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint64_t untouched = 0x7061'7469'656e'6365;
volatile std::uint64_t canary = untouched;

prong::Sandbox level_of(std::string_view name) {
  return name == "strict"   ? prong::Sandbox::strict
         : name == "limits" ? prong::Sandbox::limits
                            : prong::Sandbox::none;
}

prong::PoolOptions options_of(prong::Sandbox level) {
  prong::PoolOptions options{.workers = 1, .sandbox = level};
  if (level != prong::Sandbox::none) options.memory_limit = std::size_t{256} << 20;
  return options;
}

std::int32_t worker_of(prong::Pool& pool) { return pool.apply<std::int32_t>("attacks.pid", std::int64_t{0}); }

// How it ended, and what is said of that.
std::string ending_of(const prong::Outcome<std::string>& outcome) {
  if (outcome) return "returned\t" + outcome.value();
  const prong::Failure& failure = outcome.failure();
  const std::string said = failure.signal != 0 ? std::to_string(failure.signal) : failure.type;
  return std::string{prong::to_string(failure.ending)} + '\t' + said;
}

// The user's, and nobody else's.
void lay_out_prey() {
  constexpr const char* prey = "/tmp/prong-attack-prey";
  std::ofstream{prey} << "prey";
  std::filesystem::permissions(prey,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

class Host {
 public:
  Host(const char* plugins, std::string_view level, std::string port, std::chrono::milliseconds timeout)
      : functions_{{.plugin_path = {plugins}, .default_path = false}},
        options_{options_of(level_of(level))},
        port_{std::move(port)},
        timeout_{timeout},
        sibling_{worker_of(other_)} {}

  void list() { std::puts(other_.apply<std::string>("attacks.names", std::int64_t{0}).c_str()); }

  void suffer(const std::string& attack) {
    canary = untouched;
    lay_out_prey();
    prong::Pool pool{functions_, options_};
    const int worker = worker_of(pool);
    const std::string order = attack + ' ' + std::to_string(::getpid()) + ' ' + std::to_string(sibling_) +
                              ' ' + std::to_string(reinterpret_cast<std::uintptr_t>(&canary)) + ' ' + port_;
    const auto outcomes =
        pool.map_outcomes<std::string>("attacks.commit", std::vector{order}, {.timeout = timeout_});
    const bool replaced = worker_of(pool) != worker;
    const std::string traces = pool.apply<std::string>("attacks.traces", std::int64_t{0});
    const int sibling = worker_of(other_);
    std::printf("%s\t%s\t%s\t%s\t%s\t%s\n", attack.c_str(), ending_of(outcomes[0]).c_str(),
                replaced ? "replaced" : "", traces.c_str(), canary == untouched ? "" : "overwritten",
                sibling == sibling_ ? "" : "dead");
    std::fflush(stdout);
    sibling_ = sibling;
  }

 private:
  const prong::Registry functions_;
  const prong::PoolOptions options_;
  const std::string port_;
  const std::chrono::milliseconds timeout_;
  prong::Pool other_{functions_, options_};
  int sibling_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  Host host{argv[1], argv[2], argv[3], std::chrono::milliseconds{std::stol(argv[4])}};
  if (argc == 5) host.list();
  for (int i = 5; i < argc; ++i)
    host.suffer(argv[i]);
}
