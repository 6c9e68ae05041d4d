// getaddrinfo, here for numbers, in a thread for names.
#include "cluster/gearman/resolution.hpp"

#include "transport/quiet_thread.hpp"

#include <netdb.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <system_error>

namespace prong::cluster::gearman {

struct Resolution::State {
  std::mutex mutex = {};
  std::optional<Resolved> resolved = {};
  transport::FileDescriptor over = transport::make_eventfd();
};

namespace {

Resolved resolve(const Host& host, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* first = nullptr;
  const int failed = ::getaddrinfo(host.name.c_str(), std::to_string(host.port).c_str(), &hints, &first);
  if (failed != 0)
    return {.addresses = {}, .failure = failed == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(failed)};
  Resolved resolved;
  for (const addrinfo* each = first; each != nullptr; each = each->ai_next) {
    SocketAddress address;
    std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
    address.bytes = each->ai_addrlen;
    resolved.addresses.push_back(address);
  }
  ::freeaddrinfo(first);
  return resolved;
}

}  // namespace

Resolution::Resolution(const Host& host) : state_{std::make_shared<State>()} {
  const auto finish = [](State& state, Resolved resolved) {
    const std::lock_guard lock{state.mutex};
    state.resolved = std::move(resolved);
    transport::signal_eventfd(state.over.number());
  };
  Resolved numeric = resolve(host, AI_NUMERICHOST);
  if (numeric.failure.empty()) {
    finish(*state_, std::move(numeric));
    return;
  }
  try {
    transport::start_quiet_thread([state = state_, host, finish] {
      finish(*state, resolve(host, AI_ADDRCONFIG));
    }).detach();
  } catch (const std::system_error& error) {
    finish(*state_, {.addresses = {}, .failure = error.what()});
  }
}

int Resolution::descriptor() const noexcept { return state_->over.number(); }

std::optional<Resolved> Resolution::result() const {
  const std::lock_guard lock{state_->mutex};
  return state_->resolved;
}

}  // namespace prong::cluster::gearman
