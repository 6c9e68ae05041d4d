// The reply to `status`.
#include "cluster/gearman/servers.hpp"

#include <doctest/doctest.h>

namespace prong::cluster::gearman {

TEST_CASE("queues with workers are listed, whatever they are called") {
  const auto servers = servers_from_status("a\t5\t2\t3\nnobody\t1\t0\t0\nwith\ttab\t0\t0\t1\n\t0\t0\t7\n");
  REQUIRE(servers);
  CHECK(servers->queues == std::map<std::string, unsigned, std::less<>>{{"a", 3}, {"with\ttab", 1}, {"", 7}});
  CHECK(servers_from_status("")->queues.empty());
}

TEST_CASE("what is no list of queues is told apart") {
  for (const char* lines : {"ERR UNKNOWN_COMMAND\n", "\n", "a\t1\t2\n", "a\t1\t2\tx\n", "a\t1\t2\t-1\n",
                            "a\t1\t2\t\n", "\t\t\n", "a\t0\t0\t99999999999\n"})
    CHECK_MESSAGE(!servers_from_status(lines), lines);
}

}  // namespace prong::cluster::gearman
