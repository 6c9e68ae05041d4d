// How items end that do not return, and what is told of workers that died.
#include "fixture.hpp"

#include <csignal>
#include <map>

namespace prong_c_test {

namespace {

// The failure of one item.
class Failed {
 public:
  Failed(const PoolHandle& pool, const prong_call& call, const prong_items& items)
      : results_{map(pool, call, items)} {
    REQUIRE(prong_results_failure_count(results_.get()) == 1);
  }
  const prong_failed_item* operator->() const { return prong_results_failure(results_.get(), 0); }

 private:
  Results results_;
};

}  // namespace

TEST_CASE("endings have names") {
  CHECK(std::string{prong_ending_name(PRONG_ENDING_RETURNED)} == "returned");
  CHECK(std::string{prong_ending_name(PRONG_ENDING_LOST)} == "lost");
  CHECK(std::string{prong_ending_name(99)}.empty());
}

TEST_CASE("what was thrown") {
  const PoolHandle pool = make_pool();
  const std::vector<double> numbers{-1};
  const Failed failed{pool, make_call("examples.sqrt"), make_items(numbers)};
  CHECK(failed->struct_size == sizeof(prong_failed_item));
  CHECK(failed->ending == PRONG_ENDING_THREW);
  CHECK(failed->index == 0);
  CHECK(std::string{failed->function} == "examples.sqrt");
  CHECK(text(failed->type) == "std::domain_error");
  CHECK(text(failed->what) == "a negative number has no real square root");
  CHECK(std::string{failed->message}.starts_with("item 0: threw: std::domain_error"));
  CHECK(failed->worker > 0);
  CHECK(failed->crash == nullptr);
  CHECK(failed->detail_count == 0);
}

TEST_CASE("a crash, with its report") {
  const PoolHandle pool = make_pool();
  const std::vector<double> numbers{0, 1};
  const Results results = map(pool, make_call("examples.crash"), make_items(numbers));
  REQUIRE(prong_results_failure_count(results.get()) == 1);
  const prong_failed_item* failed = prong_results_failed_item(results.get(), 1);
  REQUIRE(failed != nullptr);
  CHECK(failed->ending == PRONG_ENDING_CRASHED);
  CHECK(failed->signal == SIGSEGV);
  REQUIRE(failed->crash != nullptr);
  const prong_crash_report& crash = *failed->crash;
  CHECK(crash.struct_size == sizeof(prong_crash_report));
  CHECK(crash.has_address == 1);
  CHECK(crash.address == 0);
  CHECK(crash.stack_overflow == 0);
  CHECK(crash.out_of_memory == PRONG_OUT_OF_MEMORY_NO);
  CHECK(text(crash.input) == "1");
  CHECK(crash.is_input_cut == 0);
  CHECK(std::string{crash.core}.empty());
  REQUIRE(crash.frame_count > 0);
  CHECK(crash.frames[0]->struct_size == sizeof(prong_frame));
  CHECK(std::string{crash.frames[0]->function}.find("examples::crash") != std::string::npos);
  CHECK(std::string{crash.frames[0]->file}.ends_with("examples.so"));
  CHECK(std::string{crash.frames[0]->text}.starts_with(crash.frames[0]->function));
  REQUIRE(failed->detail_count > 0);
  CHECK(std::string{failed->details[0]} == "input: 1");
}

TEST_CASE("an exit, a deadline, and an input that does not fit") {
  const PoolHandle pool = make_pool();
  const std::vector<double> three{3};
  const Failed exited{pool, make_call("culprits.call_exit"), make_items(three)};
  CHECK(exited->ending == PRONG_ENDING_EXITED);
  CHECK(exited->exit_code == 2);

  const std::vector<double> hour{3600};
  prong_call slow = make_call("examples.slow");
  slow.timeout_ns = 20'000'000;
  const Failed late{pool, slow, make_items(hour)};
  CHECK(late->ending == PRONG_ENDING_TIMED_OUT);

  const Texts texts{{"[1]"}};
  const Failed unfit{pool, make_call("examples.sqrt", PRONG_JSON), texts.items()};
  CHECK(unfit->ending == PRONG_ENDING_REJECTED);
  CHECK(text(unfit->what).find("f64") != std::string_view::npos);
}

TEST_CASE("a result function that fails is no item") {
  const PoolHandle pool = make_pool();
  const prong_call call = make_call("echoes.checked", PRONG_JSON);
  const Texts texts{{"[1,2]"}};
  const Results mapped = map(pool, call, texts.items());
  CHECK(prong_results_failure_count(mapped.get()) == 0);
  prong_call check = make_call("echoes.checked");
  const prong_argument least{"least", nullptr, {"5", 1}, PRONG_JSON, 0};
  check.bound = &least;
  check.bound_count = 1;
  const Results checked{prong_reduce(pool.get(), &check, mapped.get(), NoError{})};
  REQUIRE(checked != nullptr);
  REQUIRE(prong_results_failure_count(checked.get()) == 1);
  CHECK(prong_results_failure(checked.get(), 0)->index == PRONG_NO_ITEM);
  CHECK(prong_results_failed_item(checked.get(), 0) == prong_results_failure(checked.get(), 0));
  CHECK(prong_results_value(checked.get(), 0).data == nullptr);
}

}  // namespace prong_c_test
