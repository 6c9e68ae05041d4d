/* What plugins have compiled into themselves of a plugin.h, as a table. Included behind one, by two files. */
#include <stddef.h>
#include <stdint.h>

#define OFFSET(type, member) {#type "." #member, offsetof(type, member)}
#define SIZE(type) {"sizeof " #type, sizeof(type)}
#define VALUE(name) {#name, (size_t)(name)}

struct layout_fact {
  const char* name;
  size_t value;
};

/* Structs that have no struct_size lie in arrays or in other structs, and keep their size too. */
#define LAYOUT_FACTS                                                                                      \
  VALUE(PRONG_ABI_MAJOR), VALUE(PRONG_NOTE_TYPE), VALUE(PRONG_RAW), VALUE(PRONG_VIEWS),                   \
      VALUE(PRONG_MSGPACK), VALUE(PRONG_EXACT), SIZE(prong_view), OFFSET(prong_view, data),               \
      OFFSET(prong_view, size), SIZE(prong_bound), OFFSET(prong_bound, name), OFFSET(prong_bound, value), \
      OFFSET(prong_bound, encoding), OFFSET(prong_failure, struct_size), OFFSET(prong_failure, type),     \
      OFFSET(prong_failure, what), SIZE(prong_state), OFFSET(prong_state, object),                        \
      OFFSET(prong_state, destroy), OFFSET(prong_batch, struct_size), OFFSET(prong_batch, abi_major),     \
      OFFSET(prong_batch, abi_minor), OFFSET(prong_batch, function), OFFSET(prong_batch, count),          \
      OFFSET(prong_batch, first_index), OFFSET(prong_batch, indices), OFFSET(prong_batch, item_encoding), \
      OFFSET(prong_batch, item_stride), OFFSET(prong_batch, items), OFFSET(prong_batch, views),           \
      OFFSET(prong_batch, bound), OFFSET(prong_batch, bound_count), OFFSET(prong_batch, result_encoding), \
      OFFSET(prong_batch, result_stride), OFFSET(prong_batch, flags), OFFSET(prong_batch, results),       \
      OFFSET(prong_batch, progress), OFFSET(prong_batch, cancel), OFFSET(prong_batch, seed),              \
      OFFSET(prong_batch, item_nanoseconds), OFFSET(prong_batch, state), OFFSET(prong_batch, context),    \
      OFFSET(prong_batch, fail), OFFSET(prong_batch, emit), {NULL, 0}
