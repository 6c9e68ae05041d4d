// The addresses of a host, found while nobody waits for them.
#pragma once

#include "cluster/address.hpp"
#include "transport/file_descriptor.hpp"

#include <sys/socket.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace prong::cluster::gearman {

struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t bytes = 0;
};

// In the order in which they are to be tried; or why there are none.
struct Resolved {
  std::vector<SocketAddress> addresses = {};
  std::string failure = {};
};

// Asks at once for what is an address already, in a thread of its own for what is a name: the resolver has no
// other way that does not block, for many seconds when its servers are away. A thread that is not waited for
// any more ends by itself.
class Resolution {
 public:
  explicit Resolution(const Host& host);

  // Can be read when it is over.
  [[nodiscard]] int descriptor() const noexcept;
  [[nodiscard]] std::optional<Resolved> result() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace prong::cluster::gearman
