// Calls into the switchboard, and waiting for what comes out of it.
#include "cluster/mpi/exchange.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

namespace prong::cluster::mpi {

namespace {

// What poll() can be told; it is called again after that.
constexpr std::chrono::hours poll_time_most{24};

Bytes checked(std::span<const std::byte> payload) {
  check_payload(payload);
  return {payload.begin(), payload.end()};
}

}  // namespace

MpiExchange::MpiExchange() : MpiExchange{Endpoint::get()} {}

MpiExchange::MpiExchange(std::shared_ptr<Endpoint> endpoint)
    : bell_{transport::make_eventfd()},
      endpoint_{std::move(endpoint)},
      port_{endpoint_->with_switchboard([bell = bell_.number()](Switchboard& switchboard) {
        return switchboard.open([bell] { transport::signal_eventfd(bell); });
      })} {}

MpiExchange::~MpiExchange() {
  endpoint_->with_switchboard([&](Switchboard& switchboard) { switchboard.close(port_); });
}

void MpiExchange::serve(const std::string& queue) {
  endpoint_->with_switchboard([&](Switchboard& switchboard) { switchboard.serve(port_, queue, false); });
}

void MpiExchange::serve_always(const std::string& queue) {
  endpoint_->with_switchboard([&](Switchboard& switchboard) { switchboard.serve(port_, queue, true); });
}

void MpiExchange::leave(const std::string& queue) {
  endpoint_->with_switchboard([&](Switchboard& switchboard) { switchboard.leave(port_, queue); });
}

void MpiExchange::take_at_most(std::size_t jobs) {
  endpoint_->with_switchboard([&](Switchboard& switchboard) { switchboard.take_at_most(port_, jobs); });
}

Ticket MpiExchange::submit(const std::string& queue, std::span<const std::byte> payload) {
  Bytes bytes = checked(payload);
  return endpoint_->with_switchboard(
      [&](Switchboard& switchboard) { return switchboard.submit(port_, queue, std::move(bytes)); });
}

void MpiExchange::answer(JobNumber job, std::span<const std::byte> payload) {
  Bytes bytes = checked(payload);
  endpoint_->with_switchboard([&](Switchboard& switchboard) { switchboard.answer(job, std::move(bytes)); });
}

void MpiExchange::forget(Ticket ticket) {
  endpoint_->with_switchboard([&](Switchboard& switchboard) { switchboard.forget(ticket); });
}

void MpiExchange::refuse(JobNumber job) {
  endpoint_->with_switchboard([&](Switchboard& switchboard) { switchboard.refuse(job); });
}

void MpiExchange::ask_servers() {
  endpoint_->with_switchboard([&](Switchboard& switchboard) { switchboard.ask_servers(port_); });
}

std::vector<Event> MpiExchange::wait(Clock::time_point deadline, int wakeup) {
  while (true) {
    // The bell first: what comes after that rings it again.
    transport::drain_eventfd(bell_.number());
    auto events =
        endpoint_->with_switchboard([&](Switchboard& switchboard) { return switchboard.take_events(port_); });
    const auto now = Clock::now();
    if (!events.empty() || now >= deadline) return events;
    std::array<pollfd, 2> looks{{{.fd = wakeup, .events = POLLIN, .revents = 0},
                                 {.fd = bell_.number(), .events = POLLIN, .revents = 0}}};
    const auto time = std::chrono::ceil<std::chrono::milliseconds>(
        std::min<Clock::duration>(deadline - now, poll_time_most));
    const int found = ::poll(looks.data(), looks.size(), static_cast<int>(time.count()));
    if (found > 0 && looks[0].revents != 0) deadline = now;  // once more, for what has come meanwhile
  }
}

}  // namespace prong::cluster::mpi
