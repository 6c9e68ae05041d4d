// Attempts at a chunk: whose they are, and when they are over.
#include "client/flights.hpp"

#include "limits.hpp"

#include <algorithm>
#include <utility>

namespace prong::client {

using namespace cluster;

Flight& Flights::add(std::shared_ptr<RemoteJob> job, pool::ItemRange range) {
  const std::uint64_t number = next_number_++;
  ++job->in_flight;
  return flights_
      .emplace(number, Flight{.job = std::move(job),
                              .range = std::move(range),
                              .number = number,
                              .unclaimed_time = limits::unclaimed_patience * patience_,
                              .patience = patience_})
      .first->second;
}

Flight* Flights::find(std::uint64_t number) {
  const auto found = flights_.find(number);
  return found == flights_.end() ? nullptr : &found->second;
}

Flight* Flights::find_by_ticket(Ticket ticket) {
  const auto found = tickets_.find(ticket);
  return found == tickets_.end() ? nullptr : find(found->second.flight);
}

void Flights::submitted(Flight& flight, Ticket ticket, Clock::time_point now) {
  flight.ticket = ticket;
  flight.heard = now;
  tickets_.emplace(ticket, Sent{flight.number, flight.attempt});
}

std::vector<Flight*> Flights::of(const pool::JobState* job) {
  std::vector<Flight*> found;
  for (auto& [number, flight] : flights_) {
    if (job == nullptr || flight.job.get() == job) found.push_back(&flight);
  }
  return found;
}

void Flights::cancel(const pool::JobState& job, std::uint64_t item) {
  for (Flight* flight : of(&job)) {
    const std::uint64_t first = flight->range.first();
    if (item < first || item - first >= flight->range.count) continue;
    flight->cancelled.insert(item - first);
  }
}

std::vector<Ticket> Flights::remove(Flight& flight) {
  std::vector<Ticket> tickets = std::move(flight.earlier);
  if (flight.ticket) tickets.push_back(*flight.ticket);
  for (const Ticket ticket : tickets)
    tickets_.erase(ticket);
  --flight.job->in_flight;
  flights_.erase(flight.number);
  return tickets;
}

// A node that asks for an attempt which another one has already: either the engine lost the first node, and
// gave its job to the next, or somebody repeats what he has overheard. Without a key the engine is to be
// believed anyway. With one, the first node has the time of a few claims to say that it is still there.
bool Flights::grant(std::uint64_t number, std::uint32_t attempt, const Claim& claim, Clock::time_point now) {
  Flight* flight = find(number);
  if (flight == nullptr || flight->attempt != attempt || !flight->ticket) return false;
  const bool is_own = flight->node == claim.node;
  if (claim.again) {
    if (!is_own) return false;
  } else if (flight->node && !trusting_) {
    flight->contested = true;
    return false;
  }
  flight->node = claim.node;
  flight->patience = std::max<Clock::duration>(patience_, std::min(claim.patience, limits::patience_most));
  flight->contested = false;
  flight->heard = now;
  return true;
}

void Flights::give_up(Flight& flight, Clock::time_point now) {
  if (!trusting_ && !flight.node) return reject(flight, false, now);
  flight.contested = true;
  if (trusting_) flight.heard = now - flight.patience;
}

void Flights::reject(Flight& flight, bool blamed, Clock::time_point now) {
  if (blamed) {
    ++flight.losses;
  } else {
    flight.not_before = now + claim_interval(patience_);
  }
  end_ticket(flight);
  retry(flight);
}

void Flights::end_ticket(Flight& flight) { tickets_.erase(*std::exchange(flight.ticket, std::nullopt)); }

void Flights::void_ticket(Ticket ticket) {
  Flight* flight = find_by_ticket(ticket);
  if (flight == nullptr) return;
  if (flight->ticket == ticket) retry(*flight);
  std::erase(flight->earlier, ticket);
  tickets_.erase(ticket);
}

void Flights::retry(Flight& flight) {
  if (flight.ticket) flight.earlier.push_back(*std::exchange(flight.ticket, std::nullopt));
  ++flight.attempt;
  flight.node.reset();
  flight.contested = false;
}

Flights::Clock::time_point Flights::due(const Flight& flight) const {
  if (!flight.ticket) return flight.not_before;
  if (flight.contested) return flight.heard + limits::contested_claims * flight.patience / claims_in_patience;
  return flight.heard + (flight.node ? flight.patience : flight.unclaimed_time);
}

std::vector<Flight*> Flights::waiting(Clock::time_point now) {
  std::vector<Flight*> found;
  for (auto& [number, flight] : flights_) {
    if (due(flight) > now) continue;
    if (flight.ticket) {
      // Nobody claimed it: it waits behind others, or lies with a node that was lost before it could. That is
      // no fault of the chunk, and to have it twice in the engine is no harm.
      if (flight.node || flight.contested) {
        ++flight.losses;
      } else {
        flight.unclaimed_time *= 2;
      }
      retry(flight);
    }
    found.push_back(&flight);
  }
  return found;
}

void Flights::excuse_claimed(Clock::time_point now) {
  for (auto& [number, flight] : flights_)
    if (flight.node && !flight.contested) flight.heard = now;
}

void Flights::excuse_unclaimed(Clock::time_point now) {
  for (auto& [number, flight] : flights_)
    if (flight.ticket && !flight.node && !flight.contested) flight.heard = now;
}

Flights::Clock::time_point Flights::due() const {
  auto earliest = Clock::time_point::max();
  for (const auto& [number, flight] : flights_)
    earliest = std::min(earliest, due(flight));
  return earliest;
}

}  // namespace prong::client
