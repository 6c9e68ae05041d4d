/* What came of consecutive items of a call: their results, and the failures among them. */
#ifndef PRONG_C_RESULTS_H
#define PRONG_C_RESULTS_H

#include <prong/c/error.h>
#include <prong/c/failure.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Items [first, first + count) of a job, numbered as the job numbers them. They hold their memory, also when
 * job and pool are gone. They do not change. All of their functions: [any thread] [never blocks] */
typedef struct prong_results prong_results;

PRONG_C_API void prong_results_free(prong_results* results);
PRONG_C_API uint64_t prong_results_first(const prong_results* results);
PRONG_C_API uint64_t prong_results_count(const prong_results* results);

/* Those that did not return, in rising order of their index. Precondition: failure < the count. */
PRONG_C_API uint64_t prong_results_failure_count(const prong_results* results);
PRONG_C_API const prong_failed_item* prong_results_failure(const prong_results* results, uint64_t failure);
/* How that item failed; NULL: it returned, or is none of these items. */
PRONG_C_API const prong_failed_item* prong_results_failed_item(const prong_results* results, uint64_t item);

/* The encoded result of an item. data is NULL when the item failed or is none of these, and when results are
 * PRONG_TEXT, of which lines are no more to be told apart: prong_results_piece has them. */
PRONG_C_API prong_view prong_results_value(const prong_results* results, uint64_t item);

/* PRONG_RAW: all results side by side, as those of one prong_map are, without a copy: what a failed item left
 * there is unspecified. data is NULL when they are none, or do not lie so. */
PRONG_C_API prong_view prong_results_raw(const prong_results* results);

/* Which build of which plugin a call was pinned to when it began. */
typedef struct prong_plugin_build {
  uint32_t struct_size;
  uint32_t reserved;
  const char* module;
  const char* version;  /* as the plugin's author says */
  const char* build_id; /* hexadecimal; empty: the file has none */
  const char* file;
} prong_plugin_build;

/* Of all of these items. NULL: there are none, or nothing is known of it. */
PRONG_C_API const prong_plugin_build* prong_results_build(const prong_results* results);

/* Results as they came, in pieces: some consecutive items whose results lie together. */
typedef struct prong_piece {
  uint32_t struct_size;
  uint32_t encoding; /* never PRONG_NATIVE */
  uint64_t first;    /* items [first, first + count) */
  uint64_t count;
  /* PRONG_RAW: `count` results, one every `stride` bytes. PRONG_VIEWS, PRONG_MSGPACK: the values of items
   * that returned, one after the other. PRONG_JSON, PRONG_TEXT: one line, newline included, for each of
   * these. PRONG_TEXT of a result function: as it is, when it is empty or ends with a newline. */
  prong_view bytes;
  uint64_t stride;
  /* PRONG_VIEWS, PRONG_MSGPACK: for each of `count` items the end of its value in bytes, where the next one
   * begins. Else NULL. */
  const uint64_t* ends;
} prong_piece;

PRONG_C_API uint64_t prong_results_piece_count(const prong_results* results);
/* In input order. Precondition: piece < the count. */
PRONG_C_API const prong_piece* prong_results_piece(const prong_results* results, uint64_t piece);

#ifdef __cplusplus
}
#endif

#endif
