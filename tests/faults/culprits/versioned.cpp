// The module `versioned` in several versions, which return their number. Version 0 crashes while it is
// loaded, version 3 when there is a file named as it is with `.crash` appended.
#include <prong/plugin.hpp>

#include <dlfcn.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <numeric>
#include <span>
#include <string>
#include <thread>

namespace versioned {

namespace {

bool is_told_to_crash() {
  Dl_info self{};
  static const char here = 0;
  return ::dladdr(&here, &self) != 0 && ::access((std::string{self.dli_fname} + ".crash").c_str(), F_OK) == 0;
}

const struct Loader {
  Loader() {
    if (VERSION == 0 || (VERSION == 3 && is_told_to_crash())) ::raise(SIGSEGV);
  }
} loader;

}  // namespace

double version(double) { return VERSION; }

double sum(std::span<const double> all) { return std::accumulate(all.begin(), all.end(), 0.0); }

double linger(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  return VERSION;
}

}  // namespace versioned

PRONG_MODULE(versioned, "Returns its number", "1.0.0", "MIT")
PRONG_MAP(versioned, version, "the version", x)
PRONG_RESULT(versioned, version, sum, "The sum of them")
PRONG_MAP(versioned, linger, "the version, after a while", seconds)
