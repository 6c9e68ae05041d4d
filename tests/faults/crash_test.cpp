// What is told of a crash: signal, address, place, input, memory; true, named, and no more than there is.
#include "fixture.hpp"

#include <sys/resource.h>

#include <fstream>
#include <optional>

namespace prong::test {

namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PRONG_TEST_SANITIZED 1
#endif
#endif
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define PRONG_TEST_THREAD_SANITIZED 1
#endif
#endif
#ifdef PRONG_TEST_THREAD_SANITIZED
constexpr bool thread_sanitized = true;
#else
constexpr bool thread_sanitized = false;
#endif
#ifdef PRONG_TEST_SANITIZED
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

// Of item 1 among three, the others of which returned.
Failure crash_of(Pool& pool, std::string_view function) {
  CAPTURE(function);
  const auto outcomes = pool.map_outcomes<double>(function, std::vector<double>{0, 1, 0}, {.chunk_size = 3});
  REQUIRE(outcomes.size() == 3);
  REQUIRE(outcomes.failures().size() == 1);
  const Failure failure = outcomes.failures()[0];
  CHECK(failure.index == 1);
  CHECK(failure.ending == Ending::crashed);
  REQUIRE(failure.crash);
  CHECK(failure.crash->input == "1");
  CHECK_FALSE(failure.crash->is_input_cut);
  CHECK(failure.crash->peak_memory > 100'000);
  CHECK(failure.crash->out_of_memory == OutOfMemory::no);
  CHECK(failure.crash->core.empty());
  return failure;
}

// The places of these functions in the backtrace, which are there in this order.
std::vector<std::size_t> places_of(const std::vector<Frame>& frames, const std::vector<std::string>& names) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) {
    CAPTURE(name);
    const auto from = frames.begin() + static_cast<std::ptrdiff_t>(places.empty() ? 0 : places.back() + 1);
    const auto found =
        std::find_if(from, frames.end(), [&](const Frame& one) { return one.function.starts_with(name); });
    REQUIRE(found != frames.end());
    CHECK(found->file.ends_with("/crashers.so"));
    CHECK(found->build_id.size() == 40);
    CHECK(found->offset > 0);
    places.push_back(static_cast<std::size_t>(found - frames.begin()));
  }
  return places;
}

bool is_at(const Failure& failure, std::string_view words) {
  CAPTURE(failure.message());
  return failure.what.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a crash is told with its address, and with the calls that led there, by name") {
  PoolFixture pool;
  const Failure failure = crash_of(*pool, "crashers.nested");
  CHECK(failure.signal == SIGSEGV);
  CHECK(failure.crash->code == SEGV_MAPERR);
  CHECK(failure.crash->address == 0);
  CHECK(failure.crash->sender == 0);
  CHECK_FALSE(failure.crash->stack_overflow);
  CHECK(failure.what == "nothing is mapped at 0x0, at crashers::write_to(int volatile*) in crashers.so");
  const auto places = places_of(failure.crash->frames, {"crashers::write_to(", "crashers::go_down(",
                                                        "crashers::go_down(", "crashers::go_down("});
  CHECK(places == std::vector<std::size_t>{0, 1, 2, 3});
  // Prong's own calls are not the plugin's affair.
  for (const Frame& frame : failure.crash->frames)
    CHECK(frame.function.find("prong::worker") == std::string::npos);
  const auto details = failure.details();
  REQUIRE(details.size() > 3);
  CHECK(details[0] == "input: 1");
  CHECK(details[1] == "#0 crashers::write_to(int volatile*) in crashers.so");
  CHECK(details.back().starts_with("peak memory: "));
}

TEST_CASE("a function of C goes by its own name, also where that would be a type's") {
  PoolFixture pool;
  const Failure failure = crash_of(*pool, "crashers.in_c");
  REQUIRE_FALSE(failure.crash->frames.empty());
  CHECK(failure.crash->frames[0].function == "i");
}

TEST_CASE("a second crash at a place whose names are known needs no worker") {
  PoolFixture pool{{.workers = 1}};
  const Failure first = crash_of(*pool, "crashers.nested");
  const auto before = pool->statistics();
  const Failure second = crash_of(*pool, "crashers.nested");
  CHECK(second.crash->frames.size() == first.crash->frames.size());
  CHECK(second.what == first.what);
  CHECK(pool->statistics().respawns == before.respawns + 1);
}

