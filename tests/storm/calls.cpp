// The kinds of calls. A call's ids are consecutive: item i of a call that begins at id `first` has first + i.
#include "calls.hpp"

#include "pieces.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <exception>
#include <numeric>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace prong::test {

namespace {

using namespace std::chrono_literals;

using Numbers = std::vector<std::uint64_t>;

Numbers ids_from(std::uint64_t first, std::uint64_t count) {
  Numbers ids(count);
  std::iota(ids.begin(), ids.end(), first);
  return ids;
}

void take(Caller& caller, std::uint64_t id, const Outcome<std::uint64_t>& outcome, const Allowed& allowed) {
  if (outcome) {
    caller.account.returned(id, outcome.value() == number_of(id), allowed);
  } else {
    caller.account.failed(id, outcome.failure(), allowed);
  }
}

void map_numbers(Caller& caller, std::string_view function, std::uint64_t count, MapOptions options,
                 Allowed allowed) {
  const std::uint64_t first = caller.tally.new_ids(count);
  allowed.runs_most = 1 + options.retries;
  options.chunk_size = caller.chunk();
  const auto outcomes = caller.pool.map_outcomes<std::uint64_t>(function, ids_from(first, count), options);
  if (outcomes.size() < count) caller.account.lost(function, count - outcomes.size());
  if (outcomes.size() > count) caller.account.duplicated(function, outcomes.size() - count);
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(count, outcomes.size()); ++i)
    take(caller, first + i, outcomes[i], allowed);
}

