// Signals and their codes (sigaction(2)) in words.
#include "pool/death_account.hpp"

#include "pool/shown_input.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>
#include <utility>

namespace prong::pool {

namespace {

std::string fault_words(int signal, int code, std::uint64_t address) {
  if (signal == SIGSEGV) {
    if (code == SEGV_MAPERR) return fmt::format("nothing is mapped at {:#x}", address);
    if (code == SEGV_ACCERR) return fmt::format("no permission for what is mapped at {:#x}", address);
    return fmt::format("memory at {:#x} (code {})", address, code);
  }
  if (signal == SIGBUS) {
    if (code == BUS_ADRALN) return fmt::format("an address that is not aligned, {:#x}", address);
    if (code == BUS_ADRERR)
      return fmt::format("no memory behind {:#x}, as when a mapped file is cut", address);
    return fmt::format("memory at {:#x} (code {})", address, code);
  }
  if (signal == SIGFPE) {
    constexpr std::array words{"integer division by zero",        "integer overflow",
                               "floating-point division by zero", "floating-point overflow",
                               "floating-point underflow",        "floating-point result that is not exact",
                               "invalid floating-point operation"};
    const auto at = static_cast<std::size_t>(code) - FPE_INTDIV;
    return at < words.size() ? words[at] : fmt::format("arithmetic (code {})", code);
  }
  return fmt::format("an instruction that cannot be executed, at {:#x}", address);
}

// Nobody calls abort() by its signal's name.
std::string sent_words(int signal, int worker, const CrashReport& report) {
  if (report.sender == 0 || (report.sender == worker && signal == SIGABRT)) return "";
  if (report.sender == worker) return "raised by the worker itself";
  return fmt::format("sent by process {}", report.sender);
}

std::string signal_words(int signal, int worker, const CrashReport& report) {
  if (report.stack_overflow) return fmt::format("the stack is used up, at {:#x}", report.address.value_or(0));
  if (report.address) return fault_words(signal, report.code, *report.address);
  if (signal == SIGSEGV && report.code == SI_KERNEL) return "an address that no memory can have";
  if (signal == SIGSYS && report.code > 0) return "a system call that is not allowed";
  return sent_words(signal, worker, report);
}

// Of the C and C++ libraries: what runs there was called by somebody.
bool is_of_system(const Frame& frame) {
  constexpr std::array names{"libc.so",  "libstdc++.so", "libgcc_s.so",   "libm.so",
                             "ld-linux", "linux-vdso",   "libpthread.so", "libc++"};
  const std::string_view path = frame.file;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::ranges::any_of(names, [&](std::string_view one) { return name.starts_with(one); });
}

// Where to look first.
std::string place_words(const std::vector<Frame>& frames) {
  if (frames.empty()) return "";
  const auto own =
      std::ranges::find_if(frames, [](const Frame& one) { return !one.file.empty() && !is_of_system(one); });
  return "at " + (own == frames.end() ? frames.front() : *own).to_string();
}

bool has_report(Ending ending) {
  return ending == Ending::crashed || ending == Ending::exited || ending == Ending::timed_out;
}

std::shared_ptr<const CrashReport> report_of(const WorkerLife& worker, const ExitStatus& status) {
  CrashReport report;
  if (!worker.killed_for && status.signalled)
    report = worker.told_crash(status.number).value_or(CrashReport{});
  report.peak_memory = status.peak_memory;
  report.out_of_memory = status.out_of_memory;
  report.core = status.core;
  return std::make_shared<const CrashReport>(std::move(report));
}

}  // namespace

std::string reason_of(int signal, int worker, const CrashReport& report) {
  switch (report.out_of_memory) {
    case OutOfMemory::certain:
      return "out of memory";
    case OutOfMemory::probable:
      return "probably out of memory: the system killed some process for that";
    case OutOfMemory::no:
      break;
  }
  std::string words = signal_words(signal, worker, report);
  const std::string place = place_words(report.frames);
  if (!words.empty() && !place.empty()) words += ", ";
  return words + place;
}

std::string overwriting_words(const JobFacts& facts) {
  struct stat status{};
  if (!facts.build || ::stat(facts.build->file.c_str(), &status) != 0) return "";
  const registry::FileIdentity now = registry::identity_of(status);
  const registry::FileIdentity& then = facts.identity;
  if (now.device != then.device || now.inode != then.inode) return "";
  if (now.size == then.size && now.mtime_ns == then.mtime_ns) return "";
  return facts.build->file.filename().string() + " was written over since the call began";
}

Failure death_of(const WorkerLife& worker, const ExitStatus& status) {
  Failure failure = worker.killed_for.value_or(Failure{});
  failure.worker = worker.pid;
  failure.output = worker.output.tail();
  if (worker.killed_for && has_report(failure.ending)) failure.crash = report_of(worker, status);
  if (worker.killed_for) return failure;
  failure.ending = !status.known ? Ending::lost : status.signalled ? Ending::crashed : Ending::exited;
  if (!status.known) failure.what = "the zygote died, and the worker with it";
  (status.signalled ? failure.signal : failure.exit_code) = status.number;
  if (!status.known) return failure;
  failure.crash = report_of(worker, status);
  if (status.signalled) failure.what = reason_of(status.number, worker.pid, *failure.crash);
  const bool exceeded = failure.crash->out_of_memory == OutOfMemory::certain && !worker.memory_excess.empty();
  if (exceeded) failure.what += ": " + worker.memory_excess;
  return failure;
}

std::shared_ptr<const CrashReport> with_input(CrashReport report, const TaskInFlight& task,
                                              std::uint64_t place) {
  auto [text, is_cut] = shown_input(task.job->facts(), task.range, place);
  report.input = std::move(text);
  report.is_input_cut = is_cut;
  return std::make_shared<const CrashReport>(std::move(report));
}

}  // namespace prong::pool
