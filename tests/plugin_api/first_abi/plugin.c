/* The module `first_abi`: a plugin in C that was built against the first header. It uses all of it, reads
 * nothing that is newer, and has to work for ever. Not to be changed. */
#include "prong/plugin.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
EXPORT int32_t half(const prong_batch* batch) __asm__("_ZN5mapfn9first_abi4halfEPK11prong_batch");
EXPORT int32_t sum(const prong_batch* batch) __asm__("_ZN8resultfn9first_abi4halfEPK11prong_batch");
EXPORT int32_t repeat(const prong_batch* batch) __asm__("_ZN5mapfn9first_abi6repeatEPK11prong_batch");
EXPORT int32_t count(const prong_batch* batch) __asm__("_ZN5mapfn9first_abi5countEPK11prong_batch");

static void announce(const prong_batch* batch, uint64_t item) {
  __atomic_store_n(batch->progress, item, __ATOMIC_RELEASE);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static int is_known(const prong_batch* batch) {
  return batch->struct_size >= sizeof(prong_batch) && batch->abi_major == PRONG_ABI_MAJOR &&
         batch->function != NULL && batch->progress != NULL && batch->cancel != NULL;
}

static void fail(const prong_batch* batch, uint64_t item, const char* type, const char* what) {
  const prong_failure failure = {sizeof failure, 0, {type, strlen(type)}, {what, strlen(what)}};
  batch->fail(batch, item, &failure);
}

/* Raw to raw; a failure for an item. */
int32_t half(const prong_batch* batch) {
  if (!is_known(batch) || batch->item_encoding != PRONG_RAW || batch->result_encoding != PRONG_RAW) return 1;
  const char* items = batch->items;
  char* results = batch->results;
  for (uint64_t i = 0; i < batch->count; ++i) {
    announce(batch, i);
    int64_t x;
    memcpy(&x, items + i * batch->item_stride, sizeof x);
    if (x % 2 != 0) {
      fail(batch, i, "odd", "an odd number has no half");
      continue;
    }
    x /= 2;
    memcpy(results + i * batch->result_stride, &x, sizeof x);
  }
  announce(batch, batch->count);
  return 0;
}

/* All results of a map, as one batch. */
int32_t sum(const prong_batch* batch) {
  if (!is_known(batch)) return 1;
  int64_t total = 0;
  for (uint64_t i = 0; i < batch->count; ++i)
    total += ((const int64_t*)batch->items)[i];
  memcpy(batch->results, &total, sizeof total);
  return 0;
}

/* Views to views, with an argument that is bound, and the item's index. */
int32_t repeat(const prong_batch* batch) {
  if (!is_known(batch) || batch->item_encoding != PRONG_VIEWS || batch->bound_count != 1) return 1;
  const prong_bound* times = &batch->bound[0];
  if (strcmp(times->name, "times") != 0 || times->encoding != PRONG_RAW ||
      times->value.size != sizeof(uint8_t))
    return 1;
  for (uint64_t i = 0; i < batch->count; ++i) {
    announce(batch, i);
    const prong_view* view = &batch->views[i];
    const uint64_t index = batch->indices != NULL ? batch->indices[i] : batch->first_index + i;
    const size_t each = view->size + 1;
    const size_t size = *(const uint8_t*)times->value.data * each;
    char* text = malloc(size + 1);
    if (text == NULL) return 1;
    for (size_t at = 0; at < size; at += each) {
      memcpy(text + at, view->data, view->size);
      text[at + each - 1] = (char)('0' + index % 10);
    }
    (void)batch->emit(batch, i, text, size);
    free(text);
  }
  announce(batch, batch->count);
  return 0;
}

/* State from batch to batch: how many items of the job this worker has had. */
int32_t count(const prong_batch* batch) {
  if (!is_known(batch) || batch->state == NULL) return 1;
  if (batch->state->object == NULL) {
    batch->state->object = calloc(1, sizeof(uint64_t));
    batch->state->destroy = free;
  }
  uint64_t* had = batch->state->object;
  if (had == NULL) return 1;
  for (uint64_t i = 0; i < batch->count; ++i) {
    announce(batch, i);
    ((uint64_t*)batch->results)[i] = ++*had;
  }
  announce(batch, batch->count);
  return 0;
}

#define NOTE(json)                                                               \
  __asm__(                                                                       \
      ".pushsection .note.prong, \"a\", @note\n.balign 4\n.long 6, 2f - 1f, 1\n" \
      ".asciz \"prong\"\n.balign 4\n1: .ascii \"" json "\"\n2: .balign 4\n.popsection\n")
#define FUNCTION(kind, name, params, result, state)                                            \
  NOTE("{\\\"abi\\\":[1,0],\\\"kind\\\":\\\"" kind "\\\",\\\"function\\\":\\\"first_abi." name \
       "\\\",\\\"params\\\":[" params "],\\\"result\\\":\\\"" result                           \
       "\\\",\\\"pure\\\":false,\\\"state\\\":" state ",\\\"doc\\\":\\\"\\\"}")
#define PARAM(name, type) "{\\\"name\\\":\\\"" name "\\\",\\\"type\\\":\\\"" type "\\\"}"
NOTE(
    "{\\\"abi\\\":[1,0],\\\"kind\\\":\\\"module\\\",\\\"module\\\":\\\"first_abi\\\","
    "\\\"description\\\":\\\"Built against the first "
    "header\\\",\\\"version\\\":\\\"1.0.0\\\",\\\"license\\\":\\\"MIT\\\"}");
FUNCTION("map", "half", PARAM("x", "i64"), "i64", "false");
FUNCTION("result", "half", PARAM("all", "[i64]"), "i64", "false");
FUNCTION("map", "repeat", PARAM("text", "str") "," PARAM("times", "u8"), "str", "false");
FUNCTION("map", "count", PARAM("x", "u64"), "u64", "true");
