// The figures of docs/performance.md, by what they are about. Each prints some.
#pragma once

#include <prong/prong.hpp>

namespace prong::bench {

void arrays(Pool& pool);                   // large arrays of numbers, beside oneTBB
void small_calls(Pool& pool);              // one call, and very small tasks, beside the floor
void texts(Pool& pool);                    // strings, and one large value
void births(const Registry& registry);     // of pools, and of workers in place of killed ones
void sandboxes(const Registry& registry);  // what the strict one adds
void scaling(const Registry& registry);    // what a chunk costs as items and workers grow
void uneven(Pool& pool);                   // items of very different length, beside the best schedule
void vectorised(const char* plugin_file);  // a pure function through the plugin's door, beside a loop

// Of a pool's only worker: killed, until its replacement took a task.
[[nodiscard]] double replacement_ms(Pool& pool);

}  // namespace prong::bench
