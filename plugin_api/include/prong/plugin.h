/* The C ABI of a Prong plugin: what a worker hands to a plugin's function, and what the function may do.
 *
 * A plugin is one shared object. It exports one function per map or result function, under the name that the
 * Itanium C++ mangling gives to `mapfn::MODULE::FUNCTION(const prong_batch*)` or
 * `resultfn::MODULE::FUNCTION(const prong_batch*)`, and describes each in an ELF note (docs/plugin-abi.md).
 * This header has no dependency and compiles as C11 and C++. The C++ layer over it is <prong/plugin.hpp>.
 *
 * Who may call: everything here is for [worker] code, on the thread that called the plugin's function [plugin
 * thread], during that call. All pointers in a batch are the worker's and are valid until the call returns.
 */
#ifndef PRONG_PLUGIN_H
#define PRONG_PLUGIN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A worker loads a plugin when the majors are equal and the plugin's minor is not newer than its own. */
#define PRONG_ABI_MAJOR 1
#define PRONG_ABI_MINOR 0

/* ELF note: owner "prong", this type, section ".note.prong", descriptor = JSON text in UTF-8 without NUL. */
#define PRONG_NOTE_TYPE 1

/* How values lie in memory. */
enum prong_encoding {
  PRONG_RAW = 1,   /* fixed size: a C struct of scalars in declaration order, padding zero, host byte order */
  PRONG_VIEWS = 2, /* one str or bytes value per item: its bytes, no terminator */
  PRONG_MSGPACK = 3 /* one MessagePack value per item */
};

typedef struct prong_view {
  const void* data; /* never NULL, also when size is 0; not aligned */
  uint64_t size;    /* bytes */
} prong_view;

/* One argument that is bound for the whole job. */
typedef struct prong_bound {
  const char* name;  /* the parameter's name, NUL-terminated */
  prong_view value;  /* in `encoding`; PRONG_RAW values have their type's size and are aligned to 16 bytes */
  uint32_t encoding; /* enum prong_encoding */
  uint32_t reserved; /* 0 */
} prong_bound;

/* Why one item failed. Text is UTF-8 by convention, is copied by the callee and may be cut by it. */
typedef struct prong_failure {
  uint32_t struct_size; /* sizeof(prong_failure) */
  uint32_t reserved;    /* 0 */
  prong_view type;      /* what kind of error, as "std::domain_error" */
  prong_view what;      /* the sentence for a reader */
} prong_failure;

/* What a function keeps between the batches of one job in one worker (a compiled expression, an opened
 * model). Zeroed before the job's first batch. The worker calls `destroy(object)`, when both are set, after
 * the job's last batch; not when the worker dies. When that has not returned after the time that plugins have
 * for loading (10 s, unless the host says otherwise), the worker is killed; the job keeps its results. */
typedef struct prong_state {
  void* object;
  void (*destroy)(void* object);
} prong_state;

/* Flags of a batch. */
enum prong_batch_flags {
  PRONG_EXACT =
      1u /* store the progress before every item, also in a pure function: a culprit is being sought */
};

/* One call's work. The function reads it and changes only what the pointers named "out" below point to.
 * Fields are only ever appended: read a field that a newer minor added only when struct_size covers it. */
typedef struct prong_batch {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor;
  const char* function; /* qualified name, "stats.square", NUL-terminated */

  /* Items. A result function receives all results of the map as one batch. */
  uint64_t count;          /* items in this batch; 0 is possible for a result function only */
  uint64_t first_index;    /* index, in the caller's input, of item 0 */
  const uint64_t* indices; /* NULL: item i has index first_index + i; else indices[i] */
  uint32_t item_encoding;  /* enum prong_encoding */
  uint32_t item_stride;    /* PRONG_RAW: bytes from one item to the next */
  const void* items;       /* PRONG_RAW: the first item, aligned as its type; else NULL */
  const prong_view* views; /* PRONG_VIEWS, PRONG_MSGPACK: `count` of them; else NULL */

  /* Arguments bound for the job. When there are any, an item is the first parameter alone. */
  const prong_bound* bound;
  uint32_t bound_count;

  /* Results. */
  uint32_t result_encoding; /* enum prong_encoding */
  uint32_t result_stride;   /* PRONG_RAW: bytes from one result to the next; else 0 */
  uint32_t flags;           /* enum prong_batch_flags */
  void* results; /* out, PRONG_RAW: room for `count` results (one, for a result function), aligned as
                    their type; padding must be written as zero; else NULL */

  /* Out, never NULL: the number of items that have ended. Store i (atomically, release order, and a compiler
   * barrier behind it) before item i starts, and `count` after the last; a function whose note says "pure"
   * may do so once every 256 items. When the worker dies, the host blames the item found here. A result
   * function may leave it alone. */
  uint64_t* progress;

  /* Never NULL. Non-zero once the caller does not want the rest any more. Reading it is optional; a function
   * that stops because of it leaves the progress where it is. */
  const uint32_t* cancel;

  /* Seeds random numbers: mix it with an item's index, and a run is the same whatever the scheduling. */
  uint64_t seed;

  /* Out, or NULL when nobody asked: nanoseconds that each item took. */
  uint64_t* item_nanoseconds;

  prong_state* state; /* in, out: see prong_state */
  void* context;      /* the worker's own */

  /* Ends item `item` (0 <= item < count) with a failure. Call before the progress moves past the item. */
  void (*fail)(const struct prong_batch* batch, uint64_t item, const prong_failure* failure);

  /* Ends item `item` with a result of PRONG_VIEWS or PRONG_MSGPACK; the bytes are copied (data may be NULL
   * when size is 0). Items are emitted in rising order, each at most once; item 0 is the one result of a
   * result function. Returns 0; another value says that the result was not taken, that the item has ended as
   * a failure, and that the next may start. */
  int32_t (*emit)(const struct prong_batch* batch, uint64_t item, const void* data, uint64_t size);
} prong_batch;

/* A map or result function. Ends every item through `results`, `emit` or `fail`. Returns 0. Any other value
 * fails every item that has not ended. Must not let an exception or a longjmp out. */
typedef int32_t (*prong_function)(const prong_batch* batch);

#ifdef __cplusplus
}
#endif

#endif
