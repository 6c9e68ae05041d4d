// Outlives a vendor's library that crashes for some inputs, hangs for others and refuses the rest.
#include <prong/prong.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

std::string describe(const prong::Outcome<double>& outcome) {
  if (outcome) return "returned " + std::to_string(outcome.value());
  const prong::Failure& failure = outcome.failure();
  std::string text{to_string(failure.ending)};
  if (failure.ending == prong::Ending::crashed) text += " by signal " + std::to_string(failure.signal);
  if (failure.ending == prong::Ending::threw) text += " " + failure.what;
  return text;
}

}  // namespace

int main() {
  const std::vector<std::string> lines{
      "hall: 20 21.5 22",   // works
      "19 20",              // has no name: the library crashes
      "attic: 15 n/a",      // is no number: it hangs
      "cellar:",            // is empty: it says so
      "study: 21 20 19.5",  // works
  };
  // Left by a run that crashed: the library aborts once more because of it. A retry gets over that.
  const auto lock = std::filesystem::temp_directory_path() / ("readings.lock." + std::to_string(::getpid()));
  std::ofstream{lock} << "locked\n";

  prong::Pool pool{prong::Registry{}};
  const prong::MapOptions options{
      .bound = {prong::bind("lock_file", lock.string())}, .timeout = 500ms, .retries = 1};
  const auto outcomes = pool.map_outcomes<double>("readings.mean", lines, options);

  for (std::size_t i = 0; i < lines.size(); ++i)
    std::printf("%-18s %s\n", lines[i].c_str(), describe(outcomes[i]).c_str());
  const auto means = pool.map<double>("readings.mean", std::vector{"hall: 1 2 3"}, options);
  std::printf("The pool goes on: %g\n", means[0]);
}
