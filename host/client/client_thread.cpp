// The thread that speaks with the engine: questions and chunks out, claims and answers in.
#include "client/client_pool.hpp"
#include "limits.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace prong::client {

using namespace cluster;

void ClientPool::serve() {
  Lock lock{mutex_};
  try {
    while (!stopping_) {
      const auto due = act(Clock::now());
      lock.unlock();
      auto events = exchange_->wait(due, wakeup_.number());
      transport::drain_eventfd(wakeup_.number());
      lock.lock();
      for (Event& event : events)
        handle(event);
    }
  } catch (const std::exception& error) {  // no memory, say: nobody speaks with the engine any more
    if (!lock.owns_lock()) lock.lock();
    broken_ = error.what();
    lose_all(*broken_);
  }
  lock.unlock();
  exchange_.reset();
}

ClientPool::Clock::time_point ClientPool::act(Clock::time_point now) {
  auto due = Clock::time_point::max();
  for (const Ticket ticket : std::exchange(forgotten_, {}))
    exchange_->forget(ticket);
  if (jobs_.empty() && questions_.empty()) {
    if (!is_parted_) unheard_since_.reset();
    return due;
  }
  if (unheard_since_) {
    // One that is there has time for what keeps it busy.
    const Clock::duration most = limits::parted_patience * options_.patience;
    due = *unheard_since_ + (is_parted_ ? most : std::max<Clock::duration>(most, limits::engine_silence_max));
    if (now >= due) {
      lose_all(fmt::format("the engine stays away: {}", unheard_reason_));
      return Clock::time_point::max();
    }
    if (is_parted_) return due;
  }
  // What is large takes its time on the way, and holds up what tells of others.
  if (exchange_->is_receiving()) flights_.excuse_claimed(now);
  if (exchange_->is_backed_up()) flights_.excuse_unclaimed(now);
  watch_servers(now);
  ask_questions(now);
  put_in_flight();
  send_waiting(now);
  due = std::min({due, asked_servers_ + limits::servers_time, flights_.due()});
  for (const auto& question : questions_) {
    if (!question->is_over()) due = std::min(due, question->due);
  }
  return due;
}

// A job whose function no node has any more waits for one as long as for an engine that is away.
void ClientPool::watch_servers(Clock::time_point now) {
  if (now >= asked_servers_ + limits::servers_time) {
    asked_servers_ = now;
    exchange_->ask_servers();
    hear_nothing(now, fmt::format("{} does not tell which queues it has", engine_));
    std::erase_if(nodes_, [&](const auto& node) {
      return now - node.second.heard > limits::parted_patience * node.second.patience;
    });
  }
  for (const auto& job : std::vector{jobs_}) {
    if (job->abandoned() || !job->unserved_since ||
        now < *job->unserved_since + limits::parted_patience * options_.patience)
      continue;
    const Failure failure =
        pool::lost(fmt::format("no node at {} has '{}' any more", engine_, job->facts().function));
    job->abandon(failure);
    end_flights(*job);
  }
  retire_jobs();
}

void ClientPool::put_in_flight() {
  std::size_t tried = 0;
  while (!jobs_.empty() && tried < jobs_.size()) {
    turn_ = (turn_ + 1) % jobs_.size();
    tried = put_in_flight_of(std::shared_ptr{jobs_[turn_]}) ? 0 : tried + 1;
  }
}

unsigned ClientPool::slots() const {
  unsigned sum = 0;
  for (const auto& [name, node] : nodes_)
    sum += node.facts.slots;
  return sum;
}

unsigned ClientPool::nodes_serving(const std::string& queue) const {
  if (!servers_) return 1;
  const auto found = servers_->queues.find(queue);
  return found == servers_->queues.end() ? 1 : std::max(found->second, 1U);
}

bool ClientPool::put_in_flight_of(const std::shared_ptr<RemoteJob>& job) {
  const unsigned nodes = nodes_serving(job->queue);
  if (flights_.size() >= limits::chunks_per_slot * std::max(slots(), nodes)) return false;
  const auto* front = job->next_segment();
  if (front == nullptr) return false;
  auto range = job->take(nodes, items_that_fit(static_cast<const RemoteSegment&>(*front)));
  if (!range) return false;
  flights_.add(job, std::move(*range));
  return true;
}

