/*
 * What the harness and a server say to each other. oracle/src/snapshot/protocol.rs says the same in
 * Rust; the two change together.
 *
 * The harness writes one byte to REQUESTS: the program is in place, evaluate it. Everything else goes
 * the other way, as records on REPLIES. Descriptors are numbered high, so that the evaluator's own
 * get the numbers that they have in a process without the library.
 */
#ifndef TWINIX_PROTOCOL_H
#define TWINIX_PROTOCOL_H

#include <stdint.h>

#define PROC_DESCRIPTOR 197
#define REQUESTS 198
#define REPLIES 199

enum kind {
    FORKED = 1, /* `value` is the number of the process that serves from now on */
    DONE = 2,   /* the program ended with exit status `value` */
    DIED = 3,   /* the process that served is gone; `value` is its wait status */
};

/* Why the process that served a program cannot serve another one. */
enum taint {
    STARTED_PROCESS = 1,
    STARTED_THREAD = 2,
    WROTE_FILE = 4,  /* what it left is outside the process: the whole server has to go */
    LOST_MEMORY = 8, /* memory that was there at the start is gone */
};

struct reply {
    uint32_t kind;
    uint32_t value;
    uint32_t taint;
    uint32_t unused;
    uint64_t output; /* bytes of standard output */
    uint64_t errors; /* bytes of standard error */
};

/* The variables that set a server up; the program sees none of them. */
#define STOP_AT "TWINIX_SNAPSHOT_STOP_AT"    /* `-` for standard input, else the name of a file */
#define LIFETIME "TWINIX_SNAPSHOT_LIFETIME"  /* seconds after which a run that nobody watches ends */

#endif
