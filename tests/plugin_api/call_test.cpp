// What a function learns about its call.
#include "batch.hpp"
#include "kinds_plugin.hpp"

#include <doctest/doctest.h>

#include <set>

namespace {

std::vector<std::uint64_t> run(const char* name, std::uint64_t first_index,
                               const std::vector<std::uint64_t>& indices, std::uint64_t seed) {
  Batch batch;
  batch.with_items<std::uint8_t>({0, 0, 0}).returning<std::uint64_t>();
  batch.first_index = first_index;
  if (!indices.empty()) batch.indices = indices.data();
  batch.seed = seed;
  CHECK(map_function(name)(&batch) == 0);
  CHECK(batch.failures.empty());
  return {batch.result<std::uint64_t>(0), batch.result<std::uint64_t>(1), batch.result<std::uint64_t>(2)};
}

TEST_CASE("an item knows its index in the caller's input") {
  CHECK(run("index", 100, {}, 0) == std::vector<std::uint64_t>{100, 101, 102});
  CHECK(run("index", 100, {7, 9, 11}, 0) == std::vector<std::uint64_t>{7, 9, 11});
}

TEST_CASE("seeds are splitmix64's sequence, whatever the chunks") {
  // The first outputs of the reference implementation for the seed 1234567.
  CHECK(run("seed", 0, {}, 1234567) ==
        std::vector<std::uint64_t>{6457827717110365317u, 3203168211198807973u, 9817491932198370423u});
  CHECK(run("seed", 1, {}, 1234567)[0] == 3203168211198807973u);
  CHECK(run("seed", 0, {2, 1, 0}, 1234567)[0] == 9817491932198370423u);
  CHECK(run("seed", 0, {}, 1)[0] != run("seed", 0, {}, 2)[0]);
}

TEST_CASE("a function knows its name and whether it is still wanted") {
  Batch names;
  names.with_items<std::uint8_t>({0}).returning_text();
  CHECK(map_function("name")(&names) == 0);
  CHECK(names.emitted[0] == "tests.kinds.some");

  Batch wanted;
  wanted.with_items<std::uint8_t>({0}).returning<bool>();
  CHECK(map_function("cancelled")(&wanted) == 0);
  CHECK_FALSE(wanted.result<bool>(0));
}

TEST_CASE("another thread is in no call") {
  Batch batch;
  batch.with_items<std::uint8_t>({0}).returning_text();
  CHECK(map_function("elsewhere")(&batch) == 0);
  CHECK(batch.emitted[0] == "prong: current_call() outside a call");
}

}  // namespace
