// Which engine a pool is told to use: "gearman://HOST:4730,OTHER:4730" or "mpi".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prong::cluster {

struct Host {
  std::string name;  // or an address; of IPv6 without brackets
  std::uint16_t port = 4730;
  friend bool operator==(const Host&, const Host&) = default;
};

enum class EngineKind : std::uint8_t { gearman, mpi };

struct EngineAddress {
  EngineKind kind = EngineKind::gearman;
  std::vector<Host> hosts = {};  // gearman: brokers, at least one
};

// Throws UsageError that says what is wrong with it and what an address looks like.
[[nodiscard]] EngineAddress parse_engine_address(std::string_view text);

// "gearman://HOST:4730".
[[nodiscard]] std::string to_string(const Host& host);

// Whether all brokers are this machine's own loopback addresses: 127.0.0.0/8, ::1, or "localhost".
[[nodiscard]] bool is_loopback(const EngineAddress& address);

}  // namespace prong::cluster
