// What becomes of a small host (small_host.cpp) when system calls of its pool go wrong:
//   call_sweep fail|fail-forked host|zygote|worker [STRIDE [FIRST]]
//       the k-th call that can fail of such a process does, for k = FIRST (1), FIRST + STRIDE, … until all
//       have been made. The host's include those of the process that makes the zygote, which is an executable
//       of its own, or a fork.
//   call_sweep lasting      every such call of one kind fails in every process: a shortage that lasts
//   call_sweep missing      the same for what an older system does not have
//   call_sweep descriptors  no process may have more than so many open files, from 4 to 60
//   call_sweep kill [STRIDE [FIRST]]
//       the host is killed at the k-th call of any process
// Each time everything ends by itself, under a watchdog, nothing is left, and the host is content. Exit
// status 77 when the machine forbids tracing.
#include "failing_calls.hpp"
#include "small_host_marks.hpp"
#include "stepped_process.hpp"
#include "traced_tree.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prong::test {

namespace {

constexpr int status_skipped = 77;
// Longer than every limit of an engine's wait together (limits.hpp: zygote_time, shutdown_time).
constexpr std::chrono::seconds watchdog{20};

struct Range {
  std::uint64_t first = 1;
  std::uint64_t stride = 1;
  std::vector<std::string> host{PRONG_TEST_SMALL_HOST};  // its command
};

// Counts the calls between the host's first two marks that the judge has a verdict for, and gives it at one.
class Ambush {
 public:
  using Judge = std::function<Verdict(const SystemCall&)>;  // pass: not one to be counted
  Ambush(Judge judge, std::uint64_t at) : judge_{std::move(judge)}, at_{at} {}

  Verdict operator()(const SystemCall& call) {
    if (call.role == Role::host && call.number == mark_begin) begun_ = true;
    if (call.role == Role::host && call.number == mark_end) over_ = true;
    if (!begun_ || over_ || hit_) return {};
    const Verdict verdict = judge_(call);
    if (verdict.kind == Verdict::Kind::pass || ++seen_ != at_) return {};
    hit_ = fmt::format("{} of the {}", name_of_call(call), name_of(call.role));
    return verdict;
  }

  [[nodiscard]] const std::optional<std::string>& hit() const { return hit_; }

 private:
  Judge judge_;
  std::uint64_t at_;
  std::uint64_t seen_ = 0;
  bool begun_ = false;
  bool over_ = false;
  std::optional<std::string> hit_;
};

std::set<std::string> shared_memory_names() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{"/dev/shm"})
    names.insert(entry.path().filename());
  return names;
}

// What is wrong with an end; empty: nothing.
std::string complaint_of_all(const TreeEnd& end) {
  std::string complaint;
  for (const Role role : end.killed)
    complaint += fmt::format("a {} had not ended after {} s; ", name_of(role), watchdog.count());
  return complaint;
}

std::string complaint_of_host(const TreeEnd& end) {
  std::string complaint = complaint_of_all(end);
  if (WIFSIGNALED(end.status))
    complaint += fmt::format("the host was killed by signal {}; ", WTERMSIG(end.status));
  const bool content = WIFEXITED(end.status) && WEXITSTATUS(end.status) == 0;
  const bool one_line = end.output.ends_with('\n') && end.output.find('\n') == end.output.size() - 1;
  if (!content || !one_line) complaint += "it printed: " + end.output;
  return complaint;
}

TreeEnd run_ambushed(const Range& range, Ambush& ambush) {
  TracedTree tree{range.host, [&](const SystemCall& call) { return ambush(call); }};
  return tree.run(watchdog);
}

// Every call between the marks fails for which `error_of` has an error.
TreeEnd run_without(const std::function<int(const SystemCall&)>& error_of) {
  bool between = false;
  TracedTree tree{{PRONG_TEST_SMALL_HOST, "--once"}, [&](const SystemCall& call) -> Verdict {
                    if (call.role == Role::host && call.number == mark_begin) between = true;
                    if (call.role == Role::host && call.number == mark_end) between = false;
                    const int error = between ? error_of(call) : 0;
                    return {.kind = error != 0 ? Verdict::Kind::fail : Verdict::Kind::pass, .error = error};
                  }};
  return tree.run(watchdog);
}

struct Totals {
  std::uint64_t points = 0;
  std::uint64_t told = 0;
  std::uint64_t wrong = 0;
};

void complain(Totals& totals, const std::string& where, const std::string& what, const TreeEnd& end) {
  ++totals.wrong;
  fmt::print("{}: {}\n{}", where, what, end.errors);
  std::fflush(stdout);
}

// One host for each point, until there are no more.
template <class Complaint>
Totals sweep(const Range& range, const Ambush::Judge& judge, const Complaint& complaint_of) {
  Totals totals;
  for (std::uint64_t at = range.first;; at += range.stride) {
    Ambush ambush{judge, at};
    const TreeEnd end = run_ambushed(range, ambush);
    if (!ambush.hit()) return totals;
    ++totals.points;
    if (end.output.starts_with("told: ")) ++totals.told;
    const std::string complaint = complaint_of(end);
    if (!complaint.empty()) complain(totals, fmt::format("point {}, {}", at, *ambush.hit()), complaint, end);
  }
}

int fail_each(Role role, const Range& range) {
  const auto judge = [&](const SystemCall& call) -> Verdict {
    const bool counts = call.role == role || (role == Role::host && call.role == Role::launcher);
    const int error = counts ? error_of_shortage(call) : 0;
    return {.kind = error != 0 ? Verdict::Kind::fail : Verdict::Kind::pass, .error = error};
  };
  const Totals totals = sweep(range, judge, complaint_of_host);
  fmt::print("{} system calls of the {} failed, one at a time: {} times the caller was told, {} went wrong\n",
             totals.points, name_of(role), totals.told, totals.wrong);
  return totals.wrong == 0 && totals.points > 0 ? 0 : 1;
}

