// The module `bench`: what the shipped plugins have no use for.
#include <prong/plugin.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string_view>
#include <thread>

namespace bench {

std::string_view echo(std::string_view text) { return text; }

double spin(double microseconds) {
  using Clock = std::chrono::steady_clock;
  using Microseconds = std::chrono::duration<double, std::micro>;
  const auto start = Clock::now();
  Microseconds passed{0};
  while (passed.count() < microseconds)
    passed = Clock::now() - start;
  return passed.count();
}

std::int64_t doze(std::int64_t number) {
  std::this_thread::sleep_for(std::chrono::milliseconds{1});
  return number;
}

std::int32_t process(double) { return ::getpid(); }

}  // namespace bench

PRONG_MODULE(bench, "Functions to measure with", "1.0.0", "MIT")
PRONG_MAP(bench, echo, "The text", text)
PRONG_MAP(bench, spin, "Computes for so long, and returns for how long", microseconds)
PRONG_MAP(bench, doze, "The number, after a millisecond of sleep", number)
PRONG_MAP(bench, process, "The id of the process that runs it, whatever x", x)
