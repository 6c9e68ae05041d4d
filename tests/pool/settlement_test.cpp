// From what a worker reports, or leaves behind, to endings: true accounts, and every lie that it can tell.
#include "scripted_worker.hpp"
#include "values/signature.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>

namespace prong::pool {

namespace {

using transport::Report;
using transport::ReportKind;

// Two tasks of two items each, whose results are strings.
JobFacts strings() { return {.items = Encoding::views, .results = Encoding::views}; }
JobFacts numbers() { return {.result_stride = 8, .result_type = values::parse_signature("f64")}; }
JobFacts printed_numbers() {
  return {.results = Encoding::json, .result_stride = 8, .result_type = values::parse_signature("f64")};
}

constexpr Report first_report{.task = 1, .kind = ReportKind::finished, .block = 1, .offset = 0, .runs = 2};

// The block of a task that returned "ab" and "c".
void write_strings(const ScriptedWorker& worker) {
  worker.put_run(0, {.end = 2, .first = 0, .count = 1});
  worker.put_run(1, {.end = 3, .first = 1, .count = 1});
  std::memcpy(worker.arena().data() + transport::run_table_bytes(2), "abc", 3);
}

std::string text_of(const Piece& piece) {
  return {reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size()};
}

struct Lie {
  const char* what;
  JobFacts facts;
  std::function<void(ScriptedWorker&)> tell;
};

// A false report over a good block.
Lie false_report(const char* what, Report report) {
  return {what, strings(), [report](ScriptedWorker& worker) {
            write_strings(worker);
            worker.push(report);
          }};
}

Report changed(const std::function<void(Report&)>& change) {
  Report report = first_report;
  change(report);
  return report;
}

// A good report of a false block, whose first run is this.
Lie false_run(const char* what, const transport::Run& run) {
  return {what, strings(), [run](ScriptedWorker& worker) {
            write_strings(worker);
            worker.put_run(0, run);
            worker.push(first_report);
          }};
}

const std::vector<Lie>& lies() {
  constexpr std::uint64_t most = ~std::uint64_t{0};
  static const std::vector<Lie> all{
      false_report("no task", changed([](Report& r) { r.task = 0; })),
      false_report("its next task", changed([](Report& r) { r.task = 2; })),
      false_report("another worker's task", changed([](Report& r) { r.task = 4711; })),
      false_report("no kind", changed([](Report& r) { r.kind = ReportKind{0}; })),
      false_report("an unknown kind", changed([](Report& r) { r.kind = ReportKind{5}; })),
      false_report("no block", changed([](Report& r) { r.block = 0; })),
      false_report("a block too far", changed([](Report& r) { r.block = 2; })),
      false_report("a block that is not aligned", changed([](Report& r) { r.offset = 8; })),
      false_report("a block beyond the arena", changed([](Report& r) { r.offset = limits::arena_bytes; })),
      false_report("a block whose offset wraps", changed([](Report& r) { r.offset = most - 63; })),
      false_report("more runs than items", changed([](Report& r) { r.runs = 3; })),
      false_report("very many runs", changed([](Report& r) { r.runs = most; })),
      false_report("an item without an ending", changed([](Report& r) { r.runs = 1; })),
      false_report("a refusal that is two runs", changed([](Report& r) { r.kind = ReportKind::refused; })),
      false_run("a length beyond the arena", {.end = most, .first = 0, .count = 1}),
      false_run("gigabytes that were never written", {.end = std::uint64_t{4} << 30, .first = 0, .count = 1}),
      false_run("an item beyond the task", {.end = 2, .first = 2, .count = 1}),
      false_run("an item twice", {.end = 2, .first = 1, .count = 1}),
      false_run("a count that wraps", {.end = 2, .first = 0, .count = ~std::uint32_t{0}}),
      false_run("a failure that has no head", {.end = 2, .first = 0, .count = 0}),
      {"a second report of the same task", strings(),
       [](ScriptedWorker& worker) {
         write_strings(worker);
         worker.push(first_report);
         worker.push(first_report);
       }},
      {"an item in two parts", strings(),
       [](ScriptedWorker& worker) {
         write_strings(worker);
         worker.push({.task = 1, .kind = ReportKind::part, .block = 1, .runs = 1});
         worker.push({.task = 1, .kind = ReportKind::finished, .block = 2, .runs = 2});
       }},
      {"a failure that only the host may tell", strings(),
       [](ScriptedWorker& worker) {
         const auto end = worker.put_failure(0, static_cast<std::uint32_t>(Ending::returned), "");
         worker.put_run(0, {.end = end, .first = 0, .count = 0});
         worker.push({.task = 1, .kind = ReportKind::part, .block = 1, .runs = 1});
       }},
      {"a value where results lie in place", numbers(),
       [](ScriptedWorker& worker) {
         write_strings(worker);
         worker.push({.task = 1, .kind = ReportKind::finished, .block = 1, .runs = 1});
       }},
      {"a ring that is longer than it is", strings(),
       [](ScriptedWorker& worker) { worker.channel().reports.head = limits::report_slots + 1; }},
      {"a ring that runs backwards", strings(),
       [](ScriptedWorker& worker) { worker.channel().reports.head = most; }},
  };
  return all;
}

}  // namespace

TEST_CASE("a true report ends its items with their values") {
  ScriptedWorker worker{strings()};
  write_strings(worker);
  worker.push(first_report);
  CHECK(worker.drain());
  CHECK(worker.life().tasks.size() == 1);
  const auto pieces = worker.pieces();
  REQUIRE(pieces.size() == 1);
  CHECK(pieces[0].count == 2);
  CHECK(text_of(pieces[0]) == "abc");
  CHECK(pieces[0].ends == std::vector<std::uint64_t>{2, 3});
}

TEST_CASE("every lie in a report is found, and all that the liar held ends with it, once") {
  for (const Lie& lie : lies()) {
    CAPTURE(lie.what);
    ScriptedWorker worker{lie.facts};
    const std::size_t held = worker.life().tasks.size();
    REQUIRE(held == 2);
    lie.tell(worker);
    CHECK_FALSE(worker.drain());
    CHECK(worker.life().lied);
    // Nothing that it says later counts.
    worker.push({.task = 1, .kind = ReportKind::finished, .block = 1});
    CHECK_FALSE(worker.drain());
    worker.start(1, 2);
    CHECK(worker.die(SIGKILL));
    CHECK(worker.job().all_ended());
    std::uint64_t next = 0;
    for (const Piece& piece : worker.pieces()) {
      CHECK(piece.first == next);
      next += piece.count;
      for (const Failure& failure : piece.failures) {
        CHECK(failure.ending == Ending::crashed);
        CHECK(failure.signal == SIGKILL);
        CHECK(failure.what == "the worker was killed: it wrote an impossible report");
      }
    }
    CHECK(next == 4);
  }
}

TEST_CASE("a worker that says its tasks' ring is full lies") {
  ScriptedWorker worker{strings(), {.items = 6, .chunk = 2}};
  CHECK_FALSE(worker.life().lied);
  worker.channel().tasks.tail = ~std::uint64_t{0} / 2;
  worker.life().send(worker.life().tasks.front().job, *worker.job().take(1));
  CHECK(worker.life().lied);
  CHECK(worker.die(SIGKILL));
  CHECK(worker.failures().size() == 6);
}

TEST_CASE("a false account at a death: all of it is dropped, and what may have run ends") {
  struct Account {
    const char* what;
    std::function<void(transport::Progress&)> write;
  };
  const std::vector<Account> accounts{
      {"runs beyond the task", [](auto& progress) { progress.runs = 3; }},
      {"a block beyond the arena", [](auto& progress) { progress.offset = limits::arena_bytes; }},
      {"a block that wraps", [](auto& progress) { progress.offset = ~std::uint64_t{63}; }},
  };
  for (const Account& account : accounts) {
    CAPTURE(account.what);
    ScriptedWorker worker{strings()};
    write_strings(worker);
    worker.start(1, 1);
    worker.channel().progress.block = 1;
    worker.channel().progress.runs = 2;
    account.write(worker.channel().progress);
    CHECK(worker.die());
    const auto failures = worker.failures();
    REQUIRE(failures.size() == 4);
    for (const Failure& failure : failures)
      CHECK(failure.signal == SIGSEGV);
    CHECK(failures[0].what == "the worker left an account of its items that is not possible");
  }
}

TEST_CASE("a true account at a death: what ended is kept, the one that ran ends, the rest runs again") {
  ScriptedWorker worker{strings(), {.items = 6, .chunk = 3}};
  worker.put_run(0, {.end = 2, .first = 0, .count = 1});
  std::memcpy(worker.arena().data() + transport::run_table_bytes(3), "ab", 2);
  worker.start(1, 1);
  worker.channel().progress.block = 1;
  worker.channel().progress.runs = 1;
  CHECK(worker.die());
  const auto pieces = worker.pieces();
  REQUIRE(pieces.size() == 2);
  CHECK(text_of(pieces[0]) == "ab");
  REQUIRE(pieces[1].failures.size() == 1);
  CHECK(pieces[1].failures[0].index == 1);
  CHECK(worker.job().waiting_items() == 4);
}

TEST_CASE("items that a function passed over without a result end, also when it is pure") {
  for (const bool pure : {false, true}) {
    CAPTURE(pure);
    JobFacts facts = strings();
    facts.pure = pure;
    ScriptedWorker worker{facts, {.items = 4, .chunk = 4}};
    worker.start(1, 2);
    CHECK(worker.die());
    const auto failures = worker.failures();
    REQUIRE(failures.size() == (pure ? 2 : 3));
    for (const std::size_t i : {0U, 1U})
      CHECK(failures[i].what == "the function ended without a result for this item");
    CHECK(worker.job().waiting_items() == (pure ? 2 : 1));
  }
}

TEST_CASE(
    "workers that die while they tidy up are no job's fault; one that has run nothing has nothing to tidy") {
  for (const bool has_run : {true, false}) {
    CAPTURE(has_run);
    ScriptedWorker worker{numbers()};
    worker.life().finished_a_task = has_run;
    worker.channel().worker.ready = 1;
    worker.channel().progress.tidying = 7;
    const std::uint64_t items = worker.job().waiting_items();
    for (unsigned i = 0; i <= limits::barren_deaths_max; ++i) {
      CHECK_FALSE(worker.die());
      worker.send_more();
    }
    CHECK(worker.failures().size() == (has_run ? 0 : 4));
    CHECK(worker.job().waiting_items() == (has_run ? items : 0));
  }
}

TEST_CASE("progress that points anywhere blames some item of the task, and no other") {
  for (const std::uint64_t ended :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, ~std::uint64_t{0}}) {
    for (const std::uint64_t current : {std::uint64_t{0}, std::uint64_t{2}, ~std::uint64_t{1}}) {
      CAPTURE(ended);
      ScriptedWorker worker{numbers()};
      worker.start(1, ended);
      worker.channel().progress.current = current;
      CHECK(worker.die());
      CHECK(worker.failures().size() == (ended < 2 ? 1 : 0));
      CHECK(worker.job().progress().ended + worker.job().waiting_items() == 4);
    }
  }
}

TEST_CASE("results that the worker did not come to print are printed here, whatever they are") {
  ScriptedWorker worker{printed_numbers()};
  const transport::Mapping outputs{worker.memory().file(Region::outputs), limits::outputs_bytes,
                                   transport::Access::read_write};
  std::memset(outputs.data(), 0xff, 16);
  worker.start(1, 2);
  CHECK(worker.die());
  const auto pieces = worker.pieces();
  REQUIRE(pieces.size() == 2);
  CHECK(text_of(pieces[0]) == "\"NaN\"\n");
}

}  // namespace prong::pool
