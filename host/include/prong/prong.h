/* Prong for programs in C: a pool of worker processes that run plugin functions, by name. C11, and C++.
 *
 * The same library as <prong/prong.hpp>, whose comments and docs/embedding.md say what options do. A program
 * makes a registry and a pool, calls functions over encoded items, and reads encoded results:
 *
 *   prong_error* error = NULL;
 *   prong_registry* registry = prong_registry_new(NULL, &error);
 *   prong_pool* pool = prong_pool_new(registry, NULL, &error);
 *
 *   const double xs[] = {1, 2, 3};
 *   const prong_call call = {
 *       .struct_size = sizeof call, .function = "examples.square", .item_encoding = PRONG_RAW};
 *   const prong_items items = {.struct_size = sizeof items, .bytes = xs, .size = sizeof xs, .count = 3};
 *   prong_results* results = prong_map(pool, &call, &items, &error);
 *   const double* ys = prong_results_raw(results).data;
 *
 * Rules that hold for every declaration:
 *
 * Who may call, and when, stands in brackets. [any thread]: any number of them at once, also with one handle.
 * [one thread]: one at a time for each handle. [blocks]: until what is said, else it returns soon. [never
 * blocks]: not even for a lock that is held for long. All may be called in callbacks, and none in a signal
 * handler. In a child that the program forks, a pool and its jobs are PRONG_STATUS_USAGE_ERROR, and freeing
 * them does nothing.
 *
 * Nothing throws. What may fail takes a `prong_error**` last: <prong/c/error.h>.
 *
 * Who gets a pointer to a type without `const` owns it, and frees it with the function named after it, which
 * also takes NULL. What a pointer to const points to belongs to the handle that gave it, and lives as long.
 * Handles are freed in any order. Arguments are read during the call alone, unless it is said.
 *
 * Strings are UTF-8 and end with NUL; none is NULL unless it is said.
 *
 * A struct whose first member is struct_size grows at its end. In those that the program fills, struct_size
 * is sizeof(the struct), and what is left zero is the default. In those that the library gives, a member that
 * is newer than version 1 may be read when struct_size covers it. Other structs stay as they are.
 */
#ifndef PRONG_PRONG_H
#define PRONG_PRONG_H

#include <prong/c/base.h>
#include <prong/c/call.h>
#include <prong/c/error.h>
#include <prong/c/failure.h>
#include <prong/c/job.h>
#include <prong/c/modules.h>
#include <prong/c/pool.h>
#include <prong/c/pool_report.h>
#include <prong/c/registry.h>
#include <prong/c/results.h>

#endif
