// The module `ranked`: functions that tell on which rank of MPI they ran, and that wait until they are let
// go.
#include <prong/plugin.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace ranked {

std::string rank(std::int64_t) {
  const char* text = std::getenv("OMPI_COMM_WORLD_RANK");
  return text != nullptr ? text : "none";
}

// Makes the file "RANK.x" in the folder, then returns x as soon as there is a file "open".
std::int64_t wait(std::int64_t x, std::string folder) {
  std::ofstream{folder + '/' + rank(x) + '.' + std::to_string(x)} << ::getpid();
  while (!std::filesystem::exists(folder + "/open"))
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  return x;
}

}  // namespace ranked

PRONG_MODULE(ranked, "What the tests of MPI call", "1.0", "MIT")

PRONG_MAP(ranked, rank, "Which one runs it", x)
PRONG_MAP(ranked, wait, "x, when it is let go", x, folder)
