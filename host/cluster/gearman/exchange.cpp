// Distributing over brokers, and the one poll().
#include "cluster/gearman/exchange.hpp"

#include "limits.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <random>
#include <utility>

namespace prong::cluster::gearman {

namespace {

// What poll() can be told; it is called again after that.
constexpr std::chrono::hours poll_time_most{24};

std::string random_prefix() {
  std::random_device random;
  std::string prefix;
  for (int i = 0; i < 4; ++i)
    prefix += fmt::format("{:08x}", random());
  return prefix + ':';
}

}  // namespace

GearmanExchange::GearmanExchange(const EngineAddress& address) : unique_prefix_{random_prefix()} {
  if (address.kind != EngineKind::gearman || address.hosts.empty())
    throw UsageError{"the address of the engine names no broker of Gearman"};
  for (const Host& host : address.hosts)
    brokers_.push_back({.link = std::make_unique<Link>(host, last_job_)});
  reason_ = fmt::format("{} is not connected yet", to_string(address.hosts.front()));
}

GearmanExchange::~GearmanExchange() = default;

bool GearmanExchange::Broker::holds(JobNumber job) const {
  return link->holds(job) || std::ranges::any_of(retired, [&](const auto& one) { return one->holds(job); });
}

template <typename Action>
void GearmanExchange::for_each_link(Action action) {
  for (Broker& broker : brokers_) {
    action(*broker.link);
    if (broker.beside) action(*broker.beside);
    for (const auto& link : broker.retired)
      action(*link);
  }
}

template <typename Condition>
bool GearmanExchange::any_link(Condition condition) const {
  return std::ranges::any_of(brokers_, [&](const Broker& broker) {
    return condition(*broker.link) || (broker.beside && condition(*broker.beside)) ||
           std::ranges::any_of(broker.retired, [&](const auto& link) { return condition(*link); });
  });
}

GearmanExchange::Broker* GearmanExchange::find_broker() {
  const auto found = std::ranges::find_if(brokers_, [](const Broker& broker) { return broker.link->up(); });
  return found == brokers_.end() ? nullptr : &*found;
}

void GearmanExchange::serve(const std::string& queue) {
  for (Broker& broker : brokers_)
    broker.link->serve(queue);
}

void GearmanExchange::serve_always(const std::string& queue) {
  for (Broker& broker : brokers_) {
    if (!broker.beside) broker.beside = std::make_unique<Link>(broker.link->host(), last_job_);
    broker.beside->serve(queue);
  }
}

void GearmanExchange::leave(const std::string& queue) {
  for_each_link([&](Link& link) { link.leave(queue); });
}

void GearmanExchange::take_at_most(std::size_t jobs) { jobs_max_ = jobs; }

Ticket GearmanExchange::submit(const std::string& queue, std::span<const std::byte> payload) {
  Broker* broker = find_broker();
  return submit_over(broker == nullptr ? nullptr : broker->link.get(), queue, payload);
}

// Until it is up, the other one.
Link* GearmanExchange::find_beside(Broker& broker) {
  if (broker.beside && broker.beside->up()) return broker.beside.get();
  return broker.link->up() ? broker.link.get() : nullptr;
}

Ticket GearmanExchange::submit_beside(JobNumber job, const std::string& queue,
                                      std::span<const std::byte> payload) {
  const auto found = std::ranges::find_if(brokers_, [&](const Broker& broker) { return broker.holds(job); });
  Broker* broker = found == brokers_.end() ? find_broker() : &*found;
  if (broker == nullptr) return submit_over(nullptr, queue, payload);
  if (!broker->beside) broker->beside = std::make_unique<Link>(broker->link->host(), last_job_);
  return submit_over(find_beside(*broker), queue, payload);
}

Ticket GearmanExchange::submit_over(Link* link, const std::string& queue,
                                    std::span<const std::byte> payload) {
  check_payload(payload);
  const Ticket ticket = ++last_ticket_;
  if (link != nullptr) {
    link->submit(ticket, unique_prefix_ + std::to_string(ticket), queue, payload);
  } else {
    stranded_.push_back(ticket);
  }
  return ticket;
}

void GearmanExchange::forget(Ticket ticket) {
  for_each_link([&](Link& link) { link.forget(ticket); });
  std::erase(stranded_, ticket);
}

void GearmanExchange::answer(JobNumber job, std::span<const std::byte> payload) {
  check_payload(payload);
  for_each_link([&](Link& link) { link.answer(job, payload); });
}

void GearmanExchange::refuse(JobNumber job) {
  for_each_link([&](Link& link) { link.refuse(job); });
}

bool GearmanExchange::has_unsent() const {
  return any_link([](const Link& link) { return link.has_unsent(); });
}

bool GearmanExchange::is_sending(JobNumber job) const {
  return any_link([&](const Link& link) { return link.is_sending(job); });
}

bool GearmanExchange::is_backed_up() const {
  return any_link([](const Link& link) { return link.is_backed_up(); });
}

bool GearmanExchange::is_receiving() const {
  return any_link([now = Clock::now()](const Link& link) { return link.is_receiving(now); });
}

void GearmanExchange::ask_servers() { ++asks_; }

void GearmanExchange::grab_jobs() {
  std::size_t taken = 0;
  for (const Broker& broker : brokers_) {
    taken += broker.link->taken();
    for (const auto& link : broker.retired)
      taken += link->taken();
  }
  // One job at a time from each, so that a busy broker does not keep us from another.
  for (bool some = true; some && taken < jobs_max_;) {
    some = false;
    for (std::size_t i = 0; i < brokers_.size() && taken < jobs_max_; ++i) {
      Link& link = *brokers_[turn_++ % brokers_.size()].link;
      if (!link.wants_job()) continue;
      link.grab();
      ++taken;
      some = true;
    }
  }
  for (Broker& broker : brokers_) {
    while (broker.beside && broker.beside->wants_job())
      broker.beside->grab();
  }
}

void GearmanExchange::tell_loss(Loss loss) {
  asks_ += loss.asks;
  reason_ = std::move(loss.reason);
  const bool none_left = find_broker() == nullptr;
  const bool all_failed = std::ranges::all_of(brokers_, &Broker::failed);
  const bool lost_all = none_left && (told_ == Told::joined || (told_ == Told::nothing && all_failed));
  if (loss.tickets.empty() && loss.jobs.empty() && !lost_all) return;
  loss.tickets.insert(loss.tickets.end(), stranded_.begin(), stranded_.end());
  stranded_.clear();
  events_.emplace_back(
      Parted{.reason = reason_, .tickets = std::move(loss.tickets), .jobs = std::move(loss.jobs)});
  told_ = Told::parted;
}

void GearmanExchange::tell_stranded() {
  if (stranded_.empty()) return;
  events_.emplace_back(Parted{.reason = reason_, .tickets = std::exchange(stranded_, {}), .jobs = {}});
  told_ = Told::parted;
}

void GearmanExchange::tell_joined() {
  const Broker* broker = find_broker();
  if (broker == nullptr || told_ == Told::joined) return;
  events_.emplace_back(Joined{to_string(broker->link->host())});
  told_ = Told::joined;
}

void GearmanExchange::tend(Clock::time_point now) {
  for_each_link([&](Link& link) { link.tend(now); });
  for (Broker& broker : brokers_) {
    if (auto loss = broker.link->take_loss()) {
      broker.failed = true;
      tell_loss(std::move(*loss));
    }
    if (auto loss = broker.beside ? broker.beside->take_loss() : std::nullopt) tell_loss(std::move(*loss));
    for (const auto& link : broker.retired)
      if (auto loss = link->take_loss()) tell_loss(std::move(*loss));
  }
  replace_held_up(now);
  tell_stranded();
  tell_joined();
  if (Broker* broker = find_broker()) {
    for (; asks_ > 0; --asks_)
      find_beside(*broker)->ask_servers();
  }
  grab_jobs();
  for_each_link([&](Link& link) { link.tend(now); });
}

void GearmanExchange::replace_held_up(Clock::time_point now) {
  for (Broker& broker : brokers_) {
    std::erase_if(broker.retired, [](const auto& link) { return link->is_done(); });
    if (!broker.link->is_held_up(now)) continue;
    auto next = broker.link->successor();
    broker.retired.push_back(std::exchange(broker.link, std::move(next)));
  }
}

bool GearmanExchange::poll_until(Clock::time_point deadline, int wakeup) {
  std::vector<pollfd> looks{{.fd = wakeup, .events = POLLIN, .revents = 0}};
  for_each_link([&](Link& link) {
    looks.push_back({.fd = link.descriptor(), .events = link.interest(), .revents = 0});
    deadline = std::min(deadline, link.due());
  });
  using std::chrono::milliseconds;
  const auto left = std::max(deadline, Clock::now()) - Clock::now();
  const auto time = std::chrono::ceil<milliseconds>(std::min<Clock::duration>(left, poll_time_most));
  if (::poll(looks.data(), looks.size(), static_cast<int>(time.count())) <= 0) return false;
  const auto now = Clock::now();
  std::size_t next = 1;
  for_each_link([&](Link& link) {
    if (looks[next++].revents != 0) link.read(now, events_);
  });
  return looks[0].revents != 0;
}

std::vector<Event> GearmanExchange::wait(Clock::time_point deadline, int wakeup) {
  tend(Clock::now());
  while (true) {
    const bool woken = poll_until(events_.empty() ? deadline : Clock::now(), wakeup);
    const auto now = Clock::now();
    for_each_link([&](Link& link) { link.watch(now); });
    tend(now);
    if (woken || !events_.empty() || now >= deadline) return std::exchange(events_, {});
  }
}

}  // namespace prong::cluster::gearman
