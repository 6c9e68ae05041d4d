// Finds the functions of tests.kinds.
#include "kinds_plugin.hpp"

#include <cstdlib>
#include <sstream>

namespace {

prong_function find(std::string_view root, std::string_view name) {
  std::ostringstream symbol;
  symbol << "_ZN" << root.size() << root << "5tests5kinds" << name.size() << name << "EPK11prong_batch";
  return load(kinds_plugin(), symbol.str());
}

}  // namespace

std::string kinds_plugin() {
  const char* file = std::getenv("PRONG_TEST_PLUGIN");
  return file ? file : KINDS_PLUGIN;
}

prong_function map_function(std::string_view name) { return find("mapfn", name); }
prong_function result_function(std::string_view name) { return find("resultfn", name); }
