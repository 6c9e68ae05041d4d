// Engine addresses.
#include "cluster/address.hpp"

#include <prong/error.hpp>

#include <doctest/doctest.h>

namespace prong::cluster {

namespace {

std::string refusal(std::string_view text) {
  try {
    [[maybe_unused]] const auto address = parse_engine_address(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

bool leads_to_loopback(std::string_view text) { return is_loopback(parse_engine_address(text)); }

}  // namespace

TEST_CASE("addresses of engines") {
  CHECK(parse_engine_address("mpi").kind == EngineKind::mpi);
  CHECK(parse_engine_address("gearman://broker").hosts == std::vector<Host>{{"broker", 4730}});
  CHECK(parse_engine_address("gearman://a:1,b-2.example:65535,[::1],[fe80::1%eth0]:7").hosts ==
        std::vector<Host>{{"a", 1}, {"b-2.example", 65535}, {"::1", 4730}, {"fe80::1%eth0", 7}});
}

TEST_CASE("a host is written as it is read") {
  for (const char* text : {"gearman://a:1", "gearman://10.0.0.1:4730", "gearman://[::1]:4730"})
    CHECK(to_string(parse_engine_address(text).hosts.at(0)) == text);
}

TEST_CASE("what is no address is refused, with what is wrong and what one looks like") {
  for (const auto& [text, what] : std::vector<std::pair<std::string, std::string>>{
           {"", "begins with"},
           {"gearman", "begins with"},
           {"http://a", "begins with"},
           {"mpi:", "begins with"},
           {"gearman://", "lacks a host"},
           {"gearman://a,", "lacks a host"},
           {"gearman://,a", "lacks a host"},
           {"gearman://:4730", "is no host name"},
           {"gearman://a b", "is no host name"},
           {"gearman://-a", "is no host name"},
           {"gearman://a/", "is no host name"},
           {std::string{"gearman://a\0b", 13}, "is no host name"},
           {"gearman://a:", "is no port"},
           {"gearman://a:0", "is no port"},
           {"gearman://a:65536", "is no port"},
           {"gearman://a:-1", "is no port"},
           {"gearman://a: 1", "is no port"},
           {"gearman://a:1x", "is no port"},
           {"gearman://::1", "stands in brackets"},
           {"gearman://[::1", "']' is missing"},
           {"gearman://[::1]x", "after ']'"},
           {"gearman://[]", "no IPv6 address"},
           {"gearman://[a]", "no IPv6 address"},
           {"gearman://a,a:4730", "named twice"},
       }) {
    CAPTURE(text);
    CHECK(refusal(text).find(what) != std::string::npos);
    CHECK(refusal(text).find("gearman://HOST:PORT") != std::string::npos);
  }
  std::string many = "gearman://h0";
  for (int i = 1; i < 17; ++i)
    many += ",h" + std::to_string(i);
  CHECK(refusal(many).find("more than 16") != std::string::npos);
}

TEST_CASE("loopback is what nobody else can reach") {
  for (const char* text : {"gearman://127.0.0.1", "gearman://127.255.1.2:1", "gearman://[::1]",
                           "gearman://[0:0::1]", "gearman://localhost,127.0.0.1", "gearman://LocalHost"})
    CHECK_MESSAGE(leads_to_loopback(text), text);
  for (const char* text :
       {"gearman://10.0.0.1", "gearman://128.0.0.1", "gearman://0.0.0.0", "gearman://[::]",
        "gearman://localhost,10.0.0.1", "gearman://localhost.example", "gearman://127.1", "mpi"})
    CHECK_MESSAGE(!leads_to_loopback(text), text);
}

}  // namespace prong::cluster
