/* How an item ended that did not return, and how a worker died over it: docs/outcomes.md,
 * docs/crash-reports.md. */
#ifndef PRONG_C_FAILURE_H
#define PRONG_C_FAILURE_H

#include <prong/c/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum prong_ending {
  PRONG_ENDING_RETURNED = 0,  /* the function returned a value */
  PRONG_ENDING_THREW = 1,     /* it threw, or reported a failure */
  PRONG_ENDING_CRASHED = 2,   /* a signal ended the worker that ran it */
  PRONG_ENDING_EXITED = 3,    /* the plugin ended the worker by itself, whatever the exit code */
  PRONG_ENDING_TIMED_OUT = 4, /* its deadline passed; the worker was killed */
  PRONG_ENDING_CANCELLED = 5, /* the caller no longer wanted it */
  PRONG_ENDING_REJECTED = 6,  /* the input does not fit the function, or the function was refused */
  PRONG_ENDING_TOO_LARGE = 7, /* its result exceeds the limit */
  PRONG_ENDING_LOST = 8       /* the pool, the plugin file or the engine is gone */
};

/* "timed_out"; empty when it is no ending. [any thread] [never blocks] */
PRONG_C_API const char* prong_ending_name(uint32_t ending);

/* A call on the stack of the thread that crashed. */
typedef struct prong_frame {
  uint32_t struct_size;
  uint32_t line;        /* of source */
  uint64_t address;     /* in the worker: of the instruction that crashed, or that follows the call */
  uint64_t offset;      /* in the file's own addresses, as addr2line(1) takes them */
  const char* file;     /* the plugin, library or program that holds it; empty: none does */
  const char* build_id; /* of that, in hexadecimal; empty: it has none */
  const char* function; /* demangled; empty: unknown */
  const char* source;   /* "src/stats.cpp"; empty: the file has no debugging information */
  const char* text;     /* as much of that as is known, in one line; control characters escaped */
} prong_frame;

enum prong_out_of_memory {
  PRONG_OUT_OF_MEMORY_NO = 0,
  PRONG_OUT_OF_MEMORY_PROBABLE = 1, /* killed when the system ended some process for lack of memory */
  PRONG_OUT_OF_MEMORY_CERTAIN = 2   /* the same, and the worker's control group counts the kill; or Prong
                                      killed it for what it took */
};

/* Code, address, sender, stack_overflow and frames are the dying worker's word, which a plugin can forge. */
typedef struct prong_crash_report {
  uint32_t struct_size;
  int32_t code;            /* si_code of the signal (sigaction(2)) */
  int32_t sender;          /* the process that sent the signal; 0: none did */
  uint32_t stack_overflow; /* not 0: it was one */
  uint32_t out_of_memory;  /* enum prong_out_of_memory */
  uint32_t has_address;
  uint64_t address;     /* what could not be reached, or the instruction that failed */
  uint64_t peak_memory; /* bytes in RAM at most, at one time; 0: unknown */
  prong_text input;     /* the item, or its beginning: JSON, or the text that it came as */
  uint32_t is_input_cut;
  uint32_t reserved;
  const char* core; /* the core dump; empty: none was asked for, or made */
  uint64_t frame_count;
  const prong_frame* const* frames; /* innermost first, without Prong's own */
} prong_crash_report;

#define PRONG_NO_ITEM UINT64_MAX

/* An ending other than PRONG_ENDING_RETURNED. */
typedef struct prong_failed_item {
  uint32_t struct_size;
  uint32_t ending;      /* enum prong_ending */
  uint64_t index;       /* of the item in the job's input, from 0; PRONG_NO_ITEM: a result function failed */
  const char* function; /* qualified name */
  prong_text type;      /* threw: the exception's type, "std::domain_error" */
  prong_text what;      /* threw: what(); else the reason; may be empty */
  prong_text output;    /* the end of what the worker printed, when it died */
  int32_t signal;       /* crashed: the signal's number */
  int32_t exit_code;    /* exited: the code */
  int32_t worker;       /* the pid of the worker that ran it; 0: none did */
  uint32_t reserved;
  const prong_crash_report* crash; /* crashed, exited, timed_out: what else is known; NULL: nothing */
  /* All of it in one line for people, "item 17: crashed: SIGSEGV in stats.parse (worker 4711): …", and what
   * the crash report knows beyond that, line by line. Control characters are escaped. */
  const char* message;
  uint64_t detail_count;
  const char* const* details;
} prong_failed_item;

#ifdef __cplusplus
}
#endif

#endif
