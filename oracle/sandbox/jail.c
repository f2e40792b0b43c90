/*
 * twinix-jail: sets limits, shuts itself off from this machine, and becomes an evaluator.
 *
 * Limits and namespaces can only be entered by the process that they are for, between fork and exec.
 * Rust has a hook there, which is unsafe; a program of its own needs none, and costs less than a shell.
 *
 *   twinix-jail [OPTION]... -- PROGRAM [ARGUMENT]...
 *
 *   limit core|cpu|file|memory BYTES     a resource limit (cpu in seconds)
 *   softly stack BYTES                   one that the evaluator may raise
 *   namespaces                           leave the machine's files and network behind
 *   processes                            and its processes: it sees and signals none, and none that it starts
 *                                        outlives it. The jail stays, to say how the evaluator ended
 *   see SOURCE AT                        a file or folder that is there all the same, to read
 *   use SOURCE AT                        the same, to write as well
 *   device AT                            a device of the machine, such as /dev/null
 *   file AT TEXT                         a file that only the evaluator has
 *   link AT TARGET                       a symbolic link
 *   passage AT                           an empty folder
 *   folder AT                            the working folder
 *   stdin FILE                           what to read as standard input
 *   preload LIBRARY                      what the evaluator, but not the jail, is to load first
 *   server                               standard input is the line to the harness: it becomes descriptors
 *                                        198 and 199, and /proc descriptor 197
 *
 * Without PROGRAM it only tries whether the kernel allows it all. What goes wrong is said on standard
 * error and ends it with status 125.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The calls that move mounts about; older headers do not name them. */
#define OPEN_TREE 428
#define MOVE_MOUNT 429
#define MOUNT_SETATTR 442
#define TREE_CLONE 1
#define TREE_CLOEXEC O_CLOEXEC
#define WITH_MOUNTS_BELOW 0x8000 /* AT_RECURSIVE */
#define FROM_DESCRIPTOR 4 /* MOVE_MOUNT_F_EMPTY_PATH */
#define ATTR_READ_ONLY 1
#define ATTR_NO_SETUID 2
#define ATTR_NO_DEVICES 4

#define MOST_PLACES 96
/* As in snapshot/protocol.h. */
#define PROC_DESCRIPTOR 197
#define REQUESTS 198
#define REPLIES 199

/* Where the new root is put together before it takes the place of the old one. */
#define NEW_ROOT "/tmp"

enum kind { SEE, USE, DEVICE, TEXT, LINK, PASSAGE };

struct place {
    enum kind kind;
    const char *at;
    const char *source; /* a path of the machine, the text, or the target */
    int tree;           /* the detached mount */
};

static void fail(const char *format, ...) {
    int error = errno;
    va_list words;
    va_start(words, format);
    fputs("twinix-jail: ", stderr);
    vfprintf(stderr, format, words);
    fprintf(stderr, ": %s\n", strerror(error));
    va_end(words);
    exit(125);
}

static int is_mount(enum kind kind) {
    return kind == SEE || kind == USE || kind == DEVICE;
}

static void write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text))
        fail("cannot write %s", path);
    close(file);
}

/* Becomes the owner of new namespaces, under a user who is not root there: so the evaluator has no
 * privileges, not even that of reading what its permissions forbid. */
static void enter_users(int others) {
    uid_t user = getuid();
    gid_t group = getgid();
    char map[64];
    if (unshare(CLONE_NEWUSER | others) != 0)
        fail("the kernel refuses user namespaces");
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1", user == 0 ? 1000 : user, user);
    write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "%u %u 1", group == 0 ? 1000 : group, group);
    write_file("/proc/self/gid_map", map);
}

/* Ends as another process did. */
static void end_as(int status) {
    if (WIFEXITED(status))
        _exit(WEXITSTATUS(status));
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    _exit(125);
}

/* Waits for the evaluator, as the first process of its namespace: when this one ends, the kernel ends all others in it.
 * It is none that the evaluator could be, for what it sends to itself does not reach a first process. */
static void keep_house(pid_t evaluator, int report) {
    int status = 0;
    pid_t ended;
    do
        ended = wait(&status);
    while (ended != evaluator && (ended >= 0 || errno == EINTR));
    if (write(report, &status, sizeof status) != sizeof status)
        _exit(125);
    _exit(0);
}

