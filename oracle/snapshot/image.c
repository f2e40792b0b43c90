/*
 * Saves and restores the memory of the process.
 *
 * What can change is the private, writable memory. The pages of it that exist are copied aside, about
 * 2 MB; the others are zero, or as in the file that they come from. To restore is to copy back those of
 * the saved pages that have changed, to drop what the others have become, and to unmap what was mapped
 * since. This file's own records lie in shared memory, which is not part of the image; no more are the
 * copies.
 */
#define _GNU_SOURCE
#include "image.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>

#include "protocol.h"
#include "system.h"

#define MOST_RUNS 16384
#define MOST_MAPPINGS 2048
#define MOST_DESCRIPTORS 1024
#define MAPS_TEXT (1 << 19)
#define ENTRIES 512
#define LARGE_PAGE (2UL << 20)

/* Pages next to each other that are restored in the same way. */
struct run {
    uintptr_t start, end;
    char *saved; /* null: they are dropped */
};

struct mapping {
    uintptr_t start, end;
    char readable, writable, private;
    const char *name;
};

struct image {
    int proc, pid;
    int pagemap, statm;
    uintptr_t heap_end;
    unsigned long size; /* pages of address space */
    int run_count, mapping_count;
    int highest;                       /* the highest descriptor */
    char descriptors[MOST_DESCRIPTORS]; /* which are open */
    unsigned long signals;             /* the mask of blocked signals */
    struct run runs[MOST_RUNS];
    struct mapping mappings[MOST_MAPPINGS];
    uint64_t entries[ENTRIES];
    char text[MAPS_TEXT];
};

static struct image *image;

