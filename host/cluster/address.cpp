// Engine addresses from text, and whether they lead beyond this machine.
#include "cluster/address.hpp"

#include "limits.hpp"
#include "names/printable.hpp"

#include <prong/error.hpp>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace prong::cluster {

namespace {

constexpr std::string_view scheme = "gearman://";

[[noreturn]] void refuse(std::string_view text, std::string_view what) {
  throw UsageError{fmt::format(
      "'{}' is no engine: {}; an engine is gearman://HOST:PORT, with more brokers after commas, or mpi",
      names::shown(text), what)};
}

std::optional<std::uint16_t> port_of(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  return port;
}

bool is_ipv6(const std::string& name) {
  in6_addr address{};
  // The zone of a link-local address, "fe80::1%eth0", is not part of the number.
  return ::inet_pton(AF_INET6, name.substr(0, name.find('%')).c_str(), &address) == 1;
}

bool is_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= 253 && name.front() != '-' && std::ranges::all_of(name, fits);
}

Host parse_host(std::string_view text, std::string_view place) {
  if (place.empty()) refuse(text, "it lacks a host");
  Host host;
  std::string_view rest;
  if (place.front() == '[') {
    const auto end = place.find(']');
    if (end == std::string_view::npos) refuse(text, "a ']' is missing");
    host.name = place.substr(1, end - 1);
    rest = place.substr(end + 1);
    if (!is_ipv6(host.name)) refuse(text, fmt::format("'{}' is no IPv6 address", names::shown(host.name)));
    if (!rest.empty() && rest.front() != ':') refuse(text, "after ']' comes a ':' and the port");
  } else {
    const auto colon = place.find(':');
    if (colon != place.rfind(':')) refuse(text, "an IPv6 address stands in brackets, [::1]:4730");
    host.name = place.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view{} : place.substr(colon);
    if (!is_name(host.name)) refuse(text, fmt::format("'{}' is no host name", names::shown(host.name)));
  }
  if (rest.empty()) return host;
  const auto port = port_of(rest.substr(1));
  if (!port) refuse(text, fmt::format("'{}' is no port, which is 1 to 65535", names::shown(rest.substr(1))));
  host.port = *port;
  return host;
}

bool is_loopback(const Host& host) {
  in_addr ipv4{};
  if (::inet_pton(AF_INET, host.name.c_str(), &ipv4) == 1) return (ntohl(ipv4.s_addr) >> 24) == 127;
  in6_addr ipv6{};
  if (::inet_pton(AF_INET6, host.name.c_str(), &ipv6) == 1) return IN6_IS_ADDR_LOOPBACK(&ipv6);
  return std::ranges::equal(host.name, std::string_view{"localhost"},
                            [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

}  // namespace

EngineAddress parse_engine_address(std::string_view text) {
  if (text == "mpi") return {.kind = EngineKind::mpi, .hosts = {}};
  if (!text.starts_with(scheme)) refuse(text, "it begins with neither 'gearman://' nor is it 'mpi'");
  EngineAddress address;
  std::string_view rest = text.substr(scheme.size());
  while (true) {
    const auto comma = rest.find(',');
    const Host host = parse_host(text, rest.substr(0, comma));
    if (std::ranges::find(address.hosts, host) != address.hosts.end())
      refuse(text, fmt::format("{} is named twice", to_string(host)));
    address.hosts.push_back(host);
    if (address.hosts.size() > limits::brokers_max)
      refuse(text, fmt::format("it has more than {} brokers", limits::brokers_max));
    if (comma == std::string_view::npos) return address;
    rest.remove_prefix(comma + 1);
  }
}

std::string to_string(const Host& host) {
  const bool brackets = host.name.find(':') != std::string::npos;
  return fmt::format("{}{}{}{}:{}", scheme, brackets ? "[" : "", host.name, brackets ? "]" : "", host.port);
}

bool is_loopback(const EngineAddress& address) {
  const auto loopback = [](const Host& host) { return is_loopback(host); };
  return !address.hosts.empty() && std::ranges::all_of(address.hosts, loopback);
}

}  // namespace prong::cluster
