// Waiting for what is to happen.
#include "peer.hpp"

#include <doctest/doctest.h>

namespace prong::cluster::gearman {

Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span{text});
  return {bytes.begin(), bytes.end()};
}

std::string text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Peer::Peer(const std::string& address)
    : exchange{std::make_unique<GearmanExchange>(parse_engine_address(address))} {}

void Peer::hear(int milliseconds) {
  auto events = exchange->wait(Exchange::Clock::now() + std::chrono::milliseconds{milliseconds}, -1);
  for (Event& event : events)
    heard.push_back(std::move(event));
}

void until(const std::function<bool()>& so, const std::vector<Peer*>& peers) {
  // A watchdog.
  const auto give_up = Exchange::Clock::now() + std::chrono::minutes{1};
  while (!so()) {
    REQUIRE(Exchange::Clock::now() < give_up);
    for (Peer* peer : peers)
      peer->hear(peers.size() > 1 ? 1 : 20);
  }
}

}  // namespace prong::cluster::gearman
