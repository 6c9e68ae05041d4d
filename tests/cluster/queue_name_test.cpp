// Queue names, there and back.
#include "cluster/queue_name.hpp"

#include <doctest/doctest.h>

namespace prong::cluster {

TEST_CASE("queues are named after kind, function and build") {
  CHECK(queue_of(FunctionKind::map, "acme.stats.square") == "prong:map:acme.stats.square");
  CHECK(queue_of(FunctionKind::result, "stats.square", "8d0c") == "prong:result:stats.square:8d0c");
  CHECK(queue_of_run("00ff") == "prong:run:00ff");
}

TEST_CASE("the function of a queue, when it is one of that kind and of any build") {
  const std::string queue = queue_of(FunctionKind::map, "stats.square");
  CHECK(function_of(queue, FunctionKind::map) == "stats.square");
  CHECK(function_of(queue, FunctionKind::result).empty());
  CHECK(function_of(queue_of(FunctionKind::map, "stats.square", "8d0c"), FunctionKind::map).empty());
  for (const char* other : {"", "prong", "prong:map", "prong:map:", "prong:run:00", "other:map:f"})
    CHECK(function_of(other, FunctionKind::map).empty());
}

}  // namespace prong::cluster
