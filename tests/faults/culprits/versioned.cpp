// The module `versioned` in several versions, which return their number; version 0 crashes while it is
// loaded.
#include <prong/plugin.hpp>

#include <csignal>

namespace versioned {

namespace {

const struct Loader {
  Loader() {
    if (VERSION == 0) ::raise(SIGSEGV);
  }
} loader;

}  // namespace

double version(double) { return VERSION; }

}  // namespace versioned

PRONG_MODULE(versioned, "Returns its number", "1.0.0", "MIT")
PRONG_MAP(versioned, version, "the version", x)
