// Crashes on their way to the caller: by way of a worker that reads names for their reports.
#include "limits.hpp"
#include "pool/engine.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace prong::pool {

void Engine::tell_crashes() {
  auto items = workforce_->take_unfinished();
  if (items.empty()) return;
  auto places = obituaries_.add(std::move(items), Clock::now());
  if (workforce_->broken() || terminated_) return obituaries_.deliver_all();
  if (!places.empty()) ask_for_names(std::move(places));
  if (const auto due = obituaries_.due()) arm(*due);
}

// Next in turn: whoever takes the dead worker's place, or is idle, does this first. Not to be had is no
// reason to keep the items.
void Engine::ask_for_names(std::vector<transport::CodePlace> places) {
  JobFacts facts;
  facts.number = new_number();
  facts.kind = transport::JobKind::symbolise;
  facts.items = facts.results = Encoding::views;
  facts.load_time_limit = limits::symbol_time;
  transport::JobDescription description;
  description.kind = facts.kind;
  description.places = places;
  obituaries_.asked(facts.number, std::move(places));
  const std::uint64_t number = facts.number;
  try {
    facts.description = write_description(description);
    auto segment = make_probe_segment();
    auto record = write_job(facts);
    const auto job = std::make_shared<JobState>(std::move(facts), std::move(record));
    job->add(std::move(segment));
    job->finish();
    enter(job);
    turn_ = static_cast<std::size_t>(std::ranges::find(jobs_, job) - jobs_.begin());
  } catch (const std::exception&) {
    obituaries_.answer(number, "");
  }
}

void Engine::take_names(JobState& job) {
  std::string lines;
  if (job.can_hand_over()) {
    const Piece piece = job.hand_over();
    if (piece.failures.empty())
      lines.assign(reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size());
  }
  obituaries_.answer(job.facts().number, lines);
}

Failure Engine::with_names(Failure failure) {
  std::vector<transport::CodePlace> places;
  {
    const Lock lock{mutex_};
    places = obituaries_.unknown_places(failure);
  }
  std::string lines;
  if (!places.empty()) {
    transport::JobDescription job;
    job.kind = transport::JobKind::symbolise;
    job.places = places;
    try {
      const auto answer = probe_once(std::move(job), {.file = {}, .limit = limits::symbol_time}).answer;
      if (answer) lines = answer.value();
    } catch (const std::exception&) {
      return failure;  // the pool has ended meanwhile
    }
  }
  const Lock lock{mutex_};
  if (!places.empty()) obituaries_.learn(places, lines);
  return obituaries_.with_names(std::move(failure));
}

}  // namespace prong::pool
