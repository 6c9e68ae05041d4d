/* Of today's header. */
#include "layout.h"

#include <prong/plugin.h>

const struct layout_fact layout_of_today[] = {LAYOUT_FACTS};
