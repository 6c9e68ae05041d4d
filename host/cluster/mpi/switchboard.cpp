// Jobs to whoever has room, and back.
#include "cluster/mpi/switchboard.hpp"

#include "limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace prong::cluster::mpi {

Switchboard::Switchboard(int rank, int ranks, Clock::time_point now)
    : rank_{rank}, ranks_{ranks}, offers_due_{now + limits::mpi_offers_time}, now_{now} {}

Switchboard::Port Switchboard::open(std::function<void()> ring) {
  const Port port = next_port_++;
  ports_[port].ring = std::move(ring);
  tell(port, Joined{.engine = fmt::format("mpi, rank {} of {},", rank_, ranks_)});
  if (over_) tell(port, Over{});
  return port;
}

void Switchboard::close(Port port) {
  const auto closed = ports_.extract(port);
  for (const Parcel& job : closed.mapped().backlog)
    send({.kind = ParcelKind::refusal, .to = job.from, .number = job.number});
  std::vector<JobNumber> jobs;
  for (const auto& [job, held] : held_)
    if (held.port == port) jobs.push_back(job);
  for (const JobNumber job : jobs)
    end_job(job, ParcelKind::refusal, {});
  for (auto& [ticket, sent] : sent_)
    if (sent.port == port) sent.wanted = false;
  for (auto& [queue, waiting] : waiting_)
    std::erase_if(waiting, [&](const Waiting& one) { return one.port == port; });
  announce({.kind = ParcelKind::closed, .from = {rank_, port}});
  settle();
}

void Switchboard::tell(Port port, Event event) {
  const auto found = ports_.find(port);
  if (found == ports_.end()) return;
  found->second.events.push_back(std::move(event));
  found->second.ring();
}

std::vector<Event> Switchboard::take_events(Port port) {
  Facts& facts = ports_.at(port);
  if (facts.has_served && !std::exchange(facts.has_offered, true)) {
    announce({.kind = ParcelKind::offered, .from = {rank_, port}});
    settle();
  }
  return std::exchange(facts.events, {});
}

void Switchboard::serve(Port port, const std::string& queue, bool always) {
  Facts& facts = ports_.at(port);
  facts.queues.insert(queue);
  if (always) {
    facts.always.insert(queue);
  } else {
    facts.has_served = true;
  }
  announce({.kind = ParcelKind::serves, .always = always, .from = {rank_, port}, .queue = queue});
  settle();
}

// Jobs of it that are on their way come all the same.
void Switchboard::leave(Port port, const std::string& queue) {
  Facts& facts = ports_.at(port);
  facts.always.erase(queue);
  if (facts.queues.erase(queue) == 0) return;
  announce({.kind = ParcelKind::leaves, .from = {rank_, port}, .queue = queue});
  settle();
}

void Switchboard::take_at_most(Port port, std::size_t jobs) {
  Facts& facts = ports_.at(port);
  facts.jobs_max = jobs;
  facts.is_node = true;
  announce({.kind = ParcelKind::capacity, .from = {rank_, port}, .number = jobs});
  while (facts.jobs < facts.jobs_max && !facts.backlog.empty()) {
    Parcel next = std::move(facts.backlog.front());
    facts.backlog.pop_front();
    give(port, std::move(next), true);
  }
  settle();
}

Ticket Switchboard::submit(Port port, const std::string& queue, Bytes payload) {
  const Ticket ticket = ++last_ticket_;
  waiting_[queue].push_back({ticket, port, std::move(payload)});
  settle();
  return ticket;
}

// What nobody has got so far, nobody needs to get.
void Switchboard::forget(Ticket ticket) {
  if (const auto sent = sent_.find(ticket); sent != sent_.end()) {
    sent->second.wanted = false;
    return;
  }
  for (auto& [queue, waiting] : waiting_)
    if (std::erase_if(waiting, [&](const Waiting& one) { return one.ticket == ticket; }) != 0) return;
}

void Switchboard::answer(JobNumber job, Bytes payload) {
  end_job(job, ParcelKind::answer, std::move(payload));
  settle();
}

void Switchboard::refuse(JobNumber job) {
  end_job(job, ParcelKind::refusal, {});
  settle();
}

void Switchboard::end_job(JobNumber job, ParcelKind kind, Bytes payload) {
  const auto found = held_.find(job);
  if (found == held_.end()) return;
  const Held held = found->second;
  held_.erase(found);
  send({.kind = kind, .to = held.from, .number = held.ticket, .payload = std::move(payload)});
  const auto port = ports_.find(held.port);
  if (!held.counts || port == ports_.end()) return;
  Facts& facts = port->second;
  --facts.jobs;
  if (facts.jobs >= facts.jobs_max || facts.backlog.empty()) return;
  Parcel next = std::move(facts.backlog.front());
  facts.backlog.pop_front();
  give(held.port, std::move(next), true);
}

void Switchboard::ask_servers(Port port) {
  ports_.at(port).asks = true;
  settle();
}

bool Switchboard::all_have_offered() const {
  if (now_ >= offers_due_) return true;
  for (int rank = 0; rank < ranks_; ++rank) {
    const auto of_rank = [&](const Peer& peer) { return peer.rank == rank; };
    if (rank != rank_ && std::ranges::none_of(offered_, of_rank)) return false;
  }
  return std::ranges::all_of(ports_, [&](const auto& one) {
    return !one.second.is_node || offered_.contains(Peer{rank_, one.first});
  });
}

