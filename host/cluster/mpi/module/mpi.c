/* lib/prong/engines/mpi.so: what libprong asks of MPI, in calls of MPI. Errors are left to MPI's own handler,
 * which ends the run on all ranks and says why: a rank that was lost is never to be worked around. */
#include "cluster/mpi/line.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

/* Prong's messages are apart from those of the program: in a communicator of their own. */
static MPI_Comm comm = MPI_COMM_NULL;
static MPI_Message matched = MPI_MESSAGE_NULL;
static int matched_size = 0;
static int started_here = 0;

static const int tag = 1;

static int refuse(char* problem, size_t problem_bytes, const char* sentence) {
  snprintf(problem, problem_bytes, "%s", sentence);
  return 1;
}

static int join(int* rank, int* ranks, char* problem, size_t problem_bytes) {
  int is_over = 0;
  MPI_Finalized(&is_over);
  if (is_over) return refuse(problem, problem_bytes, "MPI has ended in this process");
  int is_started = 0;
  MPI_Initialized(&is_started);
  int level = MPI_THREAD_SINGLE;
  if (is_started) {
    MPI_Query_thread(&level);
    if (level < MPI_THREAD_MULTIPLE)
      return refuse(problem, problem_bytes,
                    "the program has started MPI without MPI_THREAD_MULTIPLE, and Prong calls it on a thread "
                    "of its own");
  } else {
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
    started_here = 1;
    if (level < MPI_THREAD_FUNNELED) {
      MPI_Finalize();
      return refuse(problem, problem_bytes, "this MPI cannot be used by a program with threads");
    }
  }
  MPI_Comm_dup(MPI_COMM_WORLD, &comm);
  MPI_Comm_rank(comm, rank);
  MPI_Comm_size(comm, ranks);
  return 0;
}

static void* start_sending(int rank, const void* bytes, int size) {
  MPI_Request* sending = malloc(sizeof *sending);
  if (sending == NULL) abort();
  MPI_Isend(bytes, size, MPI_BYTE, rank, tag, comm, sending);
  return sending;
}

static int sent(void* sending) {
  int done = 0;
  MPI_Test(sending, &done, MPI_STATUS_IGNORE);
  if (done) free(sending);
  return done;
}

static int arrived(int* rank, int* size) {
  int found = 0;
  MPI_Status status;
  MPI_Improbe(MPI_ANY_SOURCE, tag, comm, &found, &matched, &status);
  if (!found) return 0;
  MPI_Get_count(&status, MPI_BYTE, &matched_size);
  *rank = status.MPI_SOURCE;
  *size = matched_size;
  return 1;
}

static void receive(void* bytes) { MPI_Mrecv(bytes, matched_size, MPI_BYTE, &matched, MPI_STATUS_IGNORE); }

static void leave(void) {
  MPI_Comm_free(&comm);
  if (started_here) MPI_Finalize();
}

static void end(const char* sentence) {
  fprintf(stderr, "prong: %s\n", sentence);
  fflush(stderr);
  MPI_Abort(MPI_COMM_WORLD, 4);
  abort();
}

__attribute__((visibility("default"))) const prong_mpi_line* prong_mpi_line_of_module(void);
const prong_mpi_line* prong_mpi_line_of_module(void) {
  static const prong_mpi_line line = {
      PRONG_MPI_LINE_VERSION, join, start_sending, sent, arrived, receive, leave, end};
  return &line;
}
