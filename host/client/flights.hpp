// Chunks that are on their way: submitted to the engine, claimed by a node, submitted anew when that was
// lost. Plain bookkeeping without an engine; the client's lock guards it.
//
//   submitted ──claim──> claimed ──answer──> over
//       ^                   │ silent, or its job in the engine came to somebody else
//       └── next attempt <──┘
#pragma once

#include "client/remote_job.hpp"
#include "cluster/exchange.hpp"
#include "cluster/message.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace prong::client {

using NodeId = std::array<std::uint8_t, 16>;

struct Flight {
  std::shared_ptr<RemoteJob> job;
  pool::ItemRange range;
  std::uint64_t number = 0;
  std::uint32_t attempt = 0;
  std::optional<cluster::Ticket> ticket = {};  // of this attempt; nothing while it waits to be submitted
  std::vector<cluster::Ticket> earlier = {};   // of attempts that may still be answered
  std::chrono::steady_clock::time_point heard = {};         // of it, last
  std::chrono::steady_clock::duration unclaimed_time = {};  // until an attempt that nobody claims is repeated
  std::optional<NodeId> node = {};                          // that claimed this attempt
  std::chrono::steady_clock::duration patience = {};        // with it
  std::chrono::steady_clock::time_point not_before = {};    // of the next attempt
  bool contested = false;                  // the engine gave this attempt to another node too, or up
  std::string reason = {};                 // that the last node gave, which did not do it
  unsigned losses = 0;                     // attempts that were lost with their nodes
  std::set<std::uint64_t> cancelled = {};  // items that nobody wants any more, counted from 0 in the chunk
};

class Flights {
 public:
  using Clock = std::chrono::steady_clock;

  // `trusting`: without a key, the engine is believed when it says that a node was lost.
  Flights(std::chrono::milliseconds patience, bool trusting) : patience_{patience}, trusting_{trusting} {}

  [[nodiscard]] std::size_t size() const noexcept { return flights_.size(); }
  Flight& add(std::shared_ptr<RemoteJob> job, pool::ItemRange range);
  [[nodiscard]] Flight* find(std::uint64_t number);
  [[nodiscard]] Flight* find_by_ticket(cluster::Ticket ticket);
  // Precondition: find_by_ticket() finds one.
  [[nodiscard]] std::uint32_t attempt_of(cluster::Ticket ticket) const { return tickets_.at(ticket).attempt; }
  void submitted(Flight& flight, cluster::Ticket ticket, Clock::time_point now);
  // Of the job, or of all when null.
  [[nodiscard]] std::vector<Flight*> of(const pool::JobState* job);
  // That item of the job is not wanted any more: the node hears of it with the answer to its next claim.
  void cancel(const pool::JobState& job, std::uint64_t item);
  // Removes it. Its tickets, which nobody waits for any more.
  std::vector<cluster::Ticket> remove(Flight& flight);

  // Whether the node may work on the attempt, or go on with it.
  [[nodiscard]] bool grant(std::uint64_t number, std::uint32_t attempt, const cluster::Claim& claim,
                           Clock::time_point now);
  // The engine gave this attempt up. With a key, that is believed when a node had claimed it; if none had,
  // anybody may have said so: it is tried again a little later, which is no loss.
  void give_up(Flight& flight, Clock::time_point now);
  // This attempt was answered, and not with what can be used: nothing more comes of its ticket. `blamed`: it
  // counts as a loss. Otherwise anybody may have written it, and the next attempt waits a little.
  void reject(Flight& flight, bool blamed, Clock::time_point now);
  // The engine went away with it: it will not be answered, and an attempt is not one.
  void void_ticket(cluster::Ticket ticket);
  // Takes the attempt back, so that another one can be submitted.
  void retry(Flight& flight);

  // Flights that are to be submitted, again or for the first time: those of lost attempts among them, with
  // their losses counted.
  [[nodiscard]] std::vector<Flight*> waiting(Clock::time_point now);
  // When to look again; time_point::max(): not at all.
  [[nodiscard]] Clock::time_point due() const;
  // The time until now does not count: a node that has claimed cannot have been heard, or one that has not
  // has not been sent everything.
  void excuse_claimed(Clock::time_point now);
  void excuse_unclaimed(Clock::time_point now);

 private:
  [[nodiscard]] Clock::time_point due(const Flight& flight) const;
  void end_ticket(Flight& flight);

  const std::chrono::milliseconds patience_;
  const bool trusting_;
  std::uint64_t next_number_ = 1;
  std::map<std::uint64_t, Flight> flights_;
  struct Sent {
    std::uint64_t flight = 0;  // its number
    std::uint32_t attempt = 0;
  };
  std::unordered_map<cluster::Ticket, Sent> tickets_;
};

}  // namespace prong::client
