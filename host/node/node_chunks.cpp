// Chunks: claimed from the client, begun in a job of the pool, answered.
#include "limits.hpp"
#include "node/node_content.hpp"

#include <prong/error.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace prong {

using cluster::CallError;
using cluster::Direction;

namespace {

// A node whose plugin was replaced, or whose pool is gone, does not decide how items end: others still can.
const Failure* find_lost(const std::vector<Piece>& pieces) {
  for (const Piece& piece : pieces) {
    const auto lost = std::ranges::find(piece.failures, Ending::lost, &Failure::ending);
    if (lost != piece.failures.end()) return &*lost;
  }
  return nullptr;
}

CallError elsewhere(std::string why) { return {.kind = CallError::Kind::elsewhere, .what = std::move(why)}; }

}  // namespace

void Node::Content::hold(cluster::Assigned& assigned, const cluster::Envelope& envelope,
                         cluster::Chunk chunk) {
  const bool is_result = chunk.head.call.kind == FunctionKind::result;
  const ChunkId id = next_number_++;
  HeldChunk held{.job = assigned.job,
                 .envelope = envelope,
                 .queue = std::move(assigned.queue),
                 .key = {envelope.run, chunk.head.call_number, is_result ? id : 0},
                 .count = is_result ? 1 : chunk.count,
                 .heard = Clock::now()};
  held.items = std::move(chunk);
  claim(chunks_.emplace(id, std::move(held)).first->second, Clock::now());
}

// May I, or may I still? Only the client of the run can say so, while it lives: whoever repeats an overheard
// job has nobody to answer for it.
void Node::Content::claim(HeldChunk& chunk, Clock::time_point now) {
  chunk.nonce = cluster::make_run_id();
  const cluster::Claim claim{.nonce = chunk.nonce,
                             .node = id_,
                             .facts = facts_,
                             .again = chunk.granted,
                             .patience = options_.engine.patience};
  const std::string queue = cluster::queue_of_run(cluster::to_string(chunk.envelope.run));
  chunk.claim =
      exchange_->submit_beside(chunk.job, queue, seal_.close(chunk.envelope, queue, cluster::encode(claim)));
  chunk.claim_due = now + cluster::claim_interval(options_.engine.patience);
}

Node::Content::HeldChunk* Node::Content::find_by_claim(cluster::Ticket ticket, ChunkId& id) {
  const auto found =
      std::ranges::find_if(chunks_, [&](const auto& one) { return one.second.claim == ticket; });
  if (found == chunks_.end()) return nullptr;
  id = found->first;
  return &found->second;
}

void Node::Content::handle(cluster::Answered& answered) {
  ChunkId id = 0;
  HeldChunk* chunk = find_by_claim(answered.ticket, id);
  if (chunk == nullptr) return;
  chunk->claim.reset();
  const auto letter =
      seal_.open(cluster::queue_of_run(cluster::to_string(chunk->envelope.run)), std::move(answered.payload));
  cluster::Envelope expected = chunk->envelope;
  expected.direction = Direction::answer;
  const auto answer =
      letter && letter->envelope == expected ? cluster::decode_claim_answer(letter->content) : std::nullopt;
  // A forged one says nothing: the true one may still come, or the claim is repeated.
  if (!answer || answer->nonce != chunk->nonce) return;
  if (!answer->granted) return drop(id, true);
  chunk->heard = Clock::now();
  if (chunk->answered) return;
  std::vector<std::uint64_t> fresh;
  std::ranges::set_difference(answer->cancelled, chunk->cancelled, std::back_inserter(fresh));
  chunk->cancelled = answer->cancelled;
  if (!std::exchange(chunk->granted, true)) return begin(id, *chunk);
  const auto call = calls_.find(chunk->key);
  const bool has_begun = !chunk->items && call != calls_.end() && call->second.served;
  if (has_begun) call->second.served->cancel(id, fresh);
}

void Node::Content::handle(cluster::GivenUp& given_up) {
  ChunkId id = 0;
  if (HeldChunk* chunk = find_by_claim(given_up.ticket, id)) chunk->claim.reset();
}

void Node::Content::begin(ChunkId id, HeldChunk& chunk) {
  const auto [found, is_new] = calls_.try_emplace(chunk.key);
  OpenCall& call = found->second;
  if (is_new) {
    call.number = next_number_++;
    desk_->put([this, key = chunk.key, head = chunk.items->head] {
      Opened result = open(head);
      mailbox_.post([this, key, result = std::move(result)]() mutable { opened(key, std::move(result)); });
    });
  }
  if (!call.served) return;  // it begins when the call is open
  try {
    call.served->begin(id, *chunk.items, chunk.count);
    chunk.items.reset();
    call.served->cancel(id, chunk.cancelled);
  } catch (const Mismatch& error) {
    fail(id, CallError{.kind = CallError::Kind::mismatch, .what = error.what()});
  } catch (const UsageError& error) {
    fail(id, CallError{.kind = CallError::Kind::usage, .what = error.what()});
  } catch (const std::exception& error) {  // no memory, or no room, now
    fail(id, elsewhere(error.what()));
  }
}

