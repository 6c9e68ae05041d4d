// Finding from several threads, while files come and go.
#include "scratch_folder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace prong::registry;

TEST_CASE("find and scan may be called from any thread") {
  const ScratchFolder scratch;
  for (int i = 0; i < 8; ++i)
    scratch.file(fmt::format("m{}.so", i));
  const PluginPath path({scratch.path()});
  std::atomic<int> wrong = 0;
  const auto search = [&] {
    for (int round = 0; round < 500; ++round) {
      const std::string module = fmt::format("m{}", round % 8);
      wrong += found(path, module) != scratch.path() / (module + ".so");
      if (round % 50 == 0) wrong += path.scan().size() < 8;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back(search);
  for (int round = 0; round < 100; ++round)
    std::filesystem::remove(scratch.file("passing.so"));
  for (std::thread& thread : threads)
    thread.join();
  CHECK(wrong == 0);
}
