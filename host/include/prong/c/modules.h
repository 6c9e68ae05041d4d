/* What plugins say of themselves: modules, functions, and files that were refused. */
#ifndef PRONG_C_MODULES_H
#define PRONG_C_MODULES_H

#include <prong/c/call.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct prong_parameter {
  const char* name;
  const char* type; /* signature, "f64" */
} prong_parameter;

typedef struct prong_function_info {
  uint32_t struct_size;
  uint32_t kind;    /* enum prong_function_kind */
  const char* name; /* qualified, "stats.square" */
  const prong_parameter* parameters;
  uint64_t parameter_count;
  const char* result; /* signature */
  const char* doc;
  uint32_t pure;      /* not 0: it may be run again after a death */
  uint32_t prepared;  /* not 0: it keeps state between the items of a job */
  const char* symbol; /* that the file exports for it, mangled */
} prong_function_info;

/* Why a file cannot be used. */
typedef struct prong_refusal {
  uint32_t struct_size;
  uint32_t reserved;
  const char* code; /* stable, kebab-case: docs/refusals.md */
  const char* required;
  const char* found;
  const char* fix;
} prong_refusal;

/* One file of the plugin path. */
typedef struct prong_module {
  uint32_t struct_size;
  int32_t abi_major;
  int32_t abi_minor;
  uint32_t reserved;
  const char* name; /* dotted, from the file's name; empty when that cannot be decoded */
  const char* file;
  const char* noted_name; /* what its notes call the module; another one is a reason for a refusal */
  const char* description;
  const char* version;
  const char* license;
  const char* build_id; /* hexadecimal; may be empty */
  const prong_function_info* const* functions;
  uint64_t function_count;
  const char* shadowed_by;      /* the file that is used instead; NULL: none is */
  const prong_refusal* refusal; /* NULL: it is not refused */
} prong_module;

typedef struct prong_modules prong_modules;
PRONG_C_API void prong_modules_free(prong_modules* modules);
/* They do not change. Precondition: module < the count. [any thread] [never blocks] */
PRONG_C_API uint64_t prong_modules_count(const prong_modules* modules);
PRONG_C_API const prong_module* prong_modules_at(const prong_modules* modules, uint64_t module);

/* Every file on the plugin path, looked at in a worker, without running any of its code. [any thread]
 * [blocks] for that */
PRONG_C_API PRONG_C_NODISCARD prong_modules* prong_pool_modules(prong_pool* pool, prong_error** error);
/* Every file of the module `name`, and of the module that has functions of that name, with these alone: the
 * file that is used first, then those that it shadows. It may be refused. [any thread] [blocks] */
PRONG_C_API PRONG_C_NODISCARD prong_modules* prong_pool_find(prong_pool* pool, const char* name,
                                                             prong_error** error);

/* What a function says of itself, without loading it; to be freed. [any thread] [blocks] */
PRONG_C_API PRONG_C_NODISCARD prong_function_info* prong_pool_describe(prong_pool* pool, const char* function,
                                                                       uint32_t kind, prong_error** error);
PRONG_C_API void prong_function_info_free(prong_function_info* info);

#ifdef __cplusplus
}
#endif

#endif
