// An exchange in a test, and what it has heard.
#pragma once

#include "cluster/gearman/exchange.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prong::cluster::gearman {

[[nodiscard]] Bytes bytes_of(std::string_view text);
[[nodiscard]] std::string text_of(const Bytes& bytes);

struct Peer {
  explicit Peer(const std::string& address);

  // Waits once, up to so many milliseconds, and appends what happened.
  void hear(int milliseconds = 20);
  // Hears until there is an event of this kind, and takes it out. Fails the test after a minute.
  template <typename Kind>
  Kind next();

  std::unique_ptr<GearmanExchange> exchange;
  std::vector<Event> heard = {};
};

// Lets them all hear, in turn, until it is so. Fails the test after a minute.
void until(const std::function<bool()>& so, const std::vector<Peer*>& peers);

template <typename Kind>
[[nodiscard]] std::vector<Kind> all(const Peer& peer) {
  std::vector<Kind> found;
  for (const Event& event : peer.heard) {
    if (const auto* each = std::get_if<Kind>(&event)) found.push_back(*each);
  }
  return found;
}

template <typename Kind>
Kind Peer::next() {
  std::optional<Kind> found;
  until(
      [&] {
        for (auto at = heard.begin(); !found && at != heard.end(); ++at) {
          if (auto* event = std::get_if<Kind>(&*at)) {
            found = std::move(*event);
            heard.erase(at);
            break;
          }
        }
        return found.has_value();
      },
      {this});
  return std::move(*found);
}

}  // namespace prong::cluster::gearman