void Node::Content::opened(const CallKey& key, Opened opened) {
  const auto found = calls_.find(key);
  if (found == calls_.end()) return;
  std::vector<ChunkId> waiting;
  for (const auto& [id, chunk] : chunks_)
    if (chunk.key == key && chunk.granted && chunk.items) waiting.push_back(id);
  if (opened.error) {
    calls_.erase(found);
    if (opened.error->kind == CallError::Kind::broken) broken_ = opened.error->what;
    for (const ChunkId id : waiting)
      fail(id, *opened.error);
    return;
  }
  found->second.build = opened.job->build();
  found->second.served = std::make_unique<node::ServedCall>(
      std::move(*opened.job), found->second.number, [this](node::Ended ended) {
        mailbox_.post([this, ended = std::move(ended)]() mutable { note(std::move(ended)); });
      });
  for (const ChunkId id : waiting)
    begin(id, chunks_.at(id));
}

void Node::Content::note(node::Ended ended) {
  const auto call =
      std::ranges::find_if(calls_, [&](const auto& one) { return one.second.number == ended.call; });
  if (call == calls_.end() || !call->second.served) return;
  if (!ended.piece) return close(call->first);
  for (auto& finished : call->second.served->note(std::move(*ended.piece))) {
    const auto held = chunks_.find(finished.chunk);
    if (held == chunks_.end()) continue;
    if (const Failure* lost = find_lost(finished.pieces)) {
      fail(finished.chunk, elsewhere(lost->what));
      continue;
    }
    cluster::Answer answer{.pieces = std::move(finished.pieces),
                           .nanoseconds = static_cast<std::uint64_t>(finished.time.count())};
    if (call->second.build) answer.build = *call->second.build;
    ++chunks_done_;
    items_done_ += held->second.count;
    finish(finished.chunk, std::move(answer));
  }
  if (call->first.chunk != 0 && call->second.served->idle()) calls_.erase(call);
}

// Its job has ended although nobody asked for that. The next chunk opens it anew, if that can be done.
void Node::Content::close(const CallKey& key) {
  std::vector<ChunkId> begun;
  for (const auto& [id, chunk] : chunks_)
    if (chunk.key == key && chunk.granted && !chunk.items && !chunk.answered) begun.push_back(id);
  for (const ChunkId id : begun)
    fail(id, elsewhere("its job has ended"));
  calls_.erase(CallKey{key});
}

// Held until the answer has left this machine: forget_sent().
void Node::Content::finish(ChunkId id, cluster::Answer result) {
  HeldChunk& chunk = chunks_.at(id);
  answer(chunk.job, chunk.queue, chunk.envelope, std::move(result));
  chunk.items.reset();
  chunk.answered = true;
}

void Node::Content::forget(std::map<ChunkId, HeldChunk>::iterator held) {
  if (held->second.claim) exchange_->forget(*held->second.claim);
  chunks_.erase(held);
}

// The client sends it to another node. So that this one does not get it again at once, it first says that it
// does not have the function; the next scan shows whether it has.
void Node::Content::fail(ChunkId id, const cluster::CallError& error) {
  if (error.is_of_node()) withdraw(chunks_.at(id).queue);
  cluster::Answer failed;
  failed.error = error;
  finish(id, std::move(failed));
}

// Nobody wants it of us any more. `tells`: the engine is there to be told.
void Node::Content::drop(ChunkId id, bool tells) {
  const auto held = chunks_.find(id);
  const HeldChunk& chunk = held->second;
  if (chunk.answered) return forget(held);
  if (tells) exchange_->refuse(chunk.job);
  const auto call = calls_.find(chunk.key);
  if (call != calls_.end() && call->second.served) {
    call->second.served->give_up(id);
  } else if (call != calls_.end() && chunk.key.chunk != 0) {
    calls_.erase(call);  // it is being opened, for this chunk alone
  }
  forget(held);
}

Node::Content::Clock::time_point Node::Content::act(Clock::time_point now) {
  auto due = now + limits::rescan_time;
  std::vector<ChunkId> orphans;
  forget_sent();
  for (auto& [id, chunk] : chunks_) {
    if (chunk.answered) due = std::min(due, now + limits::farewell_time / 4);  // whether it has gone
    if (now - chunk.heard >= options_.engine.patience) {
      orphans.push_back(id);  // its client is gone
      continue;
    }
    due = std::min(due, chunk.heard + options_.engine.patience);
    // To the first one there is one answer: who asks for the first time twice is refused.
    if (chunk.claim && !chunk.granted) continue;
    // One that nobody answers stays in the engine, so a client that is gone leaves few of them there.
    const auto interval = cluster::claim_interval(options_.engine.patience);
    const auto claim_due = chunk.claim_due + (chunk.claim ? limits::unanswered_claims : 0) * interval;
    if (claim_due > now) {
      due = std::min(due, claim_due);
      continue;
    }
    if (chunk.claim) exchange_->forget(*chunk.claim);
    claim(chunk, now);
    due = std::min(due, chunk.claim_due);
  }
  for (const ChunkId id : orphans)
    drop(id, true);
  forget_idle_calls(now);
  return due;
}

void Node::Content::forget_sent() {
  for (auto at = chunks_.begin(); at != chunks_.end();) {
    const auto held = at++;
    if (held->second.answered && !exchange_->is_sending(held->second.job)) forget(held);
  }
}

void Node::Content::forget_idle_calls(Clock::time_point now) {
  std::erase_if(calls_, [&](const auto& one) {
    const auto& served = one.second.served;
    if (!served || !served->idle()) return false;
    return now - served->last_used() > limits::served_call_idle_time ||
           calls_.size() > limits::served_calls_max;
  });
}

}  // namespace prong
