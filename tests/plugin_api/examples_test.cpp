// The functions of the module `examples`.
#include "batch.hpp"
#include "plugin_file.hpp"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <numeric>

namespace {

prong_function example(const char* symbol) { return load(EXAMPLES_PLUGIN, symbol); }

std::string report_on(std::size_t count) {
  std::vector<double> values(count);
  std::iota(values.begin(), values.end(), 0.0);
  if (count > 1) values[1] = 0.1;
  Batch batch;
  batch.with_items(values).returning_text();
  batch.function = "examples.cube";
  CHECK(example("_ZN8resultfn8examples4cubeEPK11prong_batch")(&batch) == 0);
  return batch.emitted[0].value_or("nothing");
}

TEST_CASE("the report names the function and shows up to 20 values") {
  CHECK(report_on(0) == "examples.cube returned []");
  CHECK(report_on(4) == "examples.cube returned [0, 0.1, 2, 3]");
  CHECK(report_on(20).ends_with("18, 19]"));
  CHECK(report_on(1000).ends_with("18, 19, … 1000 values]"));
}

TEST_CASE("power's exponent is bound, sqrt refuses negatives, upper leaves the rest alone") {
  Batch powers;
  powers.with_items<double>({1, 2, 3}).returning<double>().binding("exponent", 3.0);
  CHECK(example("_ZN5mapfn8examples5powerEPK11prong_batch")(&powers) == 0);
  CHECK(powers.result<double>(2) == 27);

  Batch roots;
  roots.with_items<double>({4, -1, 9}).returning<double>();
  CHECK(example("_ZN5mapfn8examples4sqrtEPK11prong_batch")(&roots) == 0);
  CHECK(roots.result<double>(2) == 3);
  REQUIRE(roots.failures.size() == 1);
  CHECK(roots.failures[0].type == "std::domain_error");

  Batch texts;
  texts.with_texts({"Müll 3"}).returning_text();
  CHECK(example("_ZN5mapfn8examples5upperEPK11prong_batch")(&texts) == 0);
  CHECK(texts.emitted[0] == "MüLL 3");
}

TEST_CASE("crash crashes, at the item that asks for it") {
  Batch batch;
  batch.with_items<double>({0, 0, 1, 0}).returning<double>();
  auto* shared = static_cast<std::uint64_t*>(
      mmap(nullptr, sizeof(std::uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  batch.progress = shared;
  const prong_function crash = example("_ZN5mapfn8examples5crashEPK11prong_batch");
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    crash(&batch);
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGSEGV);
  CHECK(*shared == 2);
}

}  // namespace
