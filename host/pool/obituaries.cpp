// Names for frames.
#include "pool/obituaries.hpp"

#include "limits.hpp"
#include "pool/death_account.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <memory>
#include <utility>

namespace prong::pool {

namespace {

transport::CodePlace place_of(const Frame& frame) {
  return {.file = frame.file, .build_id = frame.build_id, .offset = frame.offset};
}

std::string_view take_until(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return part;
}

}  // namespace

std::vector<transport::CodePlace> Obituaries::unknown_places(const Failure& failure) const {
  std::vector<transport::CodePlace> places;
  if (!failure.crash) return places;
  for (const Frame& frame : failure.crash->frames) {
    // A name that is no path is the kernel's, for a page of its own.
    if (frame.file.starts_with('/') && !known_.contains(place_of(frame))) places.push_back(place_of(frame));
  }
  std::ranges::sort(places);
  places.erase(std::ranges::unique(places).begin(), places.end());
  return places;
}

std::vector<transport::CodePlace> Obituaries::add(std::vector<Unfinished> items, Clock::time_point now) {
  std::vector<transport::CodePlace> all;
  for (Unfinished& item : items) {
    const auto places = unknown_places(item.piece.failures.front());
    if (places.empty()) {
      deliver(std::move(item));
      continue;
    }
    all.insert(all.end(), places.begin(), places.end());
    waiting_.push_back({std::move(item), now + limits::symbol_time});
  }
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  std::erase_if(all, [&](const transport::CodePlace& place) {
    return std::ranges::any_of(
        asked_, [&](const auto& asked) { return std::ranges::binary_search(asked.second, place); });
  });
  return all;
}

void Obituaries::asked(std::uint64_t number, std::vector<transport::CodePlace> places) {
  asked_.emplace(number, std::move(places));
}

void Obituaries::answer(std::uint64_t number, std::string_view lines) {
  const auto question = asked_.find(number);
  if (question == asked_.end()) return;
  learn(question->second, lines);
  asked_.erase(question);
  for (Waiting& waiting : std::exchange(waiting_, {})) {
    if (unknown_places(waiting.item.piece.failures.front()).empty()) {
      deliver(std::move(waiting.item));
    } else {
      waiting_.push_back(std::move(waiting));
    }
  }
}

// A claim: so many lines of so many bytes, or none.
void Obituaries::learn(const std::vector<transport::CodePlace>& places, std::string_view lines) {
  if (known_.size() + places.size() > limits::symbols_known_max) known_.clear();
  if (static_cast<std::size_t>(std::ranges::count(lines, '\n')) != places.size()) lines = {};
  for (const transport::CodePlace& place : places)
    known_.insert_or_assign(place, parse(take_until(lines, '\n')));
}

Obituaries::Name Obituaries::parse(std::string_view line) {
  Name name;
  name.function = take_until(line, '\t').substr(0, limits::symbol_bytes_max);
  name.source = take_until(line, '\t').substr(0, limits::symbol_bytes_max);
  std::from_chars(line.data(), line.data() + line.size(), name.line);
  return name;
}

Failure Obituaries::with_names(Failure failure) const {
  if (!failure.crash) return failure;
  CrashReport report = *failure.crash;
  const std::string without_names = reason_of(failure.signal, failure.worker, report);
  for (Frame& frame : report.frames) {
    const auto known = known_.find(place_of(frame));
    if (known == known_.end()) continue;
    frame.function = known->second.function;
    frame.source = known->second.source;
    frame.line = known->second.line;
  }
  if (failure.ending == Ending::crashed && !report.frames.empty() &&
      failure.what.starts_with(without_names)) {
    // More may follow.
    failure.what.replace(0, without_names.size(), reason_of(failure.signal, failure.worker, report));
  }
  failure.crash = std::make_shared<const CrashReport>(std::move(report));
  return failure;
}

void Obituaries::deliver(Unfinished item) const {
  Failure& failure = item.piece.failures.front();
  failure = with_names(std::move(failure));
  item.job->deliver(std::move(item.piece));
}

void Obituaries::deliver_late(Clock::time_point now) {
  const auto first = std::ranges::find_if(waiting_, [&](const Waiting& one) { return one.due > now; });
  std::vector<Waiting> late{std::move_iterator{waiting_.begin()}, std::move_iterator{first}};
  waiting_.erase(waiting_.begin(), first);
  for (Waiting& one : late)
    deliver(std::move(one.item));
}

void Obituaries::deliver_all() { deliver_late(Clock::time_point::max()); }

std::optional<Obituaries::Clock::time_point> Obituaries::due() const noexcept {
  return waiting_.empty() ? std::nullopt : std::optional{waiting_.front().due};
}

}  // namespace prong::pool