void raw(Caller& caller) { map_numbers(caller, "storm.number", 1 + caller.below(2000), {}, {}); }
void pure(Caller& caller) {
  map_numbers(caller, "storm.pure_number", 1 + caller.below(50'000), {}, {.counted = false});
}
void refusing(Caller& caller) {
  map_numbers(caller, "storm.picky", 1 + caller.below(500), {}, {.refusals = true});
}
void retried(Caller& caller) {
  const auto retries = static_cast<unsigned>(1 + caller.below(5));
  map_numbers(caller, "storm.number", 1 + caller.below(1000), {.retries = retries}, {});
}
void limited(Caller& caller) {
  const std::chrono::milliseconds timeout{2 + caller.below(8)};
  map_numbers(caller, "storm.lazy", 1 + caller.below(200), {.timeout = timeout}, {.timed_out = true});
}

void one(Caller& caller) {
  const std::uint64_t id = caller.tally.new_ids(1);
  try {
    caller.account.returned(id, caller.pool.apply<std::uint64_t>("storm.number", id) == number_of(id), {});
  } catch (const TaskFailed& error) {
    caller.account.failed(id, error.failure(), {});
  }
}

void texts(Caller& caller) {
  const std::uint64_t count = 1 + caller.below(300);
  const std::uint64_t first = caller.tally.new_ids(count);
  std::vector<std::string> items;
  for (std::uint64_t i = 0; i < count; ++i)
    items.push_back(std::to_string(first + i));
  Job job = caller.pool.submit(
      {.function = "storm.text", .items = Encoding::views, .chunk_size = caller.chunk()},
      encode_items(items, [&](std::size_t size) { return caller.pool.allocate_bytes(size); }).items);
  const PieceReader reader{caller.account, first, [](std::uint64_t id, std::span<const std::byte> value) {
                             const std::string text = text_of(id);
                             return value.size() == text.size() &&
                                    std::memcmp(value.data(), text.data(), text.size()) == 0;
                           }};
  reader.read_all(job, count, {});
}

// Lines in, lines out, pushed in several goes.
void lines(Caller& caller) {
  const bool refuses = caller.below(2) == 0;
  Job job = caller.pool.open({.function = refuses ? "storm.picky" : "storm.number",
                              .items = Encoding::json,
                              .results = Encoding::json,
                              .chunk_size = caller.chunk(),
                              .window_bytes = std::size_t{64} << 10});
  // Ids in one row, though they are pushed in parts.
  const std::uint64_t goes = 1 + caller.below(4);
  const std::uint64_t count = 1 + caller.below(300);
  const std::uint64_t first = caller.tally.new_ids(goes * count);
  LineReader reader{caller.account, first, {.refusals = refuses}};
  for (std::uint64_t go = 0; go < goes; ++go) {
    std::string text;
    std::vector<std::uint64_t> offsets{0};
    for (std::uint64_t i = 0; i < count; ++i) {
      text += std::to_string(first + go * count + i) + '\n';
      offsets.push_back(text.size());
    }
    job.push({.bytes = std::as_bytes(std::span{text}), .offsets = offsets, .count = count, .gap = 1});
    while (auto piece = job.next_until(std::chrono::steady_clock::now()))
      reader.take(*piece);
  }
  job.finish();
  while (auto piece = job.next())
    reader.take(*piece);
  reader.end(goes * count);
}

void streamed(Caller& caller) {
  const std::uint64_t count = 1 + caller.below(2000);
  const std::uint64_t first = caller.tally.new_ids(count);
  // Sometimes the consumer leaves early.
  const std::uint64_t wanted = caller.below(4) == 0 ? caller.below(count) + 1 : count;
  std::uint64_t taken = 0;
  for (const auto& outcome :
       caller.pool.imap_outcomes<std::uint64_t>("storm.number", ids_from(first, count))) {
    if (taken == count) return caller.account.duplicated("imap", 1);
    take(caller, first + taken, outcome, {});
    if (++taken == wanted) return;
  }
  if (taken < wanted) caller.account.lost("imap", wanted - taken);
}

// What order results come in is chance: each answer belongs to one id, failures tell theirs.
void unordered(Caller& caller) {
  const std::uint64_t count = 1 + caller.below(2000);
  const std::uint64_t first = caller.tally.new_ids(count);
  const Numbers ids = ids_from(first, count);
  std::unordered_map<std::uint64_t, std::uint64_t> open;  // by answer
  for (const std::uint64_t id : ids)
    open.emplace(number_of(id), id);
  auto results =
      caller.pool.imap_unordered<std::uint64_t>("storm.number", ids, {.chunk_size = caller.chunk()});
  for (auto it = results.begin(); it != results.end(); ++it) {
    try {
      const std::uint64_t answer = *it;
      const auto found = open.find(answer);
      if (found == open.end()) {
        caller.account.wrong("imap_unordered: an answer that is nobody's, or came twice");
        continue;
      }
      caller.account.returned(found->second, true, {});
      open.erase(found);
    } catch (const TaskFailed& error) {
      const std::uint64_t id = first + error.failure().index;
      caller.account.failed(id, error.failure(), {});
      if (open.erase(number_of(id)) == 0) caller.account.duplicated("imap_unordered", 1);
    }
  }
  if (!open.empty()) caller.account.lost("imap_unordered", open.size());
}

// Together or not at all.
void reduced(Caller& caller) {
  const std::uint64_t count = 1 + caller.below(2000);
  const std::uint64_t first = caller.tally.new_ids(count);
  std::uint64_t expected = 0;
  for (std::uint64_t i = 0; i < count; ++i)
    expected += number_of(first + i);
  try {
    const auto sum = caller.pool.run<std::uint64_t>("storm.number", ids_from(first, count));
    caller.account.returned(first, sum == expected, {});
  } catch (const TaskFailed& error) {
    caller.account.failed(first, error.failure(), {.counted = false});
  }
}

void later(Caller& caller) {
  const std::uint64_t count = 1 + caller.below(1000);
  const std::uint64_t first = caller.tally.new_ids(count);
  std::atomic<int> callbacks = 0;
  const auto result = caller.pool.map_async<std::uint64_t>(
      "storm.number", ids_from(first, count),
      {.callback = [&](const auto&) { ++callbacks; }, .error_callback = [&](const auto&) { ++callbacks; }});
  try {
    const Results<std::uint64_t> numbers = result.get();
    for (std::uint64_t i = 0; i < count; ++i)
      caller.account.returned(first + i, numbers[i] == number_of(first + i), {});
  } catch (const TaskFailed& error) {
    caller.account.failed(first + error.failure().index, error.failure(), {});
  }
  if (callbacks != 1) caller.account.wrong("map_async: not one callback");
}

// All of it, or some items, while it runs.
void cancelled(Caller& caller) {
  const std::uint64_t count = 1 + caller.below(300);
  const std::uint64_t first = caller.tally.new_ids(count);
  const Numbers ids = ids_from(first, count);
  Job job = caller.pool.submit({.function = "storm.lazy", .chunk_size = caller.chunk()},
                               {.bytes = std::as_bytes(std::span{ids}), .count = count});
  for (std::uint64_t i = caller.below(5); i > 0; --i)
    job.cancel(caller.below(count));
  std::this_thread::sleep_for(std::chrono::microseconds{caller.below(3000)});
  job.cancel();
  const PieceReader reader{caller.account, first, [](std::uint64_t id, std::span<const std::byte> value) {
                             return decode_result<std::uint64_t>(value) == number_of(id);
                           }};
  reader.read_all(job, count, {.cancelled = true});
}

// No call at all: the pool grows, shrinks, and is asked how it is.
void resized(Caller& caller) {
  if (caller.below(8) == 0) caller.pool.resize(static_cast<unsigned>(1 + caller.below(6)));
  static_cast<void>(caller.pool.statistics());
}

constexpr std::array kinds{CallKind{"raw", raw},
                           CallKind{"pure", pure},
                           CallKind{"refusing", refusing},
                           CallKind{"retried", retried},
                           CallKind{"limited", limited},
                           CallKind{"one", one},
                           CallKind{"texts", texts},
                           CallKind{"lines", lines},
                           CallKind{"streamed", streamed},
                           CallKind{"unordered", unordered},
                           CallKind{"reduced", reduced},
                           CallKind{"later", later},
                           CallKind{"cancelled", cancelled},
                           CallKind{"resized", resized}};

}  // namespace

void make_random_call(Caller& caller) {
  const CallKind& kind = kinds[caller.below(kinds.size())];
  try {
    kind.make(caller);
  } catch (const Refused& error) {
    // Whoever looks at the plugin, or loads it first, was killed twice in a row: the call did not start.
    if (std::string_view{error.what()}.find("crashed: SIGKILL") == std::string_view::npos)
      caller.account.wrong(std::string{kind.name} + " threw: " + error.what());
  } catch (const std::exception& error) {
    if (caller.account.end_expected()) return;
    caller.account.wrong(std::string{kind.name} + " threw: " + error.what());
  }
  ++caller.account.calls;
}

}  // namespace prong::test
