// The engine's way in: calls to jobs, items to segments.
#include "pool/call_check.hpp"
#include "pool/engine.hpp"
#include "pool/probe_refusal.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <new>

namespace prong::pool {

namespace {

bool is_killed(const Failure& failure) {
  return failure.ending == Ending::crashed && failure.signal == SIGKILL;
}

// As a worker would say it (worker/refusal_text.hpp).
Failure kills_zygotes() {
  return {.ending = Ending::rejected,
          .type = "crashed-on-load",
          .what =
              "a plugin whose constructors leave other processes alone\n"
              "one with which the zygote, the worker's parent, died again and again\n"
              "mend the constructors of its static objects"};
}

std::shared_ptr<const PluginBuild> build_of(const std::shared_ptr<const ModuleInfo>& module) {
  if (!module) return nullptr;
  return std::make_shared<const PluginBuild>(PluginBuild{.module = module->module,
                                                         .version = module->version,
                                                         .build_id = module->build_id,
                                                         .file = module->file});
}

}  // namespace

// A worker that has run other plugins may die of those, or have nothing left: only twice in a row counts. Who
// sends SIGKILL is never known, and somebody may send many; the zygote's death says nothing of the file at
// all.
Outcome<std::string> Engine::probe(transport::JobDescription description, FileVersion file,
                                   std::chrono::milliseconds limit) {
  const bool loads = description.kind == transport::JobKind::load;
  // What another plugin has left in the worker, a lock that is held for ever, say, may be what it hung at.
  const auto hung_by_another = [&](const Probed& last) {
    return loads && last.in_used_worker && last.answer.failure().ending == Ending::timed_out;
  };
  const auto tries_max = [&](const Probed& last) -> unsigned {
    const Failure& failure = last.answer.failure();
    // Half of what breaks the pool: a file that kills zygotes is refused before that.
    if (failure.ending == Ending::lost) return has_broken_down() ? 1 : limits::barren_deaths_max / 2;
    if (hung_by_another(last)) return limits::barren_deaths_max;  // the next try is in a fresh one
    if (!deserves_another_try(failure)) return 1;
    return is_killed(failure) ? limits::barren_deaths_max : 2;
  };
  ProbeOptions options{.file = file, .limit = limit};
  Probed last = probe_safely(description, options);
  for (unsigned tries = 1; !last.answer && tries < tries_max(last); ++tries) {
    options.fresh_worker = options.fresh_worker || hung_by_another(last);
    last = probe_safely(description, options);
  }
  if (last.answer) return last.answer;
  const Failure& failure = last.answer.failure();
  if (failure.ending == Ending::lost && loads && !has_broken_down())
    return Outcome<std::string>{kills_zygotes()};
  if (failure.ending == Ending::lost) throw PoolBroken{failure.what};
  return Outcome<std::string>{with_names(failure)};
}

Engine::Probed Engine::probe_safely(const transport::JobDescription& description,
                                    const ProbeOptions& options) {
  std::uint64_t zygote = 0;
  {
    const Lock lock{mutex_};
    if (workforce_) zygote = workforce_->zygote_number();
  }
  auto probed = probe_once(description, options);
  if (!probed.answer || description.kind != transport::JobKind::load || outlives_load(zygote)) return probed;
  return {.answer = Outcome<std::string>{Failure{.ending = Ending::lost, .what = "the zygote died"}}};
}

// A constructor may have killed its parent, and returned before it died of that itself. Who was killed can
// finish nothing any more, so who answers now was not.
bool Engine::outlives_load(std::uint64_t zygote) {
  Lock lock{mutex_};
  const auto is_over = [&] { return !workforce_ || workforce_->broken() || lost_accounts_ || terminated_; };
  if (is_over()) return true;
  if (workforce_->zygote_number() != zygote) return false;
  std::uint64_t question = 0;
  try {
    question = workforce_->ask_zygote();
  } catch (const std::system_error&) {
    return false;
  }
  // One that is stopped says nothing about the plugin.
  static_cast<void>(zygote_spoke_.wait_for(lock, limits::zygote_time, [&] {
    return is_over() || workforce_->zygote_number() != zygote || workforce_->zygote_answers() >= question;
  }));
  return is_over() || workforce_->zygote_number() == zygote;
}

std::shared_ptr<Segment> Engine::make_probe_segment() {
  auto segment = std::make_shared<Segment>();
  const transport::SegmentRecord record{.count = 1};
  segment->record = write_record(&record, sizeof record);
  segment->count = 1;
  return segment;
}

Engine::Probed Engine::probe_once(transport::JobDescription description, const ProbeOptions& options) {
  JobFacts facts;
  facts.kind = description.kind;
  facts.function = description.function;
  facts.file = options.file;
  facts.items = facts.results = Encoding::views;
  facts.load_time_limit = options.limit;
  facts.fresh_worker = options.fresh_worker;
  if (description.kind == transport::JobKind::burn) facts.item_processor_limit = limits::processor_trial;
  auto segment = make_probe_segment();
  facts.description = write_description(description);
  const auto job = add_job(std::move(facts));
  {
    const Lock lock{mutex_};
    const Accounts accounts{*this};
    job->add(std::move(segment));
    dispatch();
  }
  const Piece piece = std::move(collect(*job).front());
  Probed probed{.answer = Outcome<std::string>{
                    std::string{reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size()}}};
  if (!piece.failures.empty()) probed.answer = Outcome<std::string>{piece.failures.front()};
  const Lock lock{mutex_};
  probed.in_used_worker = job->in_used_worker;
  return probed;
}

JobFacts Engine::prepare(const Call& call) {
  const Located located = locate(call.function, call.kind);
  auto prepared = find_prepared(call, located);
  if (!prepared) prepared = prepare_anew(call, located);
  JobFacts facts = prepared->facts;
  take_options(facts, call);
  facts.retries = call.retries;
  if (call.timed && call.kind == FunctionKind::map) facts.timed_since = Clock::now();
  return facts;
}

std::shared_ptr<const PreparedCall> Engine::find_prepared(const Call& call, const Located& located) {
  auto prepared = prepared_.find(call, located.file);
  const bool usable =
      prepared && (!located.file || (known_.is_loadable(*located.file, prepared->symbol) &&
                                     known_.version_of(*located.file) == prepared->facts.file));
  return usable ? std::move(prepared) : nullptr;
}

std::shared_ptr<const PreparedCall> Engine::prepare_anew(const Call& call, const Located& located) {
  transport::JobDescription description = describe_job(call, *located.function, located.file);
  ensure_loadable(located, description);
  JobFacts facts;
  take_function(facts, call, *located.function, description);
  facts.description = write_description(description);
  if (located.file) {
    facts.file = known_.version_of(*located.file);
    facts.identity = located.file->identity;
  }
  facts.build = build_of(located.module);
  facts.prepared = located.function->prepared;
  facts.load_time_limit = load_timeout_;
  facts.item_processor_limit = processor_limit_;
  auto prepared = std::make_shared<PreparedCall>(located.file, description.symbol, std::move(facts));
  prepared_.remember(call, prepared);
  return prepared;
}

std::shared_ptr<JobState> Engine::open(const Call& call) {
  {
    const Lock lock{mutex_};
    check_open();
  }
  return add_job(prepare(call));
}

void Engine::set_initializer(Initializer initializer) {
  Initialization made = make_initialization(initializer);
  const Lock lock{mutex_};
  initializer_ = std::move(initializer);
  initialization_.emplace(std::move(made));
  dispatch();
}

// The plugin of the initializer was replaced. Running calls go on in the workers that have run it; others
// wait. On a thread of its own: looking at the new file waits for workers.
void Engine::renew_initializer() {
  std::optional<Initialization> made;
  std::string failed;
  // The file may be replaced again while it is looked at.
  for (unsigned tries = 0; !made && tries < limits::barren_deaths_max; ++tries) {
    try {
      made = make_initialization(*initializer_);
    } catch (const Refused& refused) {
      failed = refused.what();
      if (refused.code() != "replaced") break;
    } catch (const std::exception& error) {
      failed = error.what();
      break;
    }
  }
  const Lock lock{mutex_};
  if (!workforce_ || lost_accounts_) return;
  const Accounts accounts{*this};
  renewing_ = false;
  if (made) {
    initialization_->renew(std::move(*made));
  } else {
    workforce_->give_up("its initializer failed: " + failed);
  }
  dispatch();
  wake_dispatcher();
}

Initialization Engine::make_initialization(const Initializer& initializer) {
  const Bound& item = initializer.item;
  JobFacts facts =
      prepare({.function = initializer.function, .items = item.encoding, .item_signature = item.signature});
  facts.number = new_number();
  const std::array<std::uint64_t, 2> offsets{0, item.value.size()};
  const Items items{.bytes = std::as_bytes(std::span{item.value}),
                    .offsets = item.encoding == Encoding::raw ? std::span<const std::uint64_t>{} : offsets,
                    .count = 1};
  check_items(facts, items);
  const auto segment = place(facts, items);
  auto job = write_job(facts);
  return {std::move(facts), std::move(job), *segment};
}

RangePointer Engine::write_record(const void* record, std::size_t size) {
  auto range = memory_->allocate(Region::inputs, size);
  std::memcpy(range->data(), record, size);
  return range;
}

void Engine::push(JobState& job, const Items& items) {
  check_items(job.facts(), items);
  if (items.count == 0 && job.facts().kind != transport::JobKind::result) return;
  {
    Lock lock{mutex_};
    check_running();
    job.check_may_push();
    static_cast<void>(
        wait(lock, job.progressed, [&] { return !job.window_full() || job.abandoned(); }, std::nullopt));
  }
  auto segment = place(job.facts(), items);
  Lock lock{mutex_};
  check_running();
  job.check_may_push();
  const Accounts accounts{*this};
  auto* record = reinterpret_cast<transport::SegmentRecord*>(segment->record->data());
  record->first = items.first_index.value_or(job.pushed());
  job.add(std::move(segment));
  dispatch();
}

std::shared_ptr<Segment> Engine::place(const JobFacts& facts, const Items& items) {
  auto segment = std::make_shared<Segment>();
  segment->count = facts.kind == transport::JobKind::result ? 1 : items.count;
  segment->bytes = items.bytes.size() + items.offsets.size_bytes();
  transport::SegmentRecord record = place_inputs(*segment, facts, items);
  const std::size_t results_bytes = segment->count * facts.result_stride;
  std::size_t window_bytes = results_bytes;
  // Workers in a strict sandbox write nothing of the outputs.
  if (facts.timed_since && sandbox_ != Sandbox::strict) {
    segment->times = transport::round_up(results_bytes, sizeof(std::uint64_t));
    window_bytes = *segment->times + 2 * segment->count * sizeof(std::uint64_t);
  }
  if (window_bytes != 0) {
    segment->results = memory_->allocate(Region::outputs, window_bytes);
    record.results = segment->results->offset();
    record.results_bytes = transport::round_up(window_bytes, transport::page_size());
    segment->bytes += record.results_bytes;
    if (segment->times) record.times = record.results + *segment->times;
  }
  std::memcpy(segment->record->data(), &record, sizeof record);
  return segment;
}

// Memory of the pool is used where it is: of the inputs any, of the outputs raw items, for those alone are
// read there. What lies elsewhere is copied behind the record.
transport::SegmentRecord Engine::place_inputs(Segment& segment, const JobFacts& facts, const Items& items) {
  constexpr std::size_t raw_alignment = 8;  // the largest of any raw value
  constexpr std::size_t alignment = 16;     // what a copy has
  const bool raw = facts.items == Encoding::raw;
  transport::SegmentRecord record{.count = items.count, .gap = items.gap};
  const std::array parts{items.bytes, std::as_bytes(items.offsets), std::as_bytes(items.indices)};
  const std::array offsets{&record.items, &record.item_offsets, &record.indices};
  std::size_t size = transport::round_up(sizeof record, alignment);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].empty()) continue;
    auto& range = segment.pool_owned[i] = memory_->find(parts[i].data(), parts[i].size());
    if (range) *offsets[i] = memory_->offset_of(range->region(), parts[i].data());
    const bool usable =
        range && *offsets[i] % raw_alignment == 0 && (range->region() == Region::inputs || (i == 0 && raw));
    if (usable) continue;
    range.reset();
    *offsets[i] = size;
    size = transport::round_up(size + parts[i].size(), alignment);
  }
  segment.record = memory_->allocate(Region::inputs, size);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].empty() || segment.pool_owned[i]) continue;
    std::memcpy(segment.record->data() + *offsets[i], parts[i].data(), parts[i].size());
    *offsets[i] += segment.record->offset();
  }
  const auto& own = segment.pool_owned.front();
  if (own && own->region() == Region::outputs) {
    const std::size_t page = transport::page_size();
    record.in_outputs = 1;
    record.window = record.items / page * page;
    record.window_bytes = transport::round_up(record.items + items.bytes.size(), page) - record.window;
  }
  return record;
}

RangePointer Engine::write_description(const transport::JobDescription& job) {
  const std::string bytes = transport::encode_description(new_number(), job);
  return write_record(bytes.data(), bytes.size());
}

RangePointer Engine::write_job(const JobFacts& facts) {
  auto range = memory_->allocate(Region::inputs, sizeof(transport::JobRecord));
  new (range->data()) transport::JobRecord{
      .number = facts.number, .description = facts.description->offset(), .seed = facts.seed};
  return range;
}

std::shared_ptr<void> Engine::allocate(std::size_t size) {
  auto range = memory_->allocate(Region::inputs, size);
  void* data = range->data();
  return {std::move(range), data};
}

}  // namespace prong::pool