TEST_CASE("the kinds of crashes are told apart") {
  PoolFixture pool;
  CHECK(is_at(crash_of(*pool, "crashers.forbidden"), "no permission for what is mapped at 0x"));
  CHECK(crash_of(*pool, "crashers.behind_the_end").crash->code == BUS_ADRERR);
  CHECK(is_at(crash_of(*pool, "crashers.behind_the_end"),
              "as when a mapped file is cut, at crashers::write_to("));
#if defined(__x86_64__)
  const Failure misaligned = crash_of(*pool, "crashers.misaligned");
  CHECK(misaligned.signal == SIGBUS);
  // That sanitizer's own handler comes before ours, and is not aligned either.
  if (!thread_sanitized) CHECK(misaligned.crash->code == BUS_ADRALN);
#endif
  const Failure trap = crash_of(*pool, "crashers.undefined_instruction");
  CHECK(trap.signal == SIGILL);
  CHECK(is_at(trap, "an instruction that cannot be executed, at 0x"));
  const Failure aborted = crash_of(*pool, "culprits.call_abort");
  CHECK(aborted.signal == SIGABRT);
  CHECK(aborted.crash->sender == aborted.worker);
  if (!sanitized) CHECK(is_at(aborted, "culprits"));  // which has an abort() of its own
  CHECK_FALSE(aborted.crash->address);
  const auto divided = pool->map_outcomes<double>("culprits.divide", std::vector<std::int64_t>{1});
  CHECK(is_at(divided.failures().at(0), "integer division by zero, at "));
}

TEST_CASE("a call to nowhere shows who made it") {
  if (sanitized) return;  // their check of the call reads what lies before the function, and crashes itself
  PoolFixture pool;
  const Failure failure = crash_of(*pool, "crashers.wild_call");
  REQUIRE(failure.crash->frames.size() >= 2);
  CHECK(failure.crash->frames[0].address == 0);
  CHECK(failure.crash->frames[0].file.empty());
  CHECK(failure.crash->frames[1].file.ends_with("/crashers.so"));
  CHECK(is_at(failure, "nothing is mapped at 0x0, at "));
}

TEST_CASE("recursion without end is a stack that is used up") {
  if (sanitized) return;  // their frames are larger, and their stacks other ones
  PoolFixture pool;
  const Failure failure = crash_of(*pool, "crashers.overflow");
  CHECK(failure.signal == SIGSEGV);
  CHECK(failure.crash->stack_overflow);
  CHECK(failure.what.starts_with("the stack is used up, at 0x"));
  CHECK(failure.crash->frames.size() == 64);
  CHECK(failure.details().size() < 30);
}

TEST_CASE("what a plugin does to signals costs the report, and never the ending") {
  if (sanitized) return;
  PoolFixture pool;
  const Failure silent = crash_of(*pool, "crashers.without_signal_stack");
  CHECK(silent.signal == SIGSEGV);
  CHECK(silent.crash->frames.empty());
  CHECK(silent.what.empty());
  const auto exited = pool->map_outcomes<double>("crashers.own_handler", std::vector<double>{1});
  CHECK(exited.failures().at(0).ending == Ending::exited);
  CHECK(exited.failures().at(0).exit_code == 3);
  // Its stack cannot be walked, and the first fault is the one that counts.
  const Failure broken = crash_of(*pool, "crashers.broken_stack");
  CHECK(broken.signal == SIGSEGV);
  REQUIRE(broken.crash->address);
}

TEST_CASE("a crash in a thread is the worker's; one in a child of it is not") {
  PoolFixture pool;
  const Failure failure = crash_of(*pool, "crashers.in_thread");
  places_of(failure.crash->frames, {"crashers::write_to(", "crashers::go_down("});
  CHECK(pool->apply<double>("crashers.in_child", 1.0) == SIGSEGV);
}

TEST_CASE("who sent a signal is told") {
  PoolFixture pool;
  const Failure failure = crash_of(*pool, "crashers.sent");
  CHECK(failure.crash->sender > 0);
  CHECK(failure.crash->sender != failure.worker);
  CHECK(failure.what.starts_with("sent by process " + std::to_string(failure.crash->sender)));
  CHECK_FALSE(failure.crash->address);
}

