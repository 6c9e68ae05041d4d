// What a node offers, what it is asked, and the loop in which it answers.
#include "engines/exchanges.hpp"
#include "limits.hpp"
#include "node/node_content.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

namespace prong {

namespace {

using cluster::CallError;
using cluster::Direction;

std::string name_of_this_process() {
  std::array<char, HOST_NAME_MAX + 1> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {"unknown"};
  return fmt::format("{}:{}", host.data(), ::getpid());
}

PoolOptions checked_options(const NodeOptions& options) {
  if (options.engine.address.empty()) throw UsageError{"a node needs the address of an engine"};
  PoolOptions pool = options.pool;
  pool.engine = {};
  pool.start_method = StartMethod::exec;  // functions are the plugins'
  return pool;
}

// What the pool threw.
CallError current_error() {
  const auto made = [](CallError::Kind kind, const std::exception& error, std::string code = {}) {
    return CallError{.kind = kind, .code = std::move(code), .what = error.what()};
  };
  try {
    throw;
  } catch (const CannotFind& error) {
    return made(CallError::Kind::cannot_find, error);
  } catch (const Refused& error) {
    return made(CallError::Kind::refused, error, error.code());
  } catch (const Mismatch& error) {
    return made(CallError::Kind::mismatch, error);
  } catch (const UsageError& error) {
    return made(CallError::Kind::usage, error);
  } catch (const PoolBroken& error) {
    return made(CallError::Kind::broken, error);
  } catch (const std::exception& error) {  // no memory now, say
    return made(CallError::Kind::elsewhere, error);
  }
}

}  // namespace

Node::Content::Content(const Registry& functions, NodeOptions options)
    : options_{std::move(options)},
      seal_{engines::make_seal(options_.engine)},
      queues_{seal_.mark()},
      pool_{functions, checked_options(options_)},
      exchange_{engines::make_exchange(options_.engine)},
      slots_{pool_.workers()},
      facts_{.name = name_of_this_process(), .slots = slots_},
      id_{cluster::make_run_id()} {
  // One more than can run: none waits for the way of the next.
  exchange_->take_at_most(slots_ + 1);
}

void Node::Content::log(const std::string& text) const {
  if (options_.log) options_.log(text);
}

void Node::Content::stop() noexcept {
  ++stops_;
  mailbox_.wake();
}

void Node::Content::serve() {
  desk_.emplace(limits::rescan_time, [this] { scan(); });
  bool leaving = false;
  while (stops_ < 2 && !over_ && broken_.empty()) {
    if (stops_ > 0 && !leaving) {
      leaving = true;
      offer({});
      exchange_->leave(queues_.of_nodes());
    }
    if (leaving && chunks_.empty()) break;
    const auto due = act(Clock::now());
    for (auto& event : exchange_->wait(due, mailbox_.descriptor()))
      handle(event);
    mailbox_.empty();
  }
  desk_.reset();
  if (!broken_.empty()) hand_back();
  say_farewell();
  for (auto& [key, call] : calls_)
    if (call.served) call.served.reset();
  check_pool();
}

// What has been answered goes on its way; large answers need some time for it.
void Node::Content::say_farewell() {
  const auto begin = Clock::now();
  const auto is_over = [&](Clock::time_point now) {
    return now >= begin + (exchange_->has_unsent() ? options_.engine.patience : limits::farewell_time);
  };
  while (stops_ < 2 && !over_ && !is_over(Clock::now())) {
    static_cast<void>(exchange_->wait(Clock::now() + limits::farewell_time / 4, mailbox_.descriptor()));
    mailbox_.empty();
  }
}

// So that others get it, also by an engine that does not notice how a node ends.
void Node::Content::hand_back() {
  offer({});
  while (!chunks_.empty())
    drop(chunks_.begin()->first, true);
}

void Node::Content::check_pool() const {
  if (!broken_.empty()) throw PoolBroken{broken_};
}

void Node::Content::handle(cluster::Event& event) {
  std::visit([this](auto& one) { handle(one); }, event);
}

void Node::Content::handle(cluster::Joined& joined) {
  log(fmt::format("joined {} as {}, with {} slots", joined.engine, facts_.name, slots_));
}

void Node::Content::handle(cluster::Over& /*over*/) {
  over_ = true;
  log("the run is over");
}

// What it was given there, others get.
void Node::Content::handle(cluster::Parted& parted) {
  log(fmt::format("parted: {}", parted.reason));
  for (const cluster::JobNumber job : parted.jobs) {
    const auto held = std::ranges::find_if(chunks_, [&](const auto& one) { return one.second.job == job; });
    if (held != chunks_.end()) drop(held->first, false);
  }
  for (const cluster::Ticket ticket : parted.tickets) {
    ChunkId id = 0;
    if (HeldChunk* chunk = find_by_claim(ticket, id)) chunk->claim.reset();
  }
}

void Node::Content::handle(cluster::Assigned& assigned) {
  const auto letter = seal_.open(assigned.queue, std::move(assigned.payload));
  auto request = letter && letter->envelope.direction == Direction::request
                     ? cluster::decode_request(letter->content)
                     : std::nullopt;
  if (!request) {
    ++refused_jobs_;
    tell_refused(Clock::now());
    return exchange_->refuse(assigned.job);
  }
  if (request->question) return ask_desk(assigned, letter->envelope, std::move(*request->question));
  hold(assigned, letter->envelope, std::move(*request->chunk));
}

// Whoever reaches the broker could fill the log.
void Node::Content::tell_refused(Clock::time_point now) {
  if (now < told_refused_ + limits::refused_jobs_time) return;
  log(fmt::format(
      "refused {} job{} that this node cannot read: not sealed with its key, or of another version of Prong",
      refused_jobs_, refused_jobs_ == 1 ? "" : "s"));
  told_refused_ = now;
  refused_jobs_ = 0;
}

void Node::Content::ask_desk(cluster::Assigned& assigned, const cluster::Envelope& envelope,
                             cluster::CallHead head) {
  desk_->put([this, job = assigned.job, queue = assigned.queue, envelope, head = std::move(head)] {
    cluster::Answer found = look_up(head);
    mailbox_.post([this, job, queue, envelope, found = std::move(found)] {
      // Others are asked; as with a chunk, not this one again at once.
      if (found.error && found.error->is_of_node()) withdraw(queue);
      answer(job, queue, envelope, found);
    });
  });
}

void Node::Content::answer(cluster::JobNumber job, const std::string& queue, cluster::Envelope envelope,
                           cluster::Answer answer) {
  answer.node = facts_;
  envelope.direction = Direction::answer;
  try {
    exchange_->answer(job, seal_.close(envelope, queue, cluster::encode(answer)));
  } catch (const std::exception& error) {  // more than an engine's message, or this process, has room for
    cluster::Answer failed;
    failed.node = facts_;
    failed.error =
        CallError{.kind = CallError::Kind::too_large,
                  .what = fmt::format("its results are too large for the engine: {}", error.what())};
    exchange_->answer(job, seal_.close(envelope, queue, cluster::encode(failed)));
  }
}

Node::Content::Opened Node::Content::open(const cluster::CallHead& head) {
  try {
    Call call = head.call;
    call.ordered = false;  // chunks end when they end
    call.timed = false;
    Job job = pool_.open(call);
    const auto build = job.build();
    if (!head.build_id.empty() && (!build || build->build_id != head.build_id)) {
      return {.error =
                  CallError{.kind = CallError::Kind::other_build,
                            .code = "other-build",
                            .what = fmt::format("'{}': this node has build {} of its plugin, and not {}",
                                                call.function, build ? build->build_id : "", head.build_id)}};
    }
    return {.job = std::move(job)};
  } catch (...) {
    return {.error = current_error()};
  }
}

cluster::Answer Node::Content::look_up(const cluster::CallHead& head) {
  cluster::Answer answer;
  if (!head.describes_only) {
    Opened opened = open(head);
    if (opened.error) {
      answer.error = std::move(opened.error);
      return answer;
    }
    if (const auto build = opened.job->build()) answer.build = *build;
  }
  try {
    answer.function = pool_.describe(head.call.function, head.call.kind);
  } catch (...) {
    answer.error = current_error();
  }
  return answer;
}

void Node::Content::scan() {
  std::set<std::string> queues;
  try {
    for (const ModuleInfo& module : pool_.modules()) {
      if (module.refusal || module.shadowed_by) continue;
      for (const FunctionInfo& function : module.functions) {
        queues.insert(queues_.of(function.kind, function.name));
        if (!module.build_id.empty())
          queues.insert(queues_.of(function.kind, function.name, module.build_id));
      }
    }
  } catch (const std::exception& error) {
    mailbox_.post([this, what = std::string{error.what()}] { broken_ = what; });
    return;
  }
  mailbox_.post([this, queues = std::move(queues)]() mutable {
    if (stops_ > 0) return;
    offer(std::move(queues));
    exchange_->serve(queues_.of_nodes());  // who sees this sees all before it
  });
}

void Node::Content::offer(std::set<std::string> queues) {
  if (queues == offered_) return;
  for (const std::string& queue : offered_)
    if (!queues.contains(queue)) exchange_->leave(queue);
  for (const std::string& queue : queues)
    if (!offered_.contains(queue)) exchange_->serve(queue);
  const auto functions = std::ranges::count_if(queues, [&](const std::string& queue) {
    return !queues_.function_of(queue, FunctionKind::map).empty() ||
           !queues_.function_of(queue, FunctionKind::result).empty();
  });
  if (!queues.empty()) log(fmt::format("offers {} functions", functions));
  offered_ = std::move(queues);
}

void Node::Content::withdraw(const std::string& queue) {
  if (offered_.erase(queue) != 0) exchange_->leave(queue);
}

Node::Node(const Registry& functions, NodeOptions options)
    : content_{std::make_unique<Content>(functions, std::move(options))} {}
Node::~Node() = default;
void Node::serve() { content_->serve(); }
void Node::stop() noexcept { content_->stop(); }
unsigned Node::rank() const { return content_->rank(); }
unsigned Node::slots() const { return content_->slots(); }
const std::string& Node::name() const noexcept { return content_->name(); }
NodeStatistics Node::statistics() const { return content_->statistics(); }

}  // namespace prong
