// What must be known of a function before its items go anywhere: asked by callers, settled by the thread.
#include "client/client_pool.hpp"
#include "limits.hpp"
#include "names/qualified_name.hpp"
#include "pool/call_check.hpp"
#include "pool/engine.hpp"
#include "pool/functions.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace prong::client {

using namespace cluster;

// One worker looks at the file, whose content is not for this process to read.
std::string ClientPool::own_build_of(std::string_view function) {
  std::string module;
  try {
    module = names::parse(function).module;
  } catch (const std::invalid_argument& error) {
    throw CannotFind{fmt::format("'{}': {}", function, error.what())};
  }
  if (module.empty()) {
    throw CannotFind{fmt::format(
        "cannot find function '{}' on other machines: a name without a dot is of a function that a program "
        "defines for itself; with an engine, only those of plugins can be called",
        function)};
  }
  const auto found = catalogue_->plugin_path.find(module);
  if (!std::holds_alternative<registry::PluginFile>(found)) return {};
  std::shared_ptr<pool::Engine> inspector;
  {
    const Lock lock{mutex_};
    check_open();  // who joins the pool ends it
    if (!inspector_) {
      inspector_ = std::make_shared<pool::Engine>(
          catalogue_,
          PoolOptions{.workers = 1, .idle_timeout = limits::servers_time, .start_method = StartMethod::exec});
    }
    inspector = inspector_;
  }
  const auto files = inspector->find(module);
  return files.empty() || files.front().refusal ? std::string{} : files.front().build_id;
}

Answer ClientPool::ask(CallHead head) {
  auto question = std::make_shared<Question>();
  question->queue = queues_.of(head.call.kind, head.call.function, head.build_id);
  question->head = std::move(head);
  question->asked = question->due = Clock::now();
  question->unanswered_time = limits::unclaimed_patience * options_.patience;
  Lock lock{mutex_};
  check_open();
  question->number = next_question_++;
  questions_.push_back(question);
  wake();
  changed_.wait(lock, [&] { return question->is_over(); });
  std::erase(questions_, question);
  changed_.notify_all();
  if (question->error) std::rethrow_exception(question->error);
  return std::move(*question->answer);
}

std::shared_ptr<pool::JobState> ClientPool::open(const Call& call) {
  if (call.timed)
    throw UsageError{
        fmt::format("'{}': when items ran is not told by other machines' clocks", call.function)};
  pool::JobFacts facts;
  pool::take_options(facts, call);
  CallHead head{.call = call, .build_id = options_.any_build ? std::string{} : own_build_of(call.function)};
  const Answer answer = ask(head);
  const FunctionInfo& function = *answer.function;
  pool::take_function(facts, call, function, pool::describe_job(call, function, std::nullopt));
  if (!options_.any_build && answer.build->build_id.empty()) throw no_build_id(call, answer.node);
  if (answer.build) facts.build = std::make_shared<const PluginBuild>(*answer.build);
  facts.task_time_aim = limits::chunk_time_aim;
  if (!options_.any_build && answer.build) head.build_id = answer.build->build_id;
  const Lock lock{mutex_};
  check_open();
  head.call_number = facts.number = next_call_++;
  const std::string queue = queues_.of(call.kind, call.function, head.build_id);
  auto job = std::make_shared<RemoteJob>(std::move(facts), std::move(head), queue);
  job->tell_when_over(over_);
  jobs_.push_back(job);
  return job;
}

FunctionInfo ClientPool::describe(std::string_view function, FunctionKind kind) {
  CallHead head{.call = {.function = std::string{function}, .kind = kind},
                .build_id = options_.any_build ? std::string{} : own_build_of(function),
                .describes_only = true};
  return *ask(std::move(head)).function;
}

void ClientPool::ask_questions(Clock::time_point now) {
  for (const auto& question : questions_) {
    if (!question->is_over() && question->due <= now) settle_question(*question, now);
  }
  changed_.notify_all();
}

// First it must be known who there is: a question that nobody serves would wait in the engine for ever.
void ClientPool::settle_question(Question& question, Clock::time_point now) {
  const auto again = [&](Clock::duration time) { question.due = now + time; };
  if (!servers_) return again(limits::servers_time);
  if (question.ticket) {  // asked, and not answered in time: it waits behind long items, or its node was lost
    exchange_->forget(*std::exchange(question.ticket, std::nullopt));
    ++question.attempt;
    question.unanswered_time *= 2;
    question.strange_since.reset();
  }
  if (!servers_->queues.contains(question.queue)) {
    const bool has_nodes = servers_->queues.contains(queues_.of_nodes());
    // Nodes may be about to start, or to come back.
    const auto until = has_nodes ? nodes_back_ : std::max(question.asked + options_.patience, nodes_back_);
    if (now < until) return again(limits::servers_time / 4);
    if (!has_nodes) {
      question.error = no_nodes(*servers_, engine_);
    } else {
      // Who refuses to answer leaves the queue, too.
      question.error =
          question.refusal ? question.refusal : nobody_serves(question.head, *servers_, queues_, engine_);
    }
    return;
  }
  const Request request{.question = question.head};
  const auto letter = seal_.close(envelope(question.number, question.attempt, Direction::request),
                                  question.queue, encode(request));
  question.ticket = exchange_->submit(question.queue, letter);
  again(question.unanswered_time);
}

// Another node may have what this one has not, or has no more. What is nobody's answer anybody may have sent:
// it costs time, and the call only if nothing else comes.
void ClientPool::take_answer(Question& question, Reading reading) {
  const auto& answer = reading.answer;
  const auto now = Clock::now();
  question.ticket.reset();
  ++question.attempt;
  if (answer && !answer->error && is_sound(*answer, question.head)) {
    question.answer = *answer;
  } else if (answer && answer->error) {
    question.strange_since.reset();
    // Until it is known who is there now.
    question.due = now + limits::servers_time;
    question.refusal = to_exception(*answer->error, answer->node);
    if (!answer->error->is_of_node() || ++question.refusals == limits::chunk_losses_max)
      question.error = question.refusal;
  } else {
    if (!question.strange_since) question.strange_since = now;
    question.due = now + claim_interval(options_.patience);
    if (now - *question.strange_since >= limits::parted_patience * options_.patience) {
      question.error = std::make_exception_ptr(PoolBroken{fmt::format(
          "what comes from {} is no node's answer: are all nodes there of this version of Prong?", engine_)});
    }
  }
  changed_.notify_all();
}

}  // namespace prong::client