TEST_CASE("inputs are shown as JSON, whatever they were, and cut when they are long") {
  PoolFixture pool;
  const auto shown = [&](std::string_view function, const auto& item) {
    const auto outcomes = pool->map_outcomes<typename std::conditional_t<
        std::is_same_v<std::decay_t<decltype(item)>, std::string>, std::string, double>>(function,
                                                                                         std::vector{item});
    REQUIRE(outcomes.failures().size() == 1);
    return *outcomes.failures()[0].crash;
  };
  CHECK(shown("crashers.nested", 0.5).input == "0.5");
  CHECK(shown("crashers.text", std::string{"a\"\n"}).input == R"("a\"\n")");
  CHECK(shown("crashers.pair", std::tuple{std::int64_t{7}, std::string{"seven"}}).input == R"([7,"seven"])");
  const CrashReport cut = shown("crashers.text", std::string(100'000, 'x'));
  CHECK(cut.is_input_cut);
  CHECK(cut.input.size() < 300);
  CHECK(cut.input.starts_with("\"xxx"));
}

TEST_CASE("a worker that exits, or is too slow, is told with input and memory too") {
  PoolFixture pool;
  const auto exited = pool->map_outcomes<double>("culprits.call_exit", std::vector<double>{5});
  REQUIRE(exited.failures().at(0).crash);
  CHECK(exited.failures()[0].crash->input == "5");
  CHECK(exited.failures()[0].crash->peak_memory > 100'000);
  const auto slow = pool->map_outcomes<double>("crashers.wait", std::vector<double>{2},
                                               {.timeout = std::chrono::milliseconds{50}});
  CHECK(slow.failures().at(0).ending == Ending::timed_out);
  REQUIRE(slow.failures()[0].crash);
  CHECK(slow.failures()[0].crash->input == "2");
  CHECK(slow.failures()[0].crash->frames.empty());
}

TEST_CASE("peak memory is that of the worker") {
  if (sanitized) return;
  PoolFixture pool{{.workers = 1}};
  const double megabytes = pool->apply<double>("crashers.fill", 100.0);
  CHECK(megabytes == 100);
  CHECK(crash_of(*pool, "crashers.nested").crash->peak_memory > 100'000'000);
}

TEST_CASE("a kill by hand is not told as one for lack of memory") {
  PoolFixture pool;
  const Failure failure = crash_of(*pool, "culprits.kill_self");
  CHECK(failure.signal == SIGKILL);
  CHECK(failure.what.empty());
  CHECK(failure.crash->frames.empty());
}

TEST_CASE("a constructor that crashes is told with its place") {
  if (sanitized) return;
  const CheckReport report = check_plugin(culprits() / "loads_crash.so");
  REQUIRE(report.findings.size() == 1);
  CAPTURE(report.findings[0].found);
  CHECK(report.findings[0].found.find("SIGSEGV: raised by the worker itself, at ") != std::string::npos);
}

TEST_CASE("a function of the program itself is named too") {
  Registry functions;
  functions.define("crash_here", [](double x) {
    volatile double* volatile nowhere = nullptr;
    if (x != 0) *nowhere = x;
    return x;
  });
  Pool pool{functions, forked()};
  const auto outcomes = pool.map_outcomes<double>("crash_here", std::vector<double>{1});
  const Failure& failure = outcomes.failures().at(0);
  REQUIRE(failure.crash);
  REQUIRE_FALSE(failure.crash->frames.empty());
  CHECK(failure.crash->frames[0].file == std::filesystem::read_symlink("/proc/self/exe").native());
  CHECK_FALSE(failure.crash->frames[0].function.empty());
}

TEST_CASE("core dumps go where they are wanted, or the pool says why not") {
  if (sanitized) return;
  const Folder folder;
  std::string pattern;
  std::getline(std::ifstream{"/proc/sys/kernel/core_pattern"}, pattern);
  rlimit limit{};
  ::getrlimit(RLIMIT_CORE, &limit);
  const bool possible = limit.rlim_max != 0 && pattern.find_first_of("|/@") == std::string::npos;
  const PoolOptions options{.workers = 1, .core_directory = folder.path};
  if (!possible) {
    CHECK_THROWS_AS(Pool(registry(), options), UsageError);
    return;
  }
  Pool pool{registry(), options};
  for (int round = 0; round < 2; ++round) {
    const auto outcomes = pool.map_outcomes<double>("crashers.nested", std::vector<double>{1});
    const Failure& failure = outcomes.failures().at(0);
    REQUIRE(failure.crash);
    CHECK(failure.crash->core == folder.path / ("core." + std::to_string(failure.worker)));
    CHECK(std::filesystem::file_size(failure.crash->core) > 10'000);
  }
  // Nothing but these.
  CHECK(std::distance(std::filesystem::directory_iterator{folder.path}, {}) == 2);
  CHECK_THROWS_AS(Pool(registry(), {.core_directory = "/nonexistent/cores"}), UsageError);
}

}  // namespace prong::test