void ClientPool::send_waiting(Clock::time_point now) {
  for (Flight* flight : flights_.waiting(now)) {
    if (flight->losses == limits::chunk_losses_max) {
      fail(*flight,
           pool::lost(fmt::format("it was given up after {} attempts on nodes{}{}", limits::chunk_losses_max,
                                  flight->reason.empty() ? "" : "; the last one: ", flight->reason)));
      continue;
    }
    try {
      send(*flight, now);
    } catch (const std::exception& error) {  // more than an engine's message, or this process, has room for
      fail(*flight, {.ending = Ending::too_large, .what = error.what()});
    }
  }
}

void ClientPool::fail(Flight& flight, Failure failure) {
  const auto job = flight.job;
  const auto range = flight.range;
  drop_flight(flight);
  Piece piece{.first = range.first(), .count = range.count, .encoding = job->facts().results};
  failure.function = job->facts().function;
  for (std::uint64_t i = 0; i < range.count; ++i) {
    failure.index = range.first() + i;
    piece.failures.push_back(failure);
  }
  job->deliver(std::move(piece));
  retire_jobs();
}

// Its results were too large for one answer. Those of fewer items may not be.
void ClientPool::split(Flight& flight, const std::string& what) {
  if (flight.range.count == 1) return fail(flight, {.ending = Ending::too_large, .what = what});
  const auto job = flight.job;
  auto first = flight.range;
  auto second = flight.range;
  first.count /= 2;
  second.start += first.count;
  second.count -= first.count;
  const auto cancelled = std::move(flight.cancelled);
  drop_flight(flight);
  const std::uint64_t begin = first.first();
  flights_.add(job, std::move(first));
  flights_.add(job, std::move(second));
  for (const std::uint64_t item : cancelled)
    flights_.cancel(*job, begin + item);
}

void ClientPool::send(Flight& flight, Clock::time_point now) {
  if (flight.losses != 0 && flight.attempt != 0) ++lost_nodes_;
  const Request request{.chunk = make_chunk(*flight.job, flight.range)};
  const std::string& queue = flight.job->queue;
  const auto letter =
      seal_.close(envelope(flight.number, flight.attempt, Direction::request), queue, encode(request));
  flights_.submitted(flight, exchange_->submit(queue, letter), now);
}

// On any thread; the exchange is told on its own.
void ClientPool::drop_flight(Flight& flight) {
  const auto tickets = flights_.remove(flight);
  forgotten_.insert(forgotten_.end(), tickets.begin(), tickets.end());
  wake();
}

void ClientPool::handle(Event& event) {
  std::visit([this](auto& one) { handle(one); }, event);
}

// A node asks whether it may work on a chunk, or go on with it.
void ClientPool::handle(Assigned& assigned) {
  const auto letter = seal_.open(run_queue_, std::move(assigned.payload));
  const auto claim =
      letter && letter->envelope.run == run_ && letter->envelope.direction == Direction::request
          ? decode_claim(letter->content)
          : std::nullopt;
  if (!claim) return exchange_->refuse(assigned.job);
  const auto& [run, number, attempt, direction] = letter->envelope;
  ClaimAnswer answer{.nonce = claim->nonce, .granted = flights_.grant(number, attempt, *claim, Clock::now())};
  if (answer.granted) {
    const auto& cancelled = flights_.find(number)->cancelled;
    answer.cancelled.assign(cancelled.begin(), cancelled.end());
  }
  if (answer.granted) note(claim->facts, claim->patience);
  exchange_->answer(assigned.job,
                    seal_.close(envelope(number, attempt, Direction::answer), run_queue_, encode(answer)));
}

void ClientPool::handle(Answered& answered) {
  if (Flight* flight = flights_.find_by_ticket(answered.ticket))
    return take_answer(
        *flight, answered.ticket,
        read(answered, flight->job->queue, flight->number, flights_.attempt_of(answered.ticket)));
  const auto question =
      std::ranges::find_if(questions_, [&](const auto& one) { return one->ticket == answered.ticket; });
  if (question != questions_.end())
    take_answer(**question, read(answered, (*question)->queue, (*question)->number, (*question)->attempt));
}

// A true answer that was recorded is none to another attempt.
ClientPool::Reading ClientPool::read(Answered& answered, const std::string& queue, std::uint64_t number,
                                     std::uint32_t attempt) {
  const auto letter = seal_.open(queue, std::move(answered.payload));
  if (!letter || letter->envelope != envelope(number, attempt, Direction::answer)) return {};
  Reading reading{.is_ours = true, .answer = decode_answer(letter->content)};
  if (reading.answer) note(reading.answer->node);
  return reading;
}