static void *shared_memory(size_t length) {
    long at = call(SYS_mmap, 0, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (at < 0)
        give_up("there is no room for the image");
    return (void *)at;
}

/* Opens a file of this process below the descriptor of /proc, which may be out of reach by its path. */
static int open_own(const char *name) {
    char path[64], digits[12];
    int length = 0, count = 0;
    for (int rest = image->pid; rest > 0; rest /= 10)
        digits[count++] = '0' + rest % 10;
    while (count > 0)
        path[length++] = digits[--count];
    path[length++] = '/';
    strcpy(path + length, name);
    int file = call(SYS_openat, image->proc, path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        give_up("cannot read what /proc says about this process");
    return file;
}

static uintptr_t hexadecimal(char **at) {
    uintptr_t number = 0;
    for (;; ++*at) {
        char c = **at;
        if (c >= '0' && c <= '9')
            number = number * 16 + (c - '0');
        else if (c >= 'a' && c <= 'f')
            number = number * 16 + (c - 'a' + 10);
        else
            return number;
    }
}

/* Reads the list of mappings into `text`. */
static void read_maps(void) {
    int file = open_own("maps");
    long length = 0, got;
    while ((got = call(SYS_read, file, image->text + length, MAPS_TEXT - 1 - length)) > 0)
        length += got;
    image->text[length] = 0;
    call(SYS_close, file);
}

/* Takes the next mapping off the list; a line is `start-end rwxp offset device inode name`. */
static int next_mapping(char **at, struct mapping *mapping) {
    char *line = *at;
    if (!*line)
        return 0;
    char *end = strchr(line, '\n');
    if (end) {
        *end = 0;
        *at = end + 1;
    } else {
        *at = line + strlen(line);
    }
    mapping->start = hexadecimal(&line);
    line++;
    mapping->end = hexadecimal(&line);
    line++;
    mapping->readable = line[0] == 'r';
    mapping->writable = line[1] == 'w';
    mapping->private = line[3] == 'p';
    /* The name is the last word; nothing but it has a slash or a bracket. */
    mapping->name = strpbrk(line, "/[");
    if (!mapping->name)
        mapping->name = "";
    return 1;
}

/* Pages of address space, the first number in statm. */
static unsigned long size_now(void) {
    char text[64];
    long length = call(SYS_pread64, image->statm, text, sizeof text - 1, 0);
    unsigned long size = 0;
    for (long i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++)
        size = size * 10 + (text[i] - '0');
    return size;
}

/* Whether a page of this process can be read; it is brought into memory then. */
static int can_read(uintptr_t page) {
    char byte;
    struct iovec to = {&byte, 1}, from = {(void *)page, 1};
    return call(SYS_process_vm_readv, image->pid, &to, 1, &from, 1, 0) == 1;
}

static void add_page(uintptr_t page, uintptr_t mapping, int exists) {
    struct run *last = image->run_count > 0 ? &image->runs[image->run_count - 1] : NULL;
    if (last && last->end == page && last->start >= mapping && !last->saved == !exists) {
        last->end += PAGE;
        return;
    }
    if (image->run_count == MOST_RUNS)
        give_up("its memory is in too many pieces");
    /* Where the copy goes is decided when all are known. */
    image->runs[image->run_count++] =
        (struct run){page, page + PAGE, exists ? (char *)1 : NULL};
}

/* Divides a mapping into pages that exist and pages that do not. */
static void divide(const struct mapping *mapping) {
    for (uintptr_t page = mapping->start; page < mapping->end;) {
        size_t count = (mapping->end - page) / PAGE;
        if (count > ENTRIES)
            count = ENTRIES;
        long length = count * sizeof(uint64_t);
        if (call(SYS_pread64, image->pagemap, image->entries, length, page / PAGE * 8) != length)
            give_up("cannot see which pages exist");
        for (size_t i = 0; i < count; i++, page += PAGE) {
            int present = image->entries[i] >> 63 & 1;
            int elsewhere = image->entries[i] >> 62 & 1;
            /* Swapped out, or no page at all but the mark of a guard. */
            if (!present && elsewhere)
                present = can_read(page);
            add_page(page, mapping->start, present);
        }
    }
}

static void note_descriptors(void) {
    image->highest = 0;
    for (int i = 0; i < MOST_DESCRIPTORS; i++)
        if (call(SYS_fcntl, i, F_GETFD) >= 0) {
            image->descriptors[i] = 1;
            image->highest = i;
        }
}

/* The stack grows when it is used. It is made as large as it may become, so that a run which fills it
 * maps nothing; and in large pages, below where ordinary runs come, so that filling it is quick. */
static void extend_stack(const struct mapping *stack) {
    struct rlimit limit;
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    if (call(SYS_prlimit64, 0, RLIMIT_STACK, 0, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return;
    uintptr_t lowest = (stack->end - limit.rlim_cur + PAGE - 1) & ~(PAGE - 1);
    if (lowest >= stack->start)
        return;
    *(volatile char *)lowest = 0;
    call(SYS_madvise, lowest, PAGE, MADV_DONTNEED);
    uintptr_t ordinary = (here - (512 << 10)) & ~(PAGE - 1);
    if (ordinary > lowest)
        call(SYS_madvise, lowest, ordinary - lowest, MADV_HUGEPAGE);
}

static void find_stack(void) {
    char *at = image->text;
    struct mapping mapping;
    while (next_mapping(&at, &mapping))
        if (!strcmp(mapping.name, "[stack]"))
            extend_stack(&mapping);
}

static int is_saved(const struct mapping *mapping) {
    /* The kernel's own pages ([vvar], [vdso]) are not ours to write. */
    return mapping->writable && mapping->private && strncmp(mapping->name, "[v", 2) != 0;
}

/* Memory in large pages, where the kernel has them: the copy is compared from one end to the other after each
 * program, and where small pages are has to be looked up for each of them. It counts among the mappings that
 * were there, so that a restore leaves it. */
static char *large_memory(size_t length) {
    if (image->mapping_count == MOST_MAPPINGS)
        give_up("it has too many mappings");
    long at = call(SYS_mmap, 0, length + LARGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at < 0)
        give_up("there is no room for the image");
    uintptr_t start = at, end = start + length + LARGE_PAGE;
    call(SYS_madvise, start, end - start, MADV_HUGEPAGE);
    image->mappings[image->mapping_count++] = (struct mapping){.start = start, .end = end};
    return (char *)((start + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1));
}

void image_take(int proc) {
    image = shared_memory(sizeof *image);
    image->proc = proc;
    image->pid = call(SYS_getpid);
    image->pagemap = open_own("pagemap");
    image->statm = open_own("statm");
    read_maps();
    find_stack();

    read_maps();
    char *at = image->text;
    struct mapping mapping;
    while (next_mapping(&at, &mapping)) {
        if (image->mapping_count == MOST_MAPPINGS)
            give_up("it has too many mappings");
        image->mappings[image->mapping_count++] = mapping;
    }
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    size_t saved = 0;
    for (int i = 0; i < image->mapping_count; i++) {
        struct mapping *one = &image->mappings[i];
        if (!is_saved(one))
            continue;
        struct mapping part = *one;
        if (one->start <= here && here < one->end) {
            /* Below this frame the stack holds nothing; the margin is for the calls made here. */
            part.end = (here - 4 * PAGE) & ~(PAGE - 1);
            for (uintptr_t page = part.start; page < part.end; page += PAGE)
                add_page(page, part.start, 0);
            part.start = part.end;
            part.end = one->end;
        }
        divide(&part);
    }
    for (int i = 0; i < image->run_count; i++)
        if (image->runs[i].saved)
            saved += image->runs[i].end - image->runs[i].start;
    char *copy = large_memory(saved);
    note_descriptors();
    call(SYS_rt_sigprocmask, SIG_SETMASK, 0, &image->signals, sizeof image->signals);
    image->heap_end = call(SYS_brk, 0);
    image->size = size_now();
    /* Last, so that everything that was written above is in it. */
    for (int i = 0; i < image->run_count; i++) {
        struct run *run = &image->runs[i];
        if (!run->saved)
            continue;
        run->saved = copy;
        memcpy(copy, (void *)run->start, run->end - run->start);
        copy += run->end - run->start;
    }
}

int image_has_descriptor(int descriptor) {
    return descriptor >= 0 && descriptor < MOST_DESCRIPTORS && image->descriptors[descriptor];
}

/* Unmaps the part of a mapping that was not mapped when the image was taken. */
static void unmap_new(uintptr_t start, uintptr_t end) {
    while (start < end) {
        uintptr_t next = end;
        int is_old = 0;
        for (int i = 0; i < image->mapping_count; i++) {
            const struct mapping *old = &image->mappings[i];
            if (old->start <= start && start < old->end) {
                is_old = 1;
                next = old->end < end ? old->end : end;
                break;
            }
            if (old->start > start && old->start < next)
                next = old->start;
        }
        if (!is_old)
            call(SYS_munmap, start, next - start);
        start = next;
    }
}

static void unmap_all_new(void) {
    read_maps();
    char *at = image->text;
    struct mapping mapping;
    while (next_mapping(&at, &mapping)) {
        /* What is shared is our own. */
        int is_kernels = mapping.name[0] == '[' && strcmp(mapping.name, "[heap]") != 0;
        if (mapping.private && !is_kernels)
            unmap_new(mapping.start, mapping.end);
    }
}

static void close_new_descriptors(void) {
    int first = -1;
    for (int i = 0; i <= image->highest; i++) {
        if (!image->descriptors[i] && first < 0)
            first = i;
        if (image->descriptors[i] && first >= 0) {
            call(SYS_close_range, first, i - 1, 0);
            first = -1;
        }
    }
    call(SYS_close_range, image->highest + 1, ~0U, 0);
}

/* A program writes to about one page in six, and to read two is quicker than to write one. */
static void copy_back(const struct run *run) {
    const char *saved = run->saved;
    for (uintptr_t page = run->start; page < run->end; page += PAGE, saved += PAGE)
        if (memcmp((void *)page, saved, PAGE) != 0)
            memcpy((void *)page, saved, PAGE);
}

unsigned image_restore(void) {
    unsigned taint = 0;
    uintptr_t heap_end = call(SYS_brk, 0);
    if (heap_end < image->heap_end)
        taint = LOST_MEMORY;
    if (heap_end != image->heap_end)
        call(SYS_brk, image->heap_end);
    for (int i = 0; i < image->run_count; i++) {
        const struct run *run = &image->runs[i];
        if (run->saved)
            copy_back(run);
        else
            call(SYS_madvise, run->start, run->end - run->start, MADV_DONTNEED);
    }
    close_new_descriptors();
    if (size_now() != image->size)
        unmap_all_new();
    if (size_now() != image->size)
        taint = LOST_MEMORY;
    call(SYS_rt_sigprocmask, SIG_SETMASK, &image->signals, 0, sizeof image->signals);
    return taint;
}
