/* Where functions come from: the folders that plugins are searched in. */
#ifndef PRONG_C_REGISTRY_H
#define PRONG_C_REGISTRY_H

#include <prong/c/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct prong_registry_options {
  uint32_t struct_size;
  uint32_t without_default_path; /* not 0: only plugin_path is searched */
  /* Searched first, in this order. Relative folders are taken from the current directory. */
  const char* const* plugin_path;
  uint64_t plugin_path_count;
} prong_registry_options;

typedef struct prong_registry prong_registry;

/* `options` may be NULL. The default path: PRONG_PLUGIN_PATH, then $XDG_DATA_HOME/prong/plugins, then
 * lib/prong/plugins beside libprong. [any thread] */
PRONG_C_API PRONG_C_NODISCARD prong_registry* prong_registry_new(const prong_registry_options* options,
                                                                 prong_error** error);
/* Pools that were made with it go on. [any thread] */
PRONG_C_API void prong_registry_free(prong_registry* registry);

/* The folders in the order of the search; one need not exist. Precondition: folder < the count. [any thread]
 */
PRONG_C_API uint64_t prong_registry_folder_count(const prong_registry* registry);
PRONG_C_API const char* prong_registry_folder(const prong_registry* registry, uint64_t folder);

#ifdef __cplusplus
}
#endif

#endif
