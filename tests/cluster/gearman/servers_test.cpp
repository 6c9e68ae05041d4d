// The reply to `status`.
#include "cluster/gearman/servers.hpp"

#include <doctest/doctest.h>

namespace prong::cluster::gearman {

namespace {

using Queues = std::map<std::string, unsigned, std::less<>>;

}  // namespace

TEST_CASE("queues with workers are listed, whatever they are called") {
  const auto servers = servers_from_status("a\t5\t2\t3\nnobody\t1\t0\t0\nwith\ttab\t0\t0\t1\n\t0\t0\t7\n");
  const Queues expected{{"a", 3}, {"with\ttab", 1}, {"", 7}};
  CHECK(servers.queues == expected);
  CHECK(servers_from_status("").queues.empty());
}

TEST_CASE("lines that are none of a list are passed over: names may hold the end of a line") {
  const Queues both{{"b", 1}, {"c", 2}};
  for (const std::string line :
       {"ERR UNKNOWN_COMMAND\n", "\n", "a\t1\t2\n", "a\t1\t2\tx\n", "a\t1\t2\t-1\n", "a\t1\t2\t\n", "\t\t\n",
        "a\t0\t0\t99999999999\n", "evil\nqueue\t1\t0\t0\n"}) {
    CAPTURE(line);
    CHECK(servers_from_status(line).queues.empty());
    CHECK(servers_from_status("b\t0\t0\t1\n" + line + "c\t0\t0\t2\n").queues == both);
  }
}

}  // namespace prong::cluster::gearman
