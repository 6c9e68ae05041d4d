/* Calls: a function's name, encoded items, and how the results are to be encoded. */
#ifndef PRONG_C_CALL_H
#define PRONG_C_CALL_H

#include <prong/c/error.h>
#include <prong/c/pool.h>
#include <prong/c/results.h>

#ifdef __cplusplus
extern "C" {
#endif

enum prong_function_kind { PRONG_FUNCTION_MAP = 0, PRONG_FUNCTION_RESULT = 1 };

/* What to run, and how items and results are written. */
typedef struct prong_call {
  uint32_t struct_size;
  uint32_t kind;        /* enum prong_function_kind */
  const char* function; /* "stats.square" */
  /* Arguments given once for the whole job; none of them repeats a name. */
  const prong_argument* bound;
  uint64_t bound_count;
  uint32_t item_encoding;   /* PRONG_RAW, PRONG_VIEWS, PRONG_MSGPACK, PRONG_JSON or PRONG_TEXT */
  uint32_t result_encoding; /* the same, or PRONG_NATIVE, the default */
  /* The types that the program means, "f64", "(f64, i32)"; NULL: whatever the function's are. */
  const char* item_signature;
  const char* result_signature;
  uint64_t chunk_size;   /* items a worker takes at once; 0: adapts to the time that items take */
  uint64_t seed;         /* for functions that draw random numbers */
  uint64_t timeout_ns;   /* what one item may take from its start, before its worker is killed; 0: for ever */
  uint32_t retries;      /* how often an item is run again that threw, crashed, exited or timed out */
  uint32_t unordered;    /* not 0: prong_job_next gives results as they come, not in input order */
  uint64_t window_bytes; /* prong_job_push waits while so many bytes are on their way; 0: it never waits */
} prong_call;

/* Consecutive items in the call's encoding. What lies in memory of the pool (prong_pool_allocate, results of
 * its calls) is not copied: it must stay as it is until the call has ended. */
typedef struct prong_items {
  uint32_t struct_size;
  uint32_t gap; /* bytes after each item that are no part of it, as the newline of a line */
  const void* bytes;
  uint64_t size;
  uint64_t count;
  /* Every encoding but PRONG_RAW: count + 1 of them; item i is bytes[offsets[i]] to bytes[offsets[i + 1] -
   * gap]. */
  const uint64_t* offsets;
  /* The indices that functions are told of each item, `count` of them; NULL: consecutive ones, from
   * first_index, when has_first_index is not 0, else from the number of items that the job had before. */
  const uint64_t* indices;
  uint64_t first_index;
  uint32_t has_first_index;
  uint32_t reserved; /* 0 */
} prong_items;

/* Runs the function over all items: one ending for each, in input order. [any thread] [blocks] until all have
 * ended */
PRONG_C_API PRONG_C_NODISCARD prong_results* prong_map(prong_pool* pool, const prong_call* call,
                                                       const prong_items* items, prong_error** error);

/* Calls the result function `call->function` with the results of a map, which were encoded natively; those of
 * items that failed are left out. One result. Of `call`, the item's encoding and signature and the kind are
 * not looked at. [any thread] [blocks] until it has ended */
PRONG_C_API PRONG_C_NODISCARD prong_results* prong_reduce(prong_pool* pool, const prong_call* call,
                                                          const prong_results* mapped, prong_error** error);

/* How values of a type are written natively: PRONG_RAW, PRONG_VIEWS or PRONG_MSGPACK; 0 when the signature is
 * none. [any thread] [never blocks] */
PRONG_C_API uint32_t prong_native_encoding(const char* signature);

#ifdef __cplusplus
}
#endif

#endif