void Switchboard::tend(Clock::time_point now) {
  now_ = now;
  settle();
}

void Switchboard::take(Parcel parcel) {
  handle(std::move(parcel));
  settle();
}

std::vector<Parcel> Switchboard::take_outgoing() { return std::exchange(outgoing_, {}); }

void Switchboard::send(Parcel parcel) {
  parcel.from.rank = rank_;
  if (parcel.to.rank == rank_) {
    local_.push_back(std::move(parcel));
  } else if (!silent_) {
    outgoing_.push_back(std::move(parcel));
  }
}

void Switchboard::announce(Parcel parcel) {
  for (int rank = 0; rank < ranks_; ++rank) {
    if (rank != 0 && rank_ != 0 && rank != rank_) continue;
    parcel.to = {rank, 0};
    send(parcel);
  }
}

void Switchboard::handle(Parcel parcel) {
  switch (parcel.kind) {
    case ParcelKind::capacity:
      return directory_.set_capacity(parcel.from, parcel.number);
    case ParcelKind::serves:
      return directory_.add(parcel.from, parcel.queue, parcel.always);
    case ParcelKind::leaves:
      return directory_.remove(parcel.from, parcel.queue);
    case ParcelKind::offered:
      offered_.insert(parcel.from);
      return;
    case ParcelKind::closed:
      return directory_.remove(parcel.from);
    case ParcelKind::job:
      return take_job(std::move(parcel));
    case ParcelKind::answer:
    case ParcelKind::refusal:
      return end_ticket(std::move(parcel));
    case ParcelKind::over:
      over_ = true;
      for (const auto& [port, facts] : ports_)
        tell(port, Over{});
      return;
    case ParcelKind::bye:
      byes_.insert(parcel.from.rank);
      return;
  }
}

void Switchboard::take_job(Parcel parcel) {
  const auto found = ports_.find(parcel.to.port);
  if (found == ports_.end())
    return send({.kind = ParcelKind::refusal, .to = parcel.from, .number = parcel.number});
  Facts& facts = found->second;
  const bool counts = !facts.always.contains(parcel.queue);
  if (counts && facts.jobs >= facts.jobs_max) return facts.backlog.push_back(std::move(parcel));
  give(found->first, std::move(parcel), counts);
}

void Switchboard::give(Port port, Parcel parcel, bool counts) {
  if (counts) ++ports_.at(port).jobs;
  const JobNumber job = ++last_job_;
  held_.emplace(job, Held{.port = port, .from = parcel.from, .ticket = parcel.number, .counts = counts});
  tell(port, Assigned{.job = job, .queue = std::move(parcel.queue), .payload = std::move(parcel.payload)});
}

void Switchboard::end_ticket(Parcel parcel) {
  const auto found = sent_.find(parcel.number);
  if (found == sent_.end()) return;
  const Sent sent = found->second;
  sent_.erase(found);
  if (sent.counts) directory_.end(sent.to);
  if (!sent.wanted) return;
  if (parcel.kind == ParcelKind::answer) {
    tell(sent.port, Answered{.ticket = parcel.number, .payload = std::move(parcel.payload)});
  } else {
    tell(sent.port, GivenUp{.ticket = parcel.number});
  }
}

// Whichever was submitted first, of all queues for which somebody has room: so none has to wait for ever.
void Switchboard::place_waiting() {
  while (true) {
    std::erase_if(waiting_, [](const auto& queue) { return queue.second.empty(); });
    std::deque<Waiting>* first = nullptr;
    const std::string* queue = nullptr;
    Peer peer;
    for (auto& [name, waiting] : waiting_) {
      if (first != nullptr && first->front().ticket < waiting.front().ticket) continue;
      const auto chosen = directory_.choose(name);
      if (!chosen) continue;
      first = &waiting;
      queue = &name;
      peer = *chosen;
    }
    if (first == nullptr) return;
    Waiting job = std::move(first->front());
    first->pop_front();
    const bool counts = directory_.begin(peer, *queue);
    sent_.emplace(job.ticket, Sent{.port = job.port, .to = peer, .counts = counts});
    send({.kind = ParcelKind::job,
          .from = {rank_, job.port},
          .to = peer,
          .number = job.ticket,
          .queue = *queue,
          .payload = std::move(job.payload)});
  }
}

void Switchboard::settle() {
  do {
    while (!local_.empty()) {
      Parcel parcel = std::move(local_.front());
      local_.pop_front();
      handle(std::move(parcel));
    }
    place_waiting();
  } while (!local_.empty());
  if (std::ranges::none_of(ports_, [](const auto& one) { return one.second.asks; }) || !all_have_offered())
    return;
  for (auto& [port, facts] : ports_)
    if (std::exchange(facts.asks, false)) tell(port, directory_.servers());
}

void Switchboard::say_over() {
  for (int rank = 1; rank < ranks_; ++rank)
    send({.kind = ParcelKind::over, .to = {rank, 0}});
  silent_ = true;
}

void Switchboard::say_bye() {
  send({.kind = ParcelKind::bye, .to = {0, 0}});
  silent_ = true;
}

std::vector<int> Switchboard::missing() const {
  std::vector<int> ranks;
  for (int rank = 1; rank < ranks_; ++rank)
    if (!byes_.contains(rank)) ranks.push_back(rank);
  return ranks;
}

}  // namespace prong::cluster::mpi
