/*
 * Functions of the C library that the evaluator calls and this library replaces: to stop at the
 * program, to see that it ended, and to notice what a restore could not undo.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"
#include "protocol.h"
#include "server.h"
#include "system.h"

/* The flush of std::cout, where the evaluator has one. */
extern int _ZNSo5flushEv(void *) __attribute__((weak));
extern char _ZSt4cout[] __attribute__((weak));

static long as_errno(long result) {
    if (result >= 0)
        return result;
    errno = -result;
    return -1;
}

/* --- the end --------------------------------------------------------------------------------- */

/* Registered when a program starts, so it runs after what the program itself registered. What was
 * registered before only frees memory, but for the last words of the streams. */
static void at_exit(int status, void *unused) {
    (void)unused;
    if (!server_is_running())
        return;
    if (_ZNSo5flushEv && (char *)_ZSt4cout)
        _ZNSo5flushEv(_ZSt4cout);
    fflush(NULL);
    server_finish(status);
}

static void about_to_read(const char *path) {
    int was_running = server_is_running();
    server_about_to_read(path);
    /* It comes back at the start of every program, with the list of what to call at the end put back. */
    if (!was_running && server_is_running())
        on_exit(at_exit, NULL);
}

void _exit(int status) {
    if (server_is_running())
        server_finish(status);
    end_process(status);
}

/* --- reading --------------------------------------------------------------------------------- */

ssize_t read(int file, void *to, size_t length) {
    if (file == 0)
        about_to_read(NULL);
    return as_errno(call(SYS_read, file, to, length));
}

ssize_t __read_chk(int file, void *to, size_t length, size_t room) {
    if (length > room)
        give_up("a read past its buffer");
    return read(file, to, length);
}

static int look(const char *path, struct stat *about) {
    about_to_read(path);
    return as_errno(call(SYS_newfstatat, AT_FDCWD, path, about, AT_SYMLINK_NOFOLLOW));
}

int lstat(const char *path, struct stat *about) {
    return look(path, about);
}

int lstat64(const char *path, struct stat64 *about) {
    return look(path, (struct stat *)about);
}

/* Before 2.33 the two were inline and called these. */
int __lxstat(int version, const char *path, struct stat *about) {
    (void)version;
    return look(path, about);
}

int __lxstat64(int version, const char *path, struct stat64 *about) {
    (void)version;
    return look(path, (struct stat *)about);
}

static int open_at(int folder, const char *path, int flags, mode_t mode) {
    about_to_read(path);
    if ((flags & O_ACCMODE) != O_RDONLY && server_is_running())
        server_taint(WROTE_FILE);
    return as_errno(call(SYS_openat, folder, path, flags, mode));
}

static mode_t mode_of(int flags, va_list arguments) {
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, int) : 0;
}

#define OPEN(NAME, FLAGS) \
    int NAME(const char *path, int flags, ...) { \
        va_list arguments; \
        va_start(arguments, flags); \
        mode_t mode = mode_of(flags, arguments); \
        va_end(arguments); \
        return open_at(AT_FDCWD, path, flags | (FLAGS), mode); \
    }

#define OPENAT(NAME, FLAGS) \
    int NAME(int folder, const char *path, int flags, ...) { \
        va_list arguments; \
        va_start(arguments, flags); \
        mode_t mode = mode_of(flags, arguments); \
        va_end(arguments); \
        return open_at(folder, path, flags | (FLAGS), mode); \
    }

OPEN(open, 0)
OPEN(open64, O_LARGEFILE)
OPENAT(openat, 0)
OPENAT(openat64, O_LARGEFILE)

/* What was open at the start has to be open for the next program. */
int close(int file) {
    if (server_is_running() && image_has_descriptor(file))
        return 0;
    return as_errno(call(SYS_close, file));
}

/* --- what cannot be undone ------------------------------------------------------------------- */

int mkdir(const char *path, mode_t mode) {
    if (server_is_running())
        server_taint(WROTE_FILE);
    return as_errno(call(SYS_mkdir, path, mode));
}

static int fork_and_tell(void) {
    int (*original)(void) = (int (*)(void))server_original("fork");
    if (server_is_running())
        server_taint(STARTED_PROCESS);
    return original ? original() : as_errno(-ENOSYS);
}

pid_t fork(void) {
    return fork_and_tell();
}

/* The child of a real one would return through this frame and destroy it for its parent. */
pid_t vfork(void) {
    return fork_and_tell();
}

typedef int create(unsigned long *, const void *, void *(*)(void *), void *);

int pthread_create(unsigned long *thread, const void *attributes, void *(*start)(void *),
                   void *argument) {
    create *original = (create *)server_original("pthread_create");
    if (server_is_running())
        server_taint(STARTED_THREAD);
    return original ? original(thread, attributes, start, argument) : EAGAIN;
}

typedef int spawn(pid_t *, const char *, const void *, const void *, char *const *, char *const *);

static int spawn_and_tell(const char *name, pid_t *child, const char *path, const void *actions,
                          const void *attributes, char *const *words, char *const *variables) {
    spawn *original = (spawn *)server_original(name);
    if (server_is_running())
        server_taint(STARTED_PROCESS);
    return original ? original(child, path, actions, attributes, words, variables) : ENOSYS;
}

int posix_spawn(pid_t *child, const char *path, const void *actions, const void *attributes,
                char *const *words, char *const *variables) {
    return spawn_and_tell("posix_spawn", child, path, actions, attributes, words, variables);
}

int posix_spawnp(pid_t *child, const char *path, const void *actions, const void *attributes,
                 char *const *words, char *const *variables) {
    return spawn_and_tell("posix_spawnp", child, path, actions, attributes, words, variables);
}
