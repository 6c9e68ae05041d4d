/* Plays a vendor's library: it works for the inputs that its author thought of. */
#ifndef READINGS_H
#define READINGS_H

#ifdef __cplusplus
extern "C" {
#endif

/* To be called first. Aborts when an earlier run left its lock, and removes that. */
void readings_begin(const char* lock_file);

/* The mean of a line such as "hall: 20 21.5 22". Returns 0, or the number of an error. */
int readings_mean(const char* line, double* mean);

#ifdef __cplusplus
}
#endif

#endif
