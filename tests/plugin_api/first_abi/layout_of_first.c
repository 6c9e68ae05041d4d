/* Of the header that the first plugins were built against. */
#include "layout.h"
#include "prong/plugin.h"

const struct layout_fact layout_of_first[] = {LAYOUT_FACTS};
const uint32_t first_batch_bytes = sizeof(prong_batch);
