// The figures of docs/performance.md, by what they are about. Each prints some.
#pragma once

#include <prong/prong.hpp>

namespace prong::bench {

void arrays(Pool& pool);                   // large arrays of numbers, beside oneTBB
void small_calls(Pool& pool);              // one call, and very small tasks, beside the floor
void texts(Pool& pool);                    // strings, and one large value
void births(const Registry& registry);     // of pools, and of workers in place of killed ones
void scaling(const Registry& registry);    // what a chunk costs as items and workers grow
void uneven(Pool& pool);                   // items of very different length, beside the best schedule
void vectorised(const char* plugin_file);  // a pure function through the plugin's door, beside a loop

}  // namespace prong::bench
