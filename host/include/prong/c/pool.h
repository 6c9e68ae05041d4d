/* The pool: worker processes that run plugin functions. */
#ifndef PRONG_C_POOL_H
#define PRONG_C_POOL_H

#include <prong/c/error.h>
#include <prong/c/registry.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A value for one parameter of a function. */
typedef struct prong_argument {
  const char* name;      /* the parameter's */
  const char* signature; /* the type that the program means; NULL: whatever the function's is */
  prong_view value;      /* data may be NULL when size is 0 */
  uint32_t encoding;     /* any but PRONG_NATIVE */
  uint32_t reserved;     /* 0 */
} prong_argument;

enum prong_start_method {
  PRONG_START_AUTOMATIC = 0, /* as PRONG_START_EXEC */
  PRONG_START_EXEC = 1,      /* workers come from a fresh executable */
  PRONG_START_FORK = 2       /* workers are copies of this process as it is when the pool starts */
};

enum prong_sandbox { PRONG_SANDBOX_NONE = 0, PRONG_SANDBOX_LIMITS = 1, PRONG_SANDBOX_STRICT = 2 };

/* Of each, 0 or NULL is the default: no limit, unless it is said. <prong/options.hpp> says more. */
typedef struct prong_pool_options {
  uint32_t struct_size;
  uint32_t workers;                 /* 0: processors that this process may use */
  uint32_t start_method;            /* enum prong_start_method */
  uint32_t allow_fork_with_threads; /* not 0: PRONG_START_FORK although the process has threads */
  uint64_t load_timeout_ms;         /* that a plugin may take to load; 0: 10 000 */
  /* Called once in every worker before its first item, with this item, whose name is not used. Both or none.
   */
  const char* initializer;
  const prong_argument* initializer_item;
  uint64_t max_tasks_per_child;  /* items after which a worker is replaced */
  uint64_t max_memory_per_child; /* bytes it may hold at the end of a task before it is replaced */
  uint64_t idle_timeout_ms;      /* after which a worker without work ends */
  const char* zygote;            /* its executable; NULL: libexec/prong/prong-zygote beside libprong */
  const char* core_directory;    /* a folder for core dumps of workers; NULL: none are made */
  uint32_t sandbox;              /* enum prong_sandbox; a level that the system does not have is an error */
  /* From PRONG_SANDBOX_LIMITS on. */
  uint32_t descriptor_limit;   /* descriptors that a worker may have open; 0: 256 */
  uint64_t memory_limit;       /* bytes that a worker may have beyond what it starts with */
  uint64_t processor_limit_ms; /* processor time that an item may take, of all threads */
  /* For PRONG_SANDBOX_STRICT: files and folders that workers may read besides plugins and libraries. */
  const char* const* allow_read;
  uint64_t allow_read_count;
  /* Beyond this machine: items run on the nodes of an engine, "gearman://HOST:4730", and what is
   * above must be left to them. <prong/engine.hpp> says more. */
  const char* engine;          /* NULL: this machine's workers */
  const char* engine_key;      /* a file of 32 bytes that client and nodes share; NULL: none */
  uint64_t engine_patience_ms; /* a node that is silent for so long is lost; 0: 10 000 */
  uint32_t engine_insecure;    /* not 0: no key is needed, whoever reaches the brokers */
  uint32_t engine_any_build;   /* not 0: nodes may have any builds of a plugin */
} prong_pool_options;

typedef struct prong_pool prong_pool;

/* Starts the workers without waiting for them. `options` may be NULL. [any thread] */
PRONG_C_API PRONG_C_NODISCARD prong_pool* prong_pool_new(const prong_registry* registry,
                                                         const prong_pool_options* options,
                                                         prong_error** error);
/* prong_pool_terminate and prong_pool_join. Results and jobs stay valid. [any thread] [blocks] for at most a
 * few seconds */
PRONG_C_API void prong_pool_free(prong_pool* pool);

/* No more calls; running ones go on. Idempotent. [any thread] [never blocks] */
PRONG_C_API enum prong_status prong_pool_close(prong_pool* pool, prong_error** error);
/* Kills the workers; what has not ended is PRONG_ENDING_LOST. Idempotent. [any thread] */
PRONG_C_API enum prong_status prong_pool_terminate(prong_pool* pool, prong_error** error);
/* After one of these. [any thread] [blocks] until all calls have ended and all processes are gone */
PRONG_C_API enum prong_status prong_pool_join(prong_pool* pool, prong_error** error);

/* More workers are started; of too many, those that run something finish it first. 0: as prong_pool_options
 * says. [any thread] [never blocks] */
PRONG_C_API enum prong_status prong_pool_resize(prong_pool* pool, uint32_t workers, prong_error** error);

/* Memory that calls of this pool read in place: `size` bytes, not initialised, aligned to 16. [any thread] */
typedef struct prong_memory prong_memory;
PRONG_C_API PRONG_C_NODISCARD prong_memory* prong_pool_allocate(prong_pool* pool, uint64_t size,
                                                                prong_error** error);
PRONG_C_API void* prong_memory_data(const prong_memory* memory);
/* A call that uses it may still run: the memory is freed after that. [any thread] */
PRONG_C_API void prong_memory_free(prong_memory* memory);

#ifdef __cplusplus
}
#endif

#endif
