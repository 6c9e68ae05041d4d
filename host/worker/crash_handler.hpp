// What a worker says of its own crash: a handler for the signals that crashes raise, which writes a record
// for the host and then lets the process die as it would have.
#pragma once

#include "transport/crash_record.hpp"

namespace prong::worker {

// Looks up what the handler may not: where the stack ends, how this program is called. Its workers inherit
// it. [zygote] once
void prepare_crash_handler() noexcept;

// From here on crashes of any thread are written into `record`, which stays. `core_directory`: where to
// make a folder to dump core in; empty: no matter. [worker] once, before any plugin is loaded. A plugin that
// installs handlers of its own, or takes the signal stack away, gets what it asked for: it dies without a
// record.
void report_crashes(transport::CrashRecord& record, const char* core_directory) noexcept;

}  // namespace prong::worker
