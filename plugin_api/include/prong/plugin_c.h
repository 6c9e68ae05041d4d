/* The layer over <prong/plugin.h> for plugins in C: exported names and notes, made of the functions' own
 * names.
 *
 *   #include <prong/plugin_c.h>
 *   static int32_t twice(const prong_batch* batch) { … }
 *   static int32_t sum(const prong_batch* batch) { … }
 *   PRONG_C_MODULE((acme, stats), "Sums", "1.0.0", "MIT");
 *   PRONG_C_MAP((acme, stats), twice, twice, "x twice", "f64", (x, "f64"));
 *   PRONG_C_RESULT((acme, stats), twice, sum, "The sum", "f64", (results, "[f64]"));
 *
 * The module `acme.stats` is written (acme, stats), in at most 8 parts. A line has the name that callers use,
 * the C function, a description, the type of the result, and at most 8 parameters with their types
 * (docs/values.md). Descriptions have no quotes and no backslashes. Needs C11 and the assembler of GNU or of
 * clang.
 */
#ifndef PRONG_PLUGIN_C_H
#define PRONG_PLUGIN_C_H

#include <prong/plugin.h>

#include <string.h>

/* Before item i starts: when it ends the process, Prong knows which one it was. */
static inline void prong_begin(const prong_batch* batch, uint64_t i) {
  __atomic_store_n(batch->progress, i, __ATOMIC_RELEASE);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* After the last item of a map function. */
static inline void prong_end(const prong_batch* batch) { prong_begin(batch, batch->count); }

/* Ends item i with a failure. `type`: what kind of error; `what`: a sentence for a reader. */
static inline void prong_fail(const prong_batch* batch, uint64_t i, const char* type, const char* what) {
  const prong_failure failure = {sizeof failure, 0, {type, strlen(type)}, {what, strlen(what)}};
  batch->fail(batch, i, &failure);
}

#define PRONG_C_MODULE(module, description, version, license)                                                \
  PRONG_C_NOTE(prong_note_of_module,                                                                         \
               "\"kind\":\"module\",\"module\":\"" PRONG_C_DOTTED module "\",\"description\":\"" description \
               "\",\"version\":\"" version "\",\"license\":\"" license "\"")

#define PRONG_C_MAP(module, name, function, doc, result_type, ...) \
  PRONG_C_FUNCTION("5mapfn", map, "false", module, name, function, doc, result_type, __VA_ARGS__)

/* Of a function whose result depends on its arguments alone and that does nothing else. */
#define PRONG_C_MAP_PURE(module, name, function, doc, result_type, ...) \
  PRONG_C_FUNCTION("5mapfn", map, "true", module, name, function, doc, result_type, __VA_ARGS__)

#define PRONG_C_RESULT(module, name, function, doc, result_type, ...) \
  PRONG_C_FUNCTION("8resultfn", result, "false", module, name, function, doc, result_type, __VA_ARGS__)

/* From here on, nothing is for plugins. */

#define PRONG_C_FUNCTION(root, kind, pure, module, name, function, doc, result_type, ...)                    \
  __attribute__((used)) static const prong_function prong_keep_##kind##_##name = function;                   \
  PRONG_C_NOTE(prong_note_of_##kind##_##name,                                                                \
               "\"kind\":\"" #kind "\",\"function\":\"" PRONG_C_DOTTED module "." #name                      \
               "\",\"params\":[" PRONG_C_EACH(PRONG_C_PARAMETER, ",",                                        \
                                              __VA_ARGS__) "],\"result\":\"" result_type "\",\"pure\":" pure \
                                                           ",\"state\":false,\"doc\":\"" doc "\"");          \
  PRONG_C_EXPORT(#function ", _ZN" root ", " PRONG_C_LISTED module ", " #name)

#define PRONG_C_DOTTED(...) PRONG_C_EACH(PRONG_C_TEXT, ".", __VA_ARGS__)
#define PRONG_C_LISTED(...) PRONG_C_EACH(PRONG_C_TEXT, ", ", __VA_ARGS__)
#define PRONG_C_TEXT(token) #token
#define PRONG_C_VALUE(token) PRONG_C_TEXT(token)
#define PRONG_C_PARAMETER(pair) PRONG_C_PARAMETER_ pair
#define PRONG_C_PARAMETER_(name, type) "{\"name\":\"" #name "\",\"type\":\"" type "\"}"

/* An ELF note; notes lie side by side, each beginning at a multiple of 4. */
#define PRONG_C_NOTE(variable, members)                                                  \
  PRONG_C_NOTE_(variable, "{\"abi\":[" PRONG_C_VALUE(PRONG_ABI_MAJOR) "," PRONG_C_VALUE( \
                              PRONG_ABI_MINOR) "]," members "}")
#define PRONG_C_NOTE_(variable, json)                                                               \
  __attribute__((section(".note.prong"), used, aligned(4))) PRONG_C_UNCHECKED static const struct { \
    uint32_t sizes[3];                                                                              \
    char name[8];                                                                                   \
    char text[(sizeof(json) + 2) / 4 * 4];                                                          \
  } variable = {{sizeof "prong", sizeof(json) - 1, PRONG_NOTE_TYPE}, "prong", json}
#if defined(__clang__)
#define PRONG_C_UNCHECKED __attribute__((no_sanitize("address")))
#else
#define PRONG_C_UNCHECKED
#endif

/* The function's second name, as C++ would mangle it: the assembler goes from segment to segment and puts the
 * length in front of each. `list`: the function, what the name begins with, the
 * segments. */
#define PRONG_C_EXPORT(list)                                                                \
  __asm__(                                                                                  \
      ".altmacro\n"                                                                         \
      ".macro prong_export prong_of, prong_as, prong_part, prong_more:vararg\n"             \
      ".ifb \\prong_part\n"                                                                 \
      ".globl \\prong_as\\()EPK11prong_batch\n"                                             \
      ".type \\prong_as\\()EPK11prong_batch, STT_FUNC\n"                                    \
      ".set \\prong_as\\()EPK11prong_batch, \\prong_of\n"                                   \
      ".else\n"                                                                             \
      ".set .Lprong_length, 0\n"                                                            \
      ".irpc prong_letter, \\prong_part\n"                                                  \
      ".set .Lprong_length, .Lprong_length + 1\n"                                           \
      ".endr\n"                                                                             \
      "prong_append \\prong_of, \\prong_as, %.Lprong_length, \\prong_part, \\prong_more\n"  \
      ".endif\n"                                                                            \
      ".endm\n"                                                                             \
      ".macro prong_append prong_of, prong_as, prong_size, prong_part, prong_more:vararg\n" \
      "prong_export \\prong_of, \\prong_as\\()\\prong_size\\()\\prong_part, \\prong_more\n" \
      ".endm\n"                                                                             \
      "prong_export " list                                                                  \
      "\n"                                                                                  \
      ".purgem prong_export\n"                                                              \
      ".purgem prong_append\n"                                                              \
      ".noaltmacro\n")

/* make(one), with `between` between them, of 1 to 8. */
#define PRONG_C_EACH(make, between, ...)                                                                  \
  PRONG_C_NINTH(__VA_ARGS__, PRONG_C_8, PRONG_C_7, PRONG_C_6, PRONG_C_5, PRONG_C_4, PRONG_C_3, PRONG_C_2, \
                PRONG_C_1, )(make, between, __VA_ARGS__)
#define PRONG_C_NINTH(a, b, c, d, e, f, g, h, ninth, ...) ninth
#define PRONG_C_1(make, between, one) make(one)
#define PRONG_C_2(make, between, one, ...) make(one) between PRONG_C_1(make, between, __VA_ARGS__)
#define PRONG_C_3(make, between, one, ...) make(one) between PRONG_C_2(make, between, __VA_ARGS__)
#define PRONG_C_4(make, between, one, ...) make(one) between PRONG_C_3(make, between, __VA_ARGS__)
#define PRONG_C_5(make, between, one, ...) make(one) between PRONG_C_4(make, between, __VA_ARGS__)
#define PRONG_C_6(make, between, one, ...) make(one) between PRONG_C_5(make, between, __VA_ARGS__)
#define PRONG_C_7(make, between, one, ...) make(one) between PRONG_C_6(make, between, __VA_ARGS__)
#define PRONG_C_8(make, between, one, ...) make(one) between PRONG_C_7(make, between, __VA_ARGS__)

#endif
