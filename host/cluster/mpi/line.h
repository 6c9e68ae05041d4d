/* What libprong asks of an MPI library. One module answers it, lib/prong/engines/mpi.so, which alone is
 * linked with MPI: libprong opens it when an engine's address is "mpi". Plain C, so that nothing is thrown
 * across the module's border.
 *
 * All functions are called by one thread, which is the one that MPI calls the main thread
 * (MPI_THREAD_FUNNELED). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes with anything below. */
#define PRONG_MPI_LINE_VERSION 1U

typedef struct prong_mpi_line {
  uint32_t version;
  /* Starts MPI, or joins what the program has started with MPI_THREAD_MULTIPLE. 0; otherwise `problem` says
   * in a sentence why it cannot be done. MPI itself ends the process for most reasons. Blocks until all ranks
   * have come. */
  int (*join)(int* rank, int* ranks, char* problem, size_t problem_bytes);
  /* Begins to send. `bytes` has to stay until sent() has said 1 of what comes back. */
  void* (*send)(int rank, const void* bytes, int size);
  /* 1: it is done, and `sending` is gone. 0: not yet. */
  int (*sent)(void* sending);
  /* 1: a message of that rank and size is there, which has to be received next. 0: none. */
  int (*arrived)(int* rank, int* size);
  void (*receive)(void* bytes);
  /* Ends MPI if join() has started it. Blocks until all ranks have come so far. */
  void (*leave)(void);
  /* Ends the processes of all ranks, with a status that is not 0; `sentence` goes to standard error. No
   * return. */
  void (*end)(const char* sentence);
} prong_mpi_line;

/* The module's one function. */
#define PRONG_MPI_LINE_SYMBOL "prong_mpi_line_of_module"
typedef const prong_mpi_line* (*prong_mpi_line_function)(void);

#ifdef __cplusplus
}
#endif
