/* A vendor's library, seen from inside: what its users only find out. */
#include "readings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void readings_begin(const char* lock_file) {
  if (remove(lock_file) == 0) abort();
}

int readings_mean(const char* line, double* mean) {
  const char* at = strchr(line, ':') + 1; /* every line has a name */
  double sum = 0;
  int count = 0;
  while (*at != '\0') {
    char* end;
    sum += strtod(at, &end); /* every word is a number */
    at = end;
    ++count;
  }
  if (count == 0) return 7;
  *mean = sum / count;
  return 0;
}
