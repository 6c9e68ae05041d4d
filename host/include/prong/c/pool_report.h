/* What a pool tells of itself: its workers, and what of its sandbox is in force. */
#ifndef PRONG_C_POOL_REPORT_H
#define PRONG_C_POOL_REPORT_H

#include <prong/c/pool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct prong_worker_statistics {
  uint32_t struct_size;
  int32_t pid;
  uint64_t items; /* that ended in this life of the worker */
  uint64_t busy_ns;
} prong_worker_statistics;

/* Since the pool began, as of one moment. */
typedef struct prong_pool_statistics {
  uint32_t struct_size;
  uint32_t workers_wanted; /* see prong_pool_resize */
  uint64_t items;          /* that ended, of all jobs */
  uint64_t failures;       /* of these, those that did not return */
  uint64_t respawns;       /* workers that took the place of one that had ended */
  uint64_t worker_count;   /* alive now */
  const prong_worker_statistics* const* workers;
} prong_pool_statistics;

/* [any thread] */
PRONG_C_API PRONG_C_NODISCARD prong_pool_statistics* prong_pool_get_statistics(const prong_pool* pool,
                                                                               prong_error** error);
PRONG_C_API void prong_pool_statistics_free(prong_pool_statistics* statistics);

/* One thing that is to be impossible, or bounded, for a worker. */
typedef struct prong_sandbox_layer {
  uint32_t struct_size;
  uint32_t in_force;  /* not 0: it was tried in a worker, and did not work */
  const char* name;   /* "network"; stable */
  const char* detail; /* what was tried, and what came of it */
} prong_sandbox_layer;

typedef struct prong_sandbox_report {
  uint32_t struct_size;
  uint32_t level; /* enum prong_sandbox */
  uint64_t layer_count;
  const prong_sandbox_layer* const* layers; /* the same ones at each level */
} prong_sandbox_report;

/* [any thread] [blocks] until a worker has tried */
PRONG_C_API PRONG_C_NODISCARD prong_sandbox_report* prong_pool_get_sandbox_report(const prong_pool* pool,
                                                                                  prong_error** error);
PRONG_C_API void prong_sandbox_report_free(prong_sandbox_report* report);

#ifdef __cplusplus
}
#endif

#endif
