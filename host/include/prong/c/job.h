/* Jobs: calls whose items may come bit by bit, and whose results may come later. */
#ifndef PRONG_C_JOB_H
#define PRONG_C_JOB_H

#include <prong/c/call.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct prong_job prong_job;

/* A job without items. Finds and loads the function first, on its first use in this pool; [blocks] for that.
 * Once it is there, every item ends exactly once. [any thread] */
PRONG_C_API PRONG_C_NODISCARD prong_job* prong_open(prong_pool* pool, const prong_call* call,
                                                    prong_error** error);
/* The same with all of its items: prong_open, prong_job_push, prong_job_finish. */
PRONG_C_API PRONG_C_NODISCARD prong_job* prong_submit(prong_pool* pool, const prong_call* call,
                                                      const prong_items* items, prong_error** error);
/* Cancels what has not ended, unless the job was detached. [any thread] [never blocks] */
PRONG_C_API void prong_job_free(prong_job* job);

/* Appends items. [any thread] [blocks] while the call's window is full */
PRONG_C_API enum prong_status prong_job_push(prong_job* job, const prong_items* items, prong_error** error);
/* No more items come. Idempotent. [any thread] */
PRONG_C_API enum prong_status prong_job_finish(prong_job* job, prong_error** error);

#define PRONG_FOREVER UINT64_MAX

/* The next results, in input order unless the call is unordered. *results is NULL when every item of a
 * finished job was handed over. PRONG_STATUS_TIMED_OUT when nothing has come in time. [any thread] [blocks]
 * for at most timeout_ns; PRONG_FOREVER: until there is something */
PRONG_C_API enum prong_status prong_job_next(prong_job* job, uint64_t timeout_ns, prong_results** results,
                                             prong_error** error);
/* Finishes the job; all results that prong_job_next has not given, in input order. [any thread] [blocks]
 * until every item has ended */
PRONG_C_API PRONG_C_NODISCARD prong_results* prong_job_collect(prong_job* job, prong_error** error);
/* Until every item of the finished job has ended; else PRONG_STATUS_TIMED_OUT. [any thread] [blocks] for at
 * most timeout_ns */
PRONG_C_API enum prong_status prong_job_wait(prong_job* job, uint64_t timeout_ns, prong_error** error);

/* Calls done(context) once, when every item of the finished job has ended, on the pool's callback thread; at
 * once when they have; in this call when the pool has ended. Callbacks of a pool run one at a time, in the
 * order in which jobs end, and may call everything, also prong_pool_free. A job that was freed calls it when
 * it has ended. [any thread] */
PRONG_C_API enum prong_status prong_job_when_done(prong_job* job, void (*done)(void* context), void* context,
                                                  prong_error** error);

/* Items that have not ended become PRONG_ENDING_CANCELLED: one that runs is asked to stop, and soon stopped
 * with its worker, which is replaced. [any thread] [never blocks] */
PRONG_C_API enum prong_status prong_job_cancel(prong_job* job, prong_error** error);
/* The same, but what runs goes on to its end. */
PRONG_C_API enum prong_status prong_job_drain(prong_job* job, prong_error** error);
/* The same as cancel for one item. Nothing when it has ended. */
PRONG_C_API enum prong_status prong_job_cancel_item(prong_job* job, uint64_t item, prong_error** error);
/* The job goes on when it is freed, and what its items return is dropped. */
PRONG_C_API enum prong_status prong_job_detach(prong_job* job, prong_error** error);

/* How far a job is, as of one moment. */
typedef struct prong_job_progress {
  uint32_t struct_size; /* in: sizeof(prong_job_progress) */
  uint32_t finished;    /* not 0: no more items come */
  uint64_t pushed;      /* items */
  uint64_t ended;       /* of these, however they ended */
  uint64_t failed;      /* of these, those that did not return */
  uint64_t handed_over; /* of the ended ones */
} prong_job_progress;

/* Fills *progress in. [any thread] [never blocks] */
PRONG_C_API enum prong_status prong_job_get_progress(prong_job* job, prong_job_progress* progress,
                                                     prong_error** error);

#ifdef __cplusplus
}
#endif

#endif