// Whatever is wrong with an answer, the chunk is tried again, elsewhere if the engine will have it so. Of an
// earlier attempt only a good one counts: the present one goes on.
void ClientPool::take_answer(Flight& flight, Ticket ticket, Reading reading) {
  using Kind = CallError::Kind;
  const auto job = flight.job;
  auto& answer = reading.answer;
  const auto is_any = [&](auto... kinds) { return ((answer->error->kind == kinds) || ...); };
  if (answer && answer->error && is_any(Kind::too_large)) return split(flight, answer->error->what);
  if (answer && answer->error && is_any(Kind::refused, Kind::mismatch, Kind::usage)) {
    Failure failure;
    failure.ending = Ending::rejected;
    failure.function = job->facts().function;
    failure.type = answer->error->code;
    failure.what = fmt::format("{} (node {})", answer->error->what, answer->node.name);
    if (!job->abandoned()) job->abandon(failure);
    end_flights(*job);
    return retire_jobs();
  }
  auto pieces =
      answer && !answer->error ? fit_pieces(*job, flight.range, std::move(answer->pieces)) : std::nullopt;
  if (!pieces) {
    if (flight.ticket != ticket) return;
    if (answer && answer->error)
      flight.reason = fmt::format("{} (node {})", answer->error->what, answer->node.name);
    // With a key, what is sealed wrongly ends no item: it is sent again.
    return flights_.reject(flight, reading.is_ours, Clock::now());
  }
  job->observe(flight.range.count, std::chrono::nanoseconds{answer->nanoseconds});
  drop_flight(flight);
  for (Piece& piece : *pieces)
    job->deliver(std::move(piece));
  retire_jobs();
}

void ClientPool::handle(GivenUp& given_up) {
  if (Flight* flight = flights_.find_by_ticket(given_up.ticket)) {
    if (flight->ticket == given_up.ticket) flights_.give_up(*flight, Clock::now());
    return;
  }
  for (const auto& question : questions_) {
    if (question->ticket != given_up.ticket) continue;
    question->ticket.reset();
    take_answer(*question, {});
  }
}

// What went away with the engine is no loss that a chunk could be to blame for.
void ClientPool::handle(Parted& parted) {
  hear_nothing(Clock::now(), parted.reason);
  is_parted_ = true;
  unheard_reason_ = parted.reason;
  servers_.reset();
  for (const Ticket ticket : parted.tickets) {
    flights_.void_ticket(ticket);
    for (const auto& question : questions_) {
      if (question->ticket == ticket) question->ticket.reset();
    }
  }
}

// Only when it tells which queues it has, it is there: one that is lost again at once is none.
void ClientPool::handle(Joined& /*joined*/) {
  // Nodes that lost it too are not all back yet.
  const auto now = Clock::now();
  if (is_parted_ && unheard_since_ && now - *unheard_since_ > limits::servers_time)
    nodes_back_ = now + options_.patience;
  is_parted_ = false;
  asked_servers_ = {};
  for (const auto& question : questions_) {
    if (!question->ticket) question->due = now;
  }
}

void ClientPool::hear_nothing(Clock::time_point now, std::string reason) {
  if (unheard_since_) return;
  unheard_since_ = now;
  unheard_reason_ = std::move(reason);
}

void ClientPool::handle(Servers& servers) {
  unheard_since_.reset();
  servers_ = std::move(servers);
  for (const auto& job : jobs_) {
    if (servers_->queues.contains(job->queue)) {
      job->unserved_since.reset();
    } else if (!job->unserved_since) {
      job->unserved_since = Clock::now();
    }
  }
  for (const auto& question : questions_) {
    if (!question->ticket) question->due = Clock::now();
  }
}

// Without a key, anybody may have said so.
void ClientPool::note(const NodeFacts& node, std::chrono::nanoseconds patience) {
  if (nodes_.size() == limits::nodes_max && !nodes_.contains(node.name)) return;
  Node& known = nodes_[node.name];
  known.facts = node;
  known.heard = Clock::now();
  known.patience = std::max(
      {known.patience, Clock::duration{options_.patience}, std::min(patience, limits::patience_most)});
  known.facts.slots = std::min(node.slots, limits::workers_max);
}

Envelope ClientPool::envelope(std::uint64_t number, std::uint32_t attempt, Direction direction) const {
  return {.run = run_, .number = number, .attempt = attempt, .direction = direction};
}

}  // namespace prong::client
