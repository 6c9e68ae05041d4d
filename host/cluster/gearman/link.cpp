// The states of a line to a broker, and the packets that come over it.
#include "cluster/gearman/link.hpp"

#include "cluster/gearman/servers.hpp"
#include "limits.hpp"
#include "names/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <system_error>

namespace prong::cluster::gearman {

namespace {

constexpr std::string_view greeting = "prong";
// So often in a row one line is read from before others have their turn.
constexpr int reads_at_once = 16;

}  // namespace

Link::Link(Host host, JobNumber& last_job)
    : host_{std::move(host)},
      last_job_{last_job},
      retry_delay_{limits::engine_retry_least},
      chance_{std::random_device{}()} {}

void Link::serve(const std::string& queue) {
  const bool announced = leaving_.erase(queue) > 0;
  if (!queues_.insert(queue).second || announced || !up()) return;
  connection_->send(PacketType::can_do, queue);
  // The broker does not wake us for jobs that were there before.
  dry_ = asleep_ = false;
}

void Link::leave(const std::string& queue) {
  if (queues_.erase(queue) == 0 || !up()) return;
  leaving_.insert(queue);
  leave_idle_queues();
}

void Link::leave_idle_queues() {
  // A job may be on its way to us as long as one is asked for.
  if (grabs_ > 0) return;
  std::erase_if(leaving_, [&](const std::string& queue) {
    if (held_of_.contains(queue)) return false;
    connection_->send(PacketType::cant_do, queue);
    return true;
  });
}

bool Link::wants_job() const {
  return up() && !retired_ && !queues_.empty() && leaving_.empty() && !dry_ && !asleep_ &&
         grabs_ < grabs_max_;
}

bool Link::is_held_up(Clock::time_point now) const noexcept {
  return !retired_ && !queues_.empty() && leaving_since_ &&
         now - *leaving_since_ >= limits::engine_leave_time;
}

std::unique_ptr<Link> Link::successor() {
  auto next = std::make_unique<Link>(host_, last_job_);
  for (const std::string& queue : queues_)
    next->serve(queue);
  retired_ = true;
  return next;
}

void Link::grab() {
  connection_->send(PacketType::grab_job);
  ++grabs_;
}

void Link::settle_grab(bool got_one) {
  --grabs_;
  if (got_one) {
    grabs_max_ = std::min(grabs_max_ + 1, limits::engine_grabs_max);
  } else {
    grabs_max_ = 1;
    dry_ = true;
  }
  if (grabs_ > 0) return;
  if (dry_) {
    connection_->send(PacketType::pre_sleep);
    dry_ = false;
    asleep_ = true;
  }
  leave_idle_queues();
}

void Link::submit(Ticket ticket, std::string_view unique_id, const std::string& queue,
                  std::span<const std::byte> payload) {
  connection_->send(PacketType::submit_job, {queue, unique_id}, payload);
  submitted_.push_back(ticket);
  wanted_.insert(ticket);
}

void Link::ask_servers() {
  connection_->send_text("status\n");
  ++asks_;
}

std::optional<Link::Held> Link::release(JobNumber job) {
  const auto found = held_.find(job);
  if (found == held_.end()) return std::nullopt;
  Held held = std::move(found->second);
  held_.erase(found);
  const auto count = held_of_.find(held.queue);
  if (--count->second == 0) held_of_.erase(count);
  return held;
}

bool Link::answer(JobNumber job, std::span<const std::byte> payload) {
  const auto held = release(job);
  if (!held) return false;
  connection_->send(PacketType::work_complete, {held->handle}, payload);
  sending_.emplace(job, connection_->given_bytes());
  leave_idle_queues();
  return true;
}

bool Link::refuse(JobNumber job) {
  const auto held = release(job);
  if (!held) return false;
  connection_->send(PacketType::work_fail, held->handle);
  leave_idle_queues();
  return true;
}

bool Link::is_receiving(Clock::time_point now) const noexcept {
  return up() && connection_->is_inside_packet() && now - connection_->moved() < limits::engine_stall_time;
}

Link::Clock::time_point Link::due() const noexcept {
  switch (phase_) {
    case Phase::waiting:
      return retired_ ? Clock::time_point::max() : retry_at_;
    case Phase::connecting:
      return connection_->due();
    case Phase::greeted:
    case Phase::up:
      break;
  }
  const auto look = probed_ ? std::max(connection_->moved(), *probed_) + limits::engine_silence_max
                            : connection_->moved() + limits::engine_quiet_time;
  const bool may_be_held_up = leaving_since_ && !retired_ && !queues_.empty();
  return may_be_held_up ? std::min(look, *leaving_since_ + limits::engine_leave_time) : look;
}

void Link::tend(Clock::time_point now) try {
  if (phase_ == Phase::waiting) {
    if (retired_ || now < retry_at_) return;
    connection_.emplace(host_, now);
    phase_ = Phase::connecting;
  }
  connection_->tend(now);
  if (phase_ == Phase::connecting && connection_->open()) {
    // A kernel takes connections for a broker that is stopped, or is none.
    connection_->send(PacketType::echo_request, greeting);
    probed_ = now;
    phase_ = Phase::greeted;
    connection_->tend(now);
  }
  if (!connection_->failure().empty()) return lose(now);
  note_sent(now);
} catch (const std::system_error& error) {
  if (!loss_) loss_.emplace();
  loss_->reason = fmt::format("{} cannot be reached: {}", to_string(host_), error.code().message());
  lose(now);
}

void Link::note_sent(Clock::time_point now) {
  if (!sending_.empty()) {
    std::erase_if(sending_,
                  [taken = connection_->taken_bytes()](const auto& one) { return one.second <= taken; });
  }
  is_backed_up_ = connection_->has_unsent();
  if (leaving_.empty()) {
    leaving_since_.reset();
  } else if (!leaving_since_) {
    leaving_since_ = now;
  }
}

void Link::watch(Clock::time_point now) {
  if ((phase_ != Phase::greeted && phase_ != Phase::up) || !connection_->open()) return;
  if (now < connection_->moved() + (probed_ ? limits::engine_silence_max : limits::engine_quiet_time)) return;
  if (probed_ && now < *probed_ + limits::engine_silence_max) return;
  if (probed_) return connection_->fail("does not answer");
  connection_->send(PacketType::echo_request, greeting);
  probed_ = now;
}

void Link::lose(Clock::time_point now) {
  if (!loss_) loss_.emplace();
  if (connection_ && !connection_->failure().empty()) loss_->reason = connection_->failure();
  loss_->tickets.insert(loss_->tickets.end(), wanted_.begin(), wanted_.end());
  std::ranges::sort(loss_->tickets);
  for (const auto& [job, held] : held_)
    loss_->jobs.push_back(job);
  std::ranges::sort(loss_->jobs);
  loss_->asks += asks_;
  // One that is up for a moment only is no better than one that is not.
  if (phase_ == Phase::up && now - up_since_ >= limits::engine_retry_most)
    retry_delay_ = limits::engine_retry_least;
  retry_at_ = now + retry_delay_ / 2 + retry_delay_ * (chance_() % 1024) / 2048;
  retry_delay_ = std::min<Clock::duration>(retry_delay_ * 2, limits::engine_retry_most);
  connection_.reset();
  phase_ = Phase::waiting;
  probed_.reset();
  submitted_.clear();
  by_handle_.clear();
  wanted_.clear();
  asks_ = 0;
  leaving_.clear();
  leaving_since_.reset();
  sending_.clear();
  held_.clear();
  held_of_.clear();
  grabs_ = 0;
}

std::optional<Loss> Link::take_loss() { return std::exchange(loss_, std::nullopt); }

void Link::read(Clock::time_point now, std::vector<Event>& events) {
  for (int i = 0; i < reads_at_once && connection_ && connection_->read(now); ++i) {
    while (std::optional<Packet> packet = connection_->next())
      take(std::move(*packet), now, events);
  }
}

void Link::arrive(Clock::time_point now) {
  probed_.reset();
  if (phase_ != Phase::greeted) return;
  phase_ = Phase::up;
  up_since_ = now;
  for (const std::string& queue : queues_)
    connection_->send(PacketType::can_do, queue);
  grabs_max_ = 1;
  dry_ = asleep_ = false;
}

std::optional<Ticket> Link::end_ticket(std::string_view handle) {
  const auto found = by_handle_.find(std::string{handle});
  if (found == by_handle_.end()) return std::nullopt;
  const Ticket ticket = found->second;
  by_handle_.erase(found);
  return wanted_.erase(ticket) > 0 ? std::optional{ticket} : std::nullopt;
}

void Link::take(Packet packet, Clock::time_point now, std::vector<Event>& events) {
  if (phase_ == Phase::greeted && packet.type != PacketType::echo_response)
    return connection_->fail("answered to an echo with something else");
  switch (packet.type) {
    case PacketType::echo_response:
      return arrive(now);
    case PacketType::noop:
      asleep_ = false;
      return;
    case PacketType::no_job:
      if (grabs_ == 0) return connection_->fail("answered what nobody asked");
      return settle_grab(false);
    case PacketType::job_assign:
      return take_job(std::move(packet), events);
    case PacketType::job_created: {
      if (submitted_.empty()) return connection_->fail("took a job that nobody submitted");
      by_handle_.insert_or_assign(std::string{packet.text()}, submitted_.front());
      return submitted_.pop_front();
    }
    case PacketType::work_complete:
      if (const auto ticket = end_ticket(packet.words[0]))
        events.emplace_back(Answered{*ticket, std::move(packet.data)});
      return;
    case PacketType::work_fail:
      if (const auto ticket = end_ticket(packet.text())) events.emplace_back(GivenUp{*ticket});
      return;
    case PacketType::work_exception:  // of a worker that is not ours; its job has ended
      if (const auto ticket = end_ticket(packet.words[0])) events.emplace_back(GivenUp{*ticket});
      return;
    case PacketType::error:
      return take_error(packet, events);
    case PacketType::text:
      return take_text(packet, events);
    default:
      return;  // what workers of others tell of a job while it runs
  }
}

// The name of a queue, which anybody may have made, can hold what ends the list: then a text follows that
// nobody asked for, and is the rest of it.
void Link::take_text(const Packet& packet, std::vector<Event>& events) {
  Servers servers = servers_from_status(packet.text());
  if (asks_ > 0) {
    --asks_;
    servers_ = std::move(servers);
  } else {
    for (const auto& [queue, workers] : servers.queues)
      servers_.queues.insert_or_assign(queue, workers);
  }
  events.emplace_back(servers_);
}

void Link::take_job(Packet packet, std::vector<Event>& events) {
  if (grabs_ == 0) return connection_->fail("assigned a job that nobody asked for");
  std::string& queue = packet.words[1];
  if (!queues_.contains(queue) && !leaving_.contains(queue))
    return connection_->fail(fmt::format("assigned a job of '{}', which is not served", names::shown(queue)));
  const JobNumber job = ++last_job_;
  held_.emplace(job, Held{.handle = std::move(packet.words[0]), .queue = queue});
  ++held_of_[queue];
  events.emplace_back(Assigned{.job = job, .queue = std::move(queue), .payload = std::move(packet.data)});
  settle_grab(true);
}

void Link::take_error(const Packet& packet, std::vector<Event>& events) {
  // We answered after the broker had given the job to somebody else.
  if (packet.words[0] == "JOB_NOT_FOUND") return;
  if (submitted_.empty())
    return connection_->fail(
        fmt::format("reports {}: {}", names::shown(packet.words[0]), names::shown(packet.text())));
  // The queue is full, or the like: in the place of JOB_CREATED.
  const Ticket ticket = submitted_.front();
  submitted_.pop_front();
  if (wanted_.erase(ticket) > 0) events.emplace_back(GivenUp{ticket});
}

}  // namespace prong::cluster::gearman
