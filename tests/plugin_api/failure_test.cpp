// What becomes of an exception.
#include "batch.hpp"
#include "kinds_plugin.hpp"

#include <doctest/doctest.h>
#include <pthread.h>

namespace {

Failure failure_of(std::int32_t crime) {
  Batch batch;
  batch.with_items<std::int32_t>({0, crime, -7}).returning<std::int32_t>();
  CHECK(map_function("commit")(&batch) == 0);
  CHECK(batch.result<std::int32_t>(0) == 0);
  CHECK(batch.result<std::int32_t>(2) == -7);
  CHECK(batch.ended == 3);
  REQUIRE(batch.failures.size() == 1);
  CHECK(batch.failures[0].item == 1);
  return batch.failures[0];
}

TEST_CASE("an exception fails its item alone, with its type and its sentence") {
  CHECK(failure_of(1).type == "std::domain_error");
  CHECK(failure_of(1).what == "a sentence");
}

TEST_CASE("what is thrown need not be a std::exception") {
  CHECK(failure_of(2).type == "int");
  CHECK(failure_of(3).type == "tests::kinds::NotStandard");
  CHECK(failure_of(3).what == "thrown, and not a std::exception");
}

TEST_CASE("what() may be a null pointer") {
  CHECK(failure_of(4).type == "tests::kinds::Mute");
  CHECK(failure_of(4).what == "");
}

TEST_CASE("nested exceptions are told from outside to inside") {
  CHECK(failure_of(5).type.find("std::runtime_error") != std::string::npos);
  CHECK(failure_of(5).what == "outer: inner: tests::kinds::NotStandard");
}

TEST_CASE("a long sentence is cut") {
  const std::string what = failure_of(6).what;
  CHECK(what.size() > 1000);
  CHECK(what == std::string(what.size(), 'x'));
}

// Not under the sanitizers: g++ binds the handler's reference to a null pointer then, and they object.
TEST_CASE("a thread that ends inside an item ends" * doctest::skip(PRONG_SANITIZED)) {
  Batch batch;
  batch.with_items<std::int32_t>({0, 7, 0}).returning<std::int32_t>();
  batch.ended = 0;
  struct Work {
    Batch& batch;
    prong_function function;
    bool came_back = false;
  } work{batch, map_function("commit")};
  pthread_t thread;
  const auto run = [](void* argument) -> void* {
    Work& mine = *static_cast<Work*>(argument);
    mine.function(&mine.batch);
    mine.came_back = true;
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, nullptr, run, &work) == 0);
  REQUIRE(pthread_join(thread, nullptr) == 0);
  CHECK_FALSE(work.came_back);
  CHECK(batch.failures.empty());
  CHECK(batch.ended == 1);
}

}  // namespace
