/*
 * The server: what the replaced functions tell it, and what they ask.
 */
#ifndef TWINIX_SERVER_H
#define TWINIX_SERVER_H

/* The evaluator is about to read standard input (null), or to look at a file. If that is the program,
 * this becomes a server; it returns once for every program. */
void server_about_to_read(const char *path);

/* Whether this process serves a program at the moment. */
int server_is_running(void);

/* The program ended. Does not return. */
_Noreturn void server_finish(int status);

/* The program did something that cannot be undone here. */
void server_taint(unsigned taint);

/* The C library's own function of that name. */
void *server_original(const char *name);

#endif
