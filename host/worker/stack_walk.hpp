// Which calls a thread is in, written into a crash record from inside a signal handler: no allocation, no
// lock of the dynamic linker's.
#pragma once

#include "transport/crash_record.hpp"

#include <ucontext.h>

#include <cstdint>

namespace prong::worker {

// Walks once for nothing, so that all functions it needs are bound, and learns this program's name. [zygote]
void prepare_stack_walk() noexcept;

// From the instruction in `context` outwards, up to calls whose frames lie at `end` or above, and without the
// calls of Prong's that are outermost then. UINTPTR_MAX: all of them. May fault when the stack is not as it
// should be: what was written before stays. [worker] [signal handler]
void walk_stack(ucontext_t& context, std::uintptr_t end, transport::CrashRecord& record) noexcept;

}  // namespace prong::worker