/* Enters a namespace of processes. Only the process that is to be the evaluator comes back. */
static void enter_processes(void) {
    int report[2], status;
    enter_users(CLONE_NEWPID);
    if (pipe2(report, O_CLOEXEC) != 0)
        fail("cannot make a pipe");
    pid_t first = fork();
    if (first < 0)
        fail("cannot start a process");
    if (first == 0) {
        /* Whoever kills the jail kills everything in it. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        pid_t evaluator = fork();
        if (evaluator < 0)
            fail("cannot start a process");
        if (evaluator != 0)
            keep_house(evaluator, report[1]);
        return;
    }
    close(report[1]);
    ssize_t length;
    do
        length = read(report[0], &status, sizeof status);
    while (length < 0 && errno == EINTR);
    while (waitpid(first, NULL, 0) < 0 && errno == EINTR)
        ;
    if (length != sizeof status)
        status = SIGKILL;
    end_as(status);
}

static void enter_namespaces(int has_users) {
    int others = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC;
    if (!has_users)
        enter_users(others);
    else if (unshare(others) != 0)
        fail("the kernel refuses namespaces");
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        fail("cannot keep mounts private");
}

/* The loopback interface exists but leads nowhere: connections are refused, as they are by a machine
 * on which nobody listens. */
static void raise_loopback(void) {
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP;
    if (any < 0 || ioctl(any, SIOCSIFFLAGS, &request) != 0)
        fail("cannot raise the loopback interface");
    close(any);
}

static void restrict_mount(int at, const char *path, unsigned flags, uint64_t attributes) {
    struct { uint64_t set, clear, propagation, user; } change = {attributes, 0, 0, 0};
    if (syscall(MOUNT_SETATTR, at, path, flags, &change, sizeof change) != 0)
        fail("cannot make a mount read-only");
}

/* Makes the folders above a place. They can be walked through but not listed, so that no program finds
 * what it has not been told of. */
static void make_folders_above(const char *path) {
    char parent[4096];
    if (strlen(path) >= sizeof parent)
        fail("a path is too long");
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        memcpy(parent, path, slash - path);
        parent[slash - path] = 0;
        if (mkdir(parent, 0111) != 0 && errno != EEXIST)
            fail("cannot make %s", parent);
    }
}

/* Makes the file or folder that a place is mounted on. */
static void make_mount_point(const char *path, int is_folder) {
    make_folders_above(path);
    if (is_folder) {
        if (mkdir(path, 0111) != 0 && errno != EEXIST)
            fail("cannot make %s", path);
    } else {
        int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        if (file < 0)
            fail("cannot make %s", path);
        close(file);
    }
}

static void attach(const struct place *place) {
    struct stat about;
    char at[4096];
    snprintf(at, sizeof at, NEW_ROOT "%s", place->at);
    if (place->kind == TEXT) {
        make_mount_point(at, 0);
        write_file(at, place->source);
        return;
    }
    if (place->kind == PASSAGE) {
        make_mount_point(at, 1);
        return;
    }
    if (place->kind == LINK) {
        make_folders_above(at);
        if (symlink(place->source, at) != 0)
            fail("cannot make %s", at);
        return;
    }
    if (fstatat(place->tree, "", &about, AT_EMPTY_PATH) != 0)
        fail("cannot look at %s", place->source);
    make_mount_point(at, S_ISDIR(about.st_mode));
    restrict_mount(place->tree, "", AT_EMPTY_PATH | WITH_MOUNTS_BELOW,
                   ATTR_NO_SETUID | (place->kind == DEVICE ? 0 : ATTR_NO_DEVICES) |
                       (place->kind == USE ? 0 : ATTR_READ_ONLY));
    if (syscall(MOVE_MOUNT, place->tree, "", AT_FDCWD, at, FROM_DESCRIPTOR) != 0)
        fail("cannot mount %s", place->source);
    close(place->tree);
}

/* Puts a root together that holds the places and nothing else, and makes it the root. */
static void change_root(struct place *places, int count) {
    for (int i = 0; i < count; i++) {
        if (!is_mount(places[i].kind))
            continue;
        places[i].tree = syscall(OPEN_TREE, AT_FDCWD, places[i].source, TREE_CLONE | TREE_CLOEXEC | WITH_MOUNTS_BELOW);
        if (places[i].tree < 0)
            fail("cannot take %s along", places[i].source);
    }
    if (mount("twinix", NEW_ROOT, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0111,size=1m") != 0)
        fail("cannot mount a new root");
    for (int i = 0; i < count; i++)
        attach(&places[i]);
    if (chdir(NEW_ROOT) != 0)
        fail("cannot enter the new root");
    restrict_mount(AT_FDCWD, ".", 0, ATTR_READ_ONLY);
    /* The old root lies below the new one for a moment; then it is let go. */
    if (syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
        fail("cannot leave the old root");
}

static int resource_named(const char *name) {
    if (!strcmp(name, "core")) return RLIMIT_CORE;
    if (!strcmp(name, "cpu")) return RLIMIT_CPU;
    if (!strcmp(name, "file")) return RLIMIT_FSIZE;
    if (!strcmp(name, "memory")) return RLIMIT_AS;
    if (!strcmp(name, "stack")) return RLIMIT_STACK;
    errno = EINVAL;
    fail("there is no limit on '%s'", name);
    return -1;
}

/* A limit that cannot be set is left alone: then a stricter one is in force already. */
static void set_limit(const char *name, const char *amount, int softly) {
    int resource = resource_named(name);
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        return;
    rlim_t wanted = strtoull(amount, NULL, 10);
    if (wanted > limit.rlim_max)
        wanted = limit.rlim_max;
    limit.rlim_cur = wanted;
    if (!softly)
        limit.rlim_max = wanted;
    setrlimit(resource, &limit);
}

/* Gives an opened file another number. */
static void move_to(int file, int number, const char *name) {
    if (file < 0 || (file != number && dup2(file, number) < 0))
        fail("cannot open %s", name);
    if (file != number)
        close(file);
}

static int place_named(const char *option) {
    if (!strcmp(option, "see")) return SEE;
    if (!strcmp(option, "use")) return USE;
    if (!strcmp(option, "file")) return TEXT;
    if (!strcmp(option, "link")) return LINK;
    return -1;
}

int main(int count, char **words) {
    struct place places[MOST_PLACES];
    int place_count = 0, namespaces = 0, processes = 0, is_server = 0, at = 1;
    const char *folder = NULL, *input = NULL, *library = NULL;
    struct { const char *name, *amount; int softly; } limits[8];
    int limit_count = 0;

    while (at < count && strcmp(words[at], "--") != 0) {
        const char *option = words[at];
        const char *first = at + 1 < count ? words[at + 1] : NULL;
        const char *second = at + 2 < count ? words[at + 2] : NULL;
        int is_limit = !strcmp(option, "limit") || !strcmp(option, "softly");
        int kind = place_named(option);
        if (is_limit && second && limit_count < 8) {
            limits[limit_count].name = first;
            limits[limit_count].amount = second;
            limits[limit_count++].softly = option[0] == 's';
            at += 3;
        } else if (kind >= 0 && second && place_count < MOST_PLACES) {
            int is_second = is_mount(kind);
            places[place_count++] = (struct place){
                kind, is_second ? second : first, is_second ? first : second, -1};
            at += 3;
        } else if (!strcmp(option, "passage") && first && place_count < MOST_PLACES) {
            places[place_count++] = (struct place){PASSAGE, first, NULL, -1};
            at += 2;
        } else if (!strcmp(option, "device") && first && place_count < MOST_PLACES) {
            places[place_count++] = (struct place){DEVICE, first, first, -1};
            at += 2;
        } else if (!strcmp(option, "folder") && first) {
            folder = first;
            at += 2;
        } else if (!strcmp(option, "namespaces")) {
            namespaces = 1;
            at += 1;
        } else if (!strcmp(option, "processes")) {
            processes = 1;
            at += 1;
        } else if (!strcmp(option, "stdin") && first) {
            input = first;
            at += 2;
        } else if (!strcmp(option, "preload") && first) {
            library = first;
            at += 2;
        } else if (!strcmp(option, "server")) {
            is_server = 1;
            at += 1;
        } else {
            errno = EINVAL;
            fail("'%s'", option);
        }
    }

    if (is_server) {
        if (dup2(0, REQUESTS) < 0 || dup2(0, REPLIES) < 0)
            fail("cannot keep the line to the harness");
        move_to(open("/proc", O_RDONLY | O_DIRECTORY), PROC_DESCRIPTOR, "/proc");
        move_to(open("/dev/null", O_RDONLY), 0, "/dev/null");
    }
    if (processes)
        enter_processes();
    if (namespaces) {
        enter_namespaces(processes);
        raise_loopback();
        change_root(places, place_count);
    }
    if (folder && chdir(folder) != 0)
        fail("cannot enter %s", folder);
    if (input)
        move_to(open(input, O_RDONLY), 0, input);
    if (at + 1 >= count)
        return 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        fail("cannot give up privileges");
    for (int i = 0; i < limit_count; i++)
        set_limit(limits[i].name, limits[i].amount, limits[i].softly);
    if (library && setenv("LD_PRELOAD", library, 1) != 0)
        fail("cannot preload %s", library);
    execv(words[at + 1], words + at + 1);
    fail("cannot run %s", words[at + 1]);
}
