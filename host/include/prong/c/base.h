/* What all of the C interface needs: its version, encodings, and bytes that others wrote. */
#ifndef PRONG_C_BASE_H
#define PRONG_C_BASE_H

#include <prong/plugin.h> /* prong_view, enum prong_encoding */

#include <stdint.h>

#define PRONG_C_API __attribute__((visibility("default")))
#define PRONG_C_NODISCARD __attribute__((warn_unused_result))

/* Of this header. A library with this SONAME has all that is in headers up to prong_c_api_version(). */
#define PRONG_C_API_VERSION 1

#ifdef __cplusplus
extern "C" {
#endif

/* Of the library that is loaded. [any thread] [never blocks] */
PRONG_C_API uint32_t prong_c_api_version(void);
PRONG_C_API const char* prong_version(void); /* "0.1.0" */

/* How values are written, besides PRONG_RAW, PRONG_VIEWS and PRONG_MSGPACK: docs/values.md. */
enum prong_host_encoding {
  PRONG_NATIVE = 0, /* of results only: whichever of those three the function's result type has */
  PRONG_JSON = 4,   /* one JSON text */
  PRONG_TEXT = 5    /* a str or bytes as it is (a result: a str alone), any other type as JSON */
};

/* What a plugin, a worker or a file may have written: not always UTF-8, and there may be NULs in it. Another
 * NUL follows. */
typedef struct prong_text {
  const char* data; /* never NULL */
  uint64_t size;    /* bytes, without the last NUL */
} prong_text;

#ifdef __cplusplus
}
#endif

#endif
