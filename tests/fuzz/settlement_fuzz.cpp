// The host's reading of what workers write: any bytes at all, read by the real code, while a worker lives and
// when it has died. Whatever they are, every item of its job has one ending or waits, and what is handed over
// is as the public headers say.
#include "assertion.hpp"
#include "limits.hpp"
#include "piece_check.hpp"
#include "pool/description.hpp"
#include "pool/probe_refusal.hpp"
#include "scripted_worker.hpp"
#include "settlement_input.hpp"
#include "values/signature.hpp"

#include <algorithm>
#include <csignal>
#include <string_view>
#include <vector>

namespace prong::test {

namespace {

using namespace pool;
using transport::JobKind;

constexpr int images_most = 3;  // looks at the worker while it lives

JobFacts facts_of(const FuzzedWork& work) {
  struct Shape {
    JobKind kind;
    const char* type;
    Encoding results;
  };
  static constexpr std::array shapes{
      Shape{JobKind::map, "f64", Encoding::raw},
      Shape{JobKind::map, "str", Encoding::views},
      Shape{JobKind::map, "{at: u64, on: bool}", Encoding::json},
      Shape{JobKind::map, "[str]", Encoding::json},
      Shape{JobKind::map, "f32", Encoding::text},
      Shape{JobKind::map, "[u8]", Encoding::msgpack},
      Shape{JobKind::result, "u64", Encoding::raw},
      Shape{JobKind::result, "str", Encoding::views},
      Shape{JobKind::inspect, "str", Encoding::views},
      Shape{JobKind::load, "str", Encoding::views},
      Shape{JobKind::map, "u32", Encoding::msgpack},
  };
  const Shape& shape = shapes[work.shape % shapes.size()];
  const values::Type type = values::parse_signature(shape.type);
  return {.kind = shape.kind,
          .function = "fuzzed.function",
          .pure = (work.options & 1) != 0,
          .results = shape.results,
          .result_stride = type.layout() ? type.layout()->size : 0,
          .result_type = type,
          .retries = work.options >> 2U & 3U};
}

ScriptedWorker::Work work_of(const FuzzedWork& work, const JobFacts& facts) {
  const bool single = facts.kind != JobKind::map;
  return {.items = single ? 1 : work.items % 32 + 1U, .chunk = work.chunk % 32 + 1U};
}

void store_words(const FuzzedWords& words, transport::ChannelMemory& channel) {
  // The members are atomic words and nothing else.
  std::memcpy(static_cast<void*>(&channel.progress), words.progress.data(), sizeof channel.progress);
  channel.worker.ready = static_cast<std::uint32_t>(words.ready);
  channel.tasks.tail = words.tasks_read;
  channel.reports.head = words.head;
  for (std::size_t i = 0; i < words.reports.size(); ++i)
    std::memcpy(channel.reports.items[i].data(), &words.reports[i], sizeof words.reports[i]);
}

// The worker's memory becomes the next part of the input.
void store_image(FuzzedInput& input, ScriptedWorker& worker) {
  FuzzedWords words;
  input.read(words.progress);
  input.read(words.ready);
  input.read(words.tasks_read);
  input.read(words.head);
  input.read(words.reports);
  input.read(words.arena_size);
  store_words(words, worker.channel());
  const auto bytes = input.take(words.arena_size);
  if (!bytes.empty()) std::memcpy(worker.arena().data(), bytes.data(), bytes.size());
}

std::optional<Failure> reason_to_kill(const FuzzedWork& work) {
  Failure reason;
  switch (work.options >> 4U & 3U) {
    case 1:
      reason.ending = Ending::timed_out;
      return reason;
    case 2:
      reason.ending = Ending::cancelled;
      return reason;
    case 3:
      reason.ending = Ending::lost;
      return reason;
    default:
      return std::nullopt;
  }
}

// No item ends twice.
void mark_ended(const Piece& piece, std::vector<bool>& ended) {
  check_piece(piece);
  for (std::uint64_t i = piece.first; i < piece.first + piece.count; ++i) {
    assert_that(i < ended.size() && !ended[i], "an item ended twice, or is none",
                {{"item", i}, {"items", ended.size()}});
    ended[i] = true;
  }
}

// What the engine makes of a look at a file.
void read_probe(const Piece& piece) {
  const registry::PluginFile file{.module = "fuzzed", .path = "/fuzzed.so", .identity = {}};
  if (piece.failures.empty()) {
    static_cast<void>(
        module_of_description(file, {reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size()}));
  } else {
    static_cast<void>(refusal_of_look(piece.failures.front(), limits::inspect_time));
  }
}

void check_endings(ScriptedWorker& worker) {
  JobState& job = worker.job();
  std::vector<bool> ended(job.pushed());
  for (const Piece& piece : worker.pieces()) {
    mark_ended(piece, ended);
    if (job.facts().kind == JobKind::inspect || job.facts().kind == JobKind::load) read_probe(piece);
  }
  // The rest waits for another worker. In an ordered job, what comes after it is handed over once it ends.
  while (auto range = job.take(1)) {
    Failure failure;
    Piece piece{.first = range->first(), .count = range->count, .encoding = job.facts().results};
    for (failure.index = piece.first; failure.index < piece.first + piece.count; ++failure.index)
      piece.failures.push_back(failure);
    job.deliver(std::move(piece));
  }
  for (const Piece& piece : worker.pieces())
    mark_ended(piece, ended);
  const auto heard_of = static_cast<std::uint64_t>(std::ranges::count(ended, true));
  assert_that(job.all_ended() && job.all_handed_over() && heard_of == ended.size(),
              "items that neither ended nor wait", {{"items", ended.size()}, {"heard of", heard_of}});
}

void run(std::span<const std::uint8_t> bytes) {
  FuzzedInput input{bytes};
  FuzzedWork work;
  input.read(work);
  JobFacts facts = facts_of(work);
  const auto amount = work_of(work, facts);
  ScriptedWorker worker{std::move(facts), amount};
  for (int image = 0; image < images_most && !input.empty(); ++image) {
    store_image(input, worker);
    static_cast<void>(worker.drain());
    if (!worker.life().lied) worker.send_more();
  }
  if ((work.options & 2) != 0) worker.job().cancel();
  if (auto reason = reason_to_kill(work); reason && !worker.life().killed_for)
    worker.life().killed_for = std::move(*reason);
  static_cast<void>(worker.drain());
  static_cast<void>(worker.die());
  check_endings(worker);
}

}  // namespace

}  // namespace prong::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  prong::test::run({data, size});
  return 0;
}
