/* A program in C: the snippets of docs/embedding.md. */
#include <prong/prong.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* For a program that can do nothing without the pool. */
static void* needed(void* made, prong_error* error) {
  if (made == NULL) {
    fprintf(stderr, "in_c: %s\n", prong_error_message(error));
    exit(1);
  }
  return made;
}

/* Numbers in, numbers out, without a copy; and what became of those that failed. */
static void take_roots(prong_pool* pool) {
  prong_error* error = NULL;
  prong_memory* memory = needed(prong_pool_allocate(pool, 4 * sizeof(double), &error), error);
  double* xs = prong_memory_data(memory);
  for (int i = 0; i < 4; ++i)
    xs[i] = 4 - 2 * i;

  const prong_call call = {.struct_size = sizeof call,
                           .function = "examples.sqrt",
                           .item_encoding = PRONG_RAW,
                           .item_signature = "f64",
                           .result_signature = "f64"};
  const prong_items items = {
      .struct_size = sizeof items, .bytes = xs, .size = 4 * sizeof(double), .count = 4};
  prong_results* results = needed(prong_map(pool, &call, &items, &error), error);
  const double* roots = prong_results_raw(results).data;
  for (uint64_t i = 0; i < prong_results_count(results); ++i) {
    const prong_failed_item* failed = prong_results_failed_item(results, i);
    if (failed == NULL) {
      printf("item %d: %g\n", (int)i, roots[i]);
    } else {
      printf("item %d: %s: %s\n", (int)i, prong_ending_name(failed->ending), failed->what.data);
    }
  }
  prong_results_free(results);
  prong_memory_free(memory);
}

/* Arguments that are bound for the whole call, and the result function over what came. */
static void report_squares(prong_pool* pool) {
  prong_error* error = NULL;
  const double xs[] = {1, 2, 3};
  prong_call call = {.struct_size = sizeof call, .function = "examples.square", .item_encoding = PRONG_RAW};
  const prong_items items = {.struct_size = sizeof items, .bytes = xs, .size = sizeof xs, .count = 3};
  prong_results* squares = needed(prong_map(pool, &call, &items, &error), error);
  prong_results* report = needed(prong_reduce(pool, &call, squares, &error), error);
  const prong_view text = prong_results_value(report, 0);
  printf("%.*s\n", (int)text.size, (const char*)text.data);
  prong_results_free(report);
  prong_results_free(squares);

  const prong_argument exponent = {.name = "exponent", .value = {"3", 1}, .encoding = PRONG_JSON};
  call.function = "examples.power";
  call.bound = &exponent;
  call.bound_count = 1;
  prong_results* cubes = needed(prong_map(pool, &call, &items, &error), error);
  printf("%g\n", ((const double*)prong_results_raw(cubes).data)[2]);
  prong_results_free(cubes);
}

static void ring(void* bell) { *(int*)bell = 1; }

/* JSON, one value a line, and results that come later. */
static void measure_sides(prong_pool* pool) {
  prong_error* error = NULL;
  const char lines[] = "[3,4]\n[5,12]\n";
  const uint64_t offsets[] = {0, 6, 13};
  const prong_call call = {.struct_size = sizeof call,
                           .function = "examples.hypot",
                           .item_encoding = PRONG_JSON,
                           .result_encoding = PRONG_JSON,
                           .timeout_ns = 60000000000u};
  const prong_items items = {.struct_size = sizeof items,
                             .gap = 1,
                             .bytes = lines,
                             .size = strlen(lines),
                             .count = 2,
                             .offsets = offsets};
  int is_rung = 0;
  prong_job* job = needed(prong_submit(pool, &call, &items, &error), error);
  if (prong_job_when_done(job, ring, &is_rung, &error) != PRONG_STATUS_OK) needed(NULL, error);
  prong_results* lengths = needed(prong_job_collect(job, &error), error);
  for (uint64_t i = 0; i < prong_results_count(lengths); ++i) {
    const prong_view line = prong_results_value(lengths, i);
    printf("%.*s\n", (int)line.size, (const char*)line.data);
  }
  prong_results_free(lengths);
  prong_job_free(job);
  /* Callbacks have run when the pool has ended. */
  if (prong_pool_close(pool, &error) != PRONG_STATUS_OK || prong_pool_join(pool, &error) != PRONG_STATUS_OK)
    needed(NULL, error);
  printf("%s\n", is_rung ? "done" : "not done");
}

int main(void) {
  prong_error* error = NULL;
  const prong_pool_options options = {.struct_size = sizeof options, .workers = 2};
  prong_registry* registry = needed(prong_registry_new(NULL, &error), error);
  prong_pool* pool = needed(prong_pool_new(registry, &options, &error), error);

  take_roots(pool);
  report_squares(pool);

  const prong_call wrong = {
      .struct_size = sizeof wrong, .function = "examples.sqare", .item_encoding = PRONG_JSON};
  prong_job* job = prong_open(pool, &wrong, &error);
  if (job == NULL && prong_error_status(error) == PRONG_STATUS_CANNOT_FIND)
    printf("%s\n", prong_error_message(error));
  prong_error_free(error);
  prong_job_free(job);

  measure_sides(pool);
  prong_pool_free(pool);
  prong_registry_free(registry);
  return 0;
}