int kill_at_each(const Range& range) {
  const std::set<std::string> before = shared_memory_names();
  const auto judge = [](const SystemCall&) -> Verdict { return {.kind = Verdict::Kind::kill_host}; };
  const Totals totals = sweep(range, judge, [&](const TreeEnd& end) {
    std::string complaint = complaint_of_all(end);
    if (!WIFSIGNALED(end.status)) complaint += "the host was not killed; ";
    if (!end.output.empty()) complaint += "it printed: " + end.output;
    for (const std::string& name : shared_memory_names()) {
      if (!before.contains(name)) complaint += fmt::format("/dev/shm/{} is left; ", name);
    }
    return complaint;
  });
  fmt::print("the host was killed at {} system calls: {} times something was left\n", totals.points,
             totals.wrong);
  return totals.wrong == 0 && totals.points > 0 ? 0 : 1;
}

// It works without, or says what is missing.
int lack_each() {
  std::uint64_t wrong = 0;
  for (std::size_t i = 0; i < lack_count; ++i) {
    const auto lack = static_cast<Lack>(i);
    Totals totals;
    const TreeEnd end = run_without([&](const SystemCall& call) { return error_where_lacking(call, lack); });
    std::string complaint = complaint_of_host(end);
    if (end.output != "right\n" && end.output.find(name_of(lack)) == std::string::npos)
      complaint += "it was not named: " + end.output;
    if (!complaint.empty()) complain(totals, std::string{name_of(lack)}, complaint, end);
    wrong += totals.wrong;
    fmt::print("without {}: {}", name_of(lack), end.output);
  }
  return wrong == 0 ? 0 : 1;
}

// A shortage that lasts for as long as the pool.
void fail_for_ever(const std::string& name, Totals& totals,
                   const std::function<int(const SystemCall&)>& error_of) {
  const TreeEnd end = run_without(error_of);
  ++totals.points;
  if (end.output.starts_with("told: ")) ++totals.told;
  const std::string complaint = complaint_of_host(end);
  if (!complaint.empty()) complain(totals, name, complaint, end);
  fmt::print("{}: {}", name, end.output);
}

int fail_all_for_ever() {
  Totals totals;
  for (const std::uint64_t number : calls_that_can_fail()) {
    fail_for_ever(name_of_call({.number = number}), totals, [&](const SystemCall& call) {
      const int error = call.number == number ? error_of_shortage(call) : 0;
      return error != EINTR ? error : 0;  // no shortage
    });
  }
  fail_for_ever("the zygote's clone", totals, [](const SystemCall& call) {
    const bool forks = call.role == Role::zygote && name_of_call(call) == "clone";
    return forks ? error_of_shortage(call) : 0;
  });
  fmt::print("{} kinds of system calls failed for ever: {} times the caller was told, {} went wrong\n",
             totals.points, totals.told, totals.wrong);
  return totals.wrong == 0 && totals.told > 0 ? 0 : 1;
}

int limit_descriptors() {
  constexpr unsigned first = 4;  // the dynamic linker's, beside the standard streams
  constexpr unsigned last = 60;
  Totals totals;
  for (unsigned count = first; count <= last; ++count) {
    TracedTree tree{
        {"/bin/sh", "-c", fmt::format("ulimit -n {}; exec \"$0\" --once", count), PRONG_TEST_SMALL_HOST},
        [](const SystemCall&) { return Verdict{}; }};
    const TreeEnd end = tree.run(watchdog);
    ++totals.points;
    if (end.output.starts_with("told: ")) ++totals.told;
    const std::string complaint = complaint_of_host(end);
    if (!complaint.empty()) complain(totals, fmt::format("{} descriptors", count), complaint, end);
  }
  fmt::print("{} limits of open files: {} times the caller was told, {} went wrong\n", totals.points,
             totals.told, totals.wrong);
  return totals.wrong == 0 && totals.told > 0 && totals.told < totals.points ? 0 : 1;
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

int usage() {
  fmt::print(stderr,
             "usage: call_sweep fail|fail-forked host|zygote|worker [STRIDE [FIRST]]\n"
             "       call_sweep missing\n"
             "       call_sweep lasting\n"
             "       call_sweep descriptors\n"
             "       call_sweep kill [STRIDE [FIRST]]\n");
  return 2;
}

int run(std::vector<std::string_view> words) {
  if (words.empty()) return usage();
  const std::string_view what = words[0];
  const bool fails = what == "fail" || what == "fail-forked";
  const std::size_t numbers_at = fails ? 2 : 1;
  if (words.size() < numbers_at || words.size() > numbers_at + 2) return usage();
  Range range;
  if (words.size() > numbers_at) range.stride = number_in(words[numbers_at]);
  if (words.size() > numbers_at + 1) range.first = number_in(words[numbers_at + 1]);
  if (range.stride == 0 || range.first == 0) return usage();
  if (what == "missing") return lack_each();
  if (what == "lasting") return fail_all_for_ever();
  if (what == "descriptors") return limit_descriptors();
  if (what == "kill") return kill_at_each(range);
  if (!fails) return usage();
  if (what == "fail-forked") range.host.emplace_back("--fork");
  for (const Role role : {Role::host, Role::zygote, Role::worker}) {
    if (words[1] == name_of(role)) return fail_each(role, range);
  }
  return usage();
}

}  // namespace

}  // namespace prong::test

int main(int count, char** arguments) {
  try {
    return prong::test::run({arguments + 1, arguments + count});
  } catch (const prong::test::CannotTrace& error) {
    fmt::print("skipped: {}\n", error.what());
    return prong::test::status_skipped;
  }
}
