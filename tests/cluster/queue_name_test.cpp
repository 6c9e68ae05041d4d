// Queue names, there and back.
#include "cluster/queue_name.hpp"

#include <doctest/doctest.h>

namespace prong::cluster {

TEST_CASE("queues are named after kind, function, build and key") {
  const QueueNames open{""};
  CHECK(open.of(FunctionKind::map, "acme.stats.square") == "prong:map:acme.stats.square");
  CHECK(open.of(FunctionKind::result, "stats.square", "8d0c") == "prong:result:stats.square:8d0c");
  CHECK(open.of_nodes() == "prong:worker");
  const QueueNames sealed{"5fe1"};
  CHECK(sealed.of(FunctionKind::map, "acme.stats.square") == "prong:map:acme.stats.square@5fe1");
  CHECK(sealed.of(FunctionKind::map, "stats.square", "8d0c") == "prong:map:stats.square:8d0c@5fe1");
  CHECK(sealed.of_nodes() == "prong:worker@5fe1");
  CHECK(queue_of_run("00ff") == "prong:run:00ff");
  CHECK(is_of_nodes(open.of_nodes()));
  CHECK(is_of_nodes(sealed.of_nodes()));
  CHECK_FALSE(is_of_nodes(sealed.of(FunctionKind::map, "stats.square")));
}

TEST_CASE("the function of a queue, when it is one of that kind, of any build, and of the same cluster") {
  for (const char* mark : {"", "5fe1"}) {
    const QueueNames names{mark};
    const std::string queue = names.of(FunctionKind::map, "stats.square");
    CHECK(names.function_of(queue, FunctionKind::map) == "stats.square");
    CHECK(names.function_of(queue, FunctionKind::result).empty());
    CHECK(names.function_of(names.of(FunctionKind::map, "stats.square", "8d0c"), FunctionKind::map).empty());
    for (const char* other : {"", "prong", "prong:map", "prong:map:", "prong:run:00", "other:map:f"})
      CHECK(names.function_of(other, FunctionKind::map).empty());
    const QueueNames others{"5fe2"};
    CHECK(others.function_of(queue, FunctionKind::map).empty());
    CHECK(names.function_of(others.of(FunctionKind::map, "stats.square"), FunctionKind::map).empty());
  }
}

}  // namespace prong::cluster
