/* Why a call could not be made. How an item ends is no error: <prong/c/failure.h>. */
#ifndef PRONG_C_ERROR_H
#define PRONG_C_ERROR_H

#include <prong/c/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Later versions may add some. */
enum prong_status {
  PRONG_STATUS_OK = 0,
  PRONG_STATUS_CANNOT_FIND = 1, /* no module or no function of that name */
  PRONG_STATUS_REFUSED = 2,     /* a file was found and cannot be used: prong_error_code says why */
  PRONG_STATUS_MISMATCH = 3,    /* signatures, encodings or bound arguments do not fit the function */
  PRONG_STATUS_USAGE_ERROR = 4, /* wrong whatever the function: an option, a NULL, a pool that was closed */
  PRONG_STATUS_TIMED_OUT = 5,   /* what was waited for has not come in time; no prong_error goes with it */
  PRONG_STATUS_POOL_BROKEN = 6, /* the pool cannot start or go on */
  PRONG_STATUS_NO_MEMORY = 7,   /* of this process */
  PRONG_STATUS_FAILED = 8       /* anything else */
};

/* A value of its own, which no other call changes. [one thread]
 *
 * A function that takes `prong_error** error` fails in one of two ways: one that returns a pointer returns
 * NULL, one that returns a status returns another than PRONG_STATUS_OK. Then, unless `error` is NULL, *error
 * is a new error for the program to free; what *error was before is not looked at. When the function
 * succeeds, *error stays as it is. */
typedef struct prong_error prong_error;

PRONG_C_API void prong_error_free(prong_error* error);
PRONG_C_API enum prong_status prong_error_status(const prong_error* error);
/* A sentence that says what was wrong, where, and what to do. */
PRONG_C_API const char* prong_error_message(const prong_error* error);
/* Of PRONG_STATUS_REFUSED: stable, kebab-case, "writable-by-others"; docs/refusals.md lists them. Else empty.
 */
PRONG_C_API const char* prong_error_code(const prong_error* error);

#ifdef __cplusplus
}
#endif

#endif
