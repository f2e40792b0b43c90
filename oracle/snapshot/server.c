/*
 * A server is two processes. The first one starts up as every evaluator does and stops just before it
 * reads its program; it never evaluates anything. It forks the second, which takes an image of itself,
 * evaluates a program, puts itself back, and evaluates the next. Whatever ends the second (a crash, a
 * time-out, something that cannot be undone) costs a fork and no start.
 */
#define _GNU_SOURCE
#include "server.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "image.h"
#include "protocol.h"
#include "system.h"

/* The exit status of a process that has said itself that it cannot go on. */
#define SAID_SO 111

#define STACK (256 << 10)

/* Not part of the image, so that it outlives a restore. */
struct server {
    void *resume[5]; /* where the next program starts */
    int pid;
    int running;
    unsigned taint;
    unsigned lifetime;
    int status;
    char stack[STACK]; /* for the restore, which replaces the ordinary stack */
};

static struct server *server;

static enum { UNKNOWN, IDLE, WAITING } state;
static const char *stop_at;

/* What was printed before the program: warnings about flags. Each program's output comes after it. */
static long output_start, errors_start;

extern char **environ;
extern void *dlsym(void *, const char *);
/* Since 2.34 it is in libc itself, under another version. */
__asm__(".symver dlsym,dlsym@GLIBC_2.2.5");

void *server_original(const char *name) {
    return dlsym((void *)-1L /* RTLD_NEXT */, name);
}

static const char *variable(const char *name) {
    size_t length = strlen(name);
    for (char **entry = environ; entry && *entry; entry++)
        if (!strncmp(*entry, name, length) && (*entry)[length] == '=')
            return *entry + length + 1;
    return NULL;
}

/* Takes the variables that only the server needs out of the environment: a program sees it. */
static void hide_variables(void) {
    static const char *const ours[] = {
        "LD_PRELOAD=",        "TWINIX_SNAPSHOT_",        "GLIBC_TUNABLES=", "GC_UNMAP_THRESHOLD=",
        "MALLOC_MMAP_MAX_=", "MALLOC_TRIM_THRESHOLD_=",
    };
    char **kept = environ;
    for (char **entry = environ; *entry; entry++) {
        int is_ours = 0;
        for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
            is_ours |= !strncmp(*entry, ours[i], strlen(ours[i]));
        if (!is_ours)
            *kept++ = *entry;
    }
    *kept = NULL;
}

static unsigned number(const char *text) {
    unsigned number = 0;
    for (; text && *text >= '0' && *text <= '9'; text++)
        number = number * 10 + (*text - '0');
    return number;
}

static void say(enum kind kind, uint32_t value, unsigned taint) {
    struct reply reply = {kind, value, taint, 0, 0, 0};
    if (kind == DONE) {
        reply.output = call(SYS_lseek, 1, 0, SEEK_CUR);
        reply.errors = call(SYS_lseek, 2, 0, SEEK_CUR);
    }
    /* Nobody to say it to is nobody to serve. */
    if (call(SYS_write, REPLIES, &reply, sizeof reply) != sizeof reply)
        end_process(0);
}

/* Waits until there is a program to evaluate. */
static void await_request(void) {
    char byte;
    if (call(SYS_read, REQUESTS, &byte, 1) != 1)
        end_process(0);
}

/* Ends a run that nobody watches any more, because the harness was killed. */
static void set_timer(unsigned seconds) {
    struct itimerval timer = {{0, 0}, {seconds, 0}};
    call(SYS_setitimer, ITIMER_REAL, &timer, 0);
}

/* In the second process: becomes one that is put back after each program, and starts the first. */
static __attribute__((noinline)) void become_worker(int parent) {
    call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (call(SYS_getppid) != parent)
        end_process(0);
    long at = call(SYS_mmap, 0, sizeof *server, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (at < 0)
        give_up("there is no room for a stack");
    server = (struct server *)at;
    server->pid = call(SYS_getpid);
    server->lifetime = number(variable(LIFETIME));
    hide_variables();
    image_take(PROC_DESCRIPTOR);
    if (__builtin_setjmp(server->resume) != 0)
        await_request();
    /* The harness has written standard input anew. Where it is no file, this does nothing. */
    call(SYS_lseek, 0, 0, SEEK_SET);
    call(SYS_lseek, 1, output_start, SEEK_SET);
    call(SYS_lseek, 2, errors_start, SEEK_SET);
    set_timer(server->lifetime);
    server->running = 1;
}

/* In the first process: forks a worker for the next program whenever there is none. Returns in the
 * worker only. */
static void breed(void) {
    int (*fork)(void) = (int (*)(void))server_original("fork");
    int self = call(SYS_getpid);
    output_start = call(SYS_lseek, 1, 0, SEEK_CUR);
    errors_start = call(SYS_lseek, 2, 0, SEEK_CUR);
    if (!fork)
        give_up("the C library has no fork");
    for (;;) {
        await_request();
        int worker = fork();
        if (worker < 0)
            give_up("cannot fork");
        if (worker == 0) {
            become_worker(self);
            return;
        }
        say(FORKED, worker, 0);
        int status = 0;
        siginfo_t how;
        /* It is left unburied until the harness has said the next word, so that its number cannot
         * mean another process while the harness may still want to kill it. */
        while (call(SYS_waitid, P_PID, worker, &how, WEXITED | WNOWAIT, 0) == -4 /* EINTR */)
            ;
        int exited = how.si_code == CLD_EXITED;
        if (!(exited && how.si_status == SAID_SO))
            say(DIED, exited ? (how.si_status & 255) << 8 : how.si_status, 0);
        /* This waits for the harness without taking its word. */
        struct { int descriptor; short events, got; } ready = {REQUESTS, 1 /* POLLIN */, 0};
        call(SYS_poll, &ready, 1, -1);
        call(SYS_wait4, worker, &status, 0, 0);
    }
}

/* Only the last component counts: releases ask by the full path, or by the name in a folder. */
static int is_program(const char *path) {
    const char *name = strrchr(path, '/');
    return !strcmp(name ? name + 1 : path, stop_at);
}

void server_about_to_read(const char *path) {
    if (state == UNKNOWN) {
        stop_at = variable(STOP_AT);
        state = stop_at ? WAITING : IDLE;
    }
    if (state != WAITING)
        return;
    int is_stdin = !path && !strcmp(stop_at, "-");
    if (!is_stdin && !(path && is_program(path)))
        return;
    state = IDLE;
    for (int i = PROC_DESCRIPTOR; i <= REPLIES; i++)
        call(SYS_fcntl, i, F_SETFD, FD_CLOEXEC);
    breed();
}

int server_is_running(void) {
    return server && server->running && call(SYS_getpid) == server->pid;
}

void server_taint(unsigned taint) {
    server->taint |= taint;
}

/* On the server's own stack. */
_Noreturn static __attribute__((used)) void put_back(void) {
    unsigned taint = server->taint | image_restore();
    say(DONE, server->status, taint);
    if (taint)
        end_process(SAID_SO);
    __builtin_longjmp(server->resume, 1);
}

_Noreturn void server_finish(int status) {
    server->running = 0;
    server->status = status & 255;
    set_timer(0);
    uintptr_t top = ((uintptr_t)server->stack + STACK) & ~63UL;
    __asm__ volatile("mov %0, %%rsp\n\txor %%ebp, %%ebp\n\tcall *%1" ::"r"(top), "r"(put_back)
                     : "memory");
    __builtin_unreachable();
}
