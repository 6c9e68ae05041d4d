// What is known of a death, put together: the zygote's word, the dying worker's, and what the system counted.
#pragma once

#include "pool/worker_life.hpp"

#include <memory>
#include <string>

namespace prong::pool {

// How whatever ran in this worker has ended; its item is left to the caller. Reports have no names yet.
[[nodiscard]] Failure death_of(const WorkerLife& worker, const ExitStatus& status);

// The report with the task's item at `place`.
[[nodiscard]] std::shared_ptr<const CrashReport> with_input(CrashReport report, const TaskInFlight& task,
                                                            std::uint64_t place);

// The reason of a crash in a few words, with the place: "nothing is mapped at 0x0, at stats::parse(double) in
// stats.so". Empty: nothing but the signal is known.
[[nodiscard]] std::string reason_of(int signal, int worker, const CrashReport& report);

// What to add to it when the plugin's file was written over since the call began, and not replaced: then the
// worker ran what is no plugin any more. Else empty.
[[nodiscard]] std::string overwriting_words(const JobFacts& facts);

}  // namespace prong::pool
