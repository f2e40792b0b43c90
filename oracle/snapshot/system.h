/*
 * System calls made directly. The library replaces functions of the C library, so it must not go
 * through them itself; and it has to load beside glibc 2.31, so it uses no symbol that is newer.
 */
#ifndef TWINIX_SYSTEM_H
#define TWINIX_SYSTEM_H

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

static inline long call6(long number, long a, long b, long c, long d, long e, long f) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result; /* a negative number is an error */
}

#define CALL_PICK(_0, _1, _2, _3, _4, _5, _6, NAME, ...) NAME
#define CALL0(n) call6(n, 0, 0, 0, 0, 0, 0)
#define CALL1(n, a) call6(n, (long)(a), 0, 0, 0, 0, 0)
#define CALL2(n, a, b) call6(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define CALL3(n, a, b, c) call6(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define CALL4(n, a, b, c, d) call6(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define CALL5(n, a, b, c, d, e) \
    call6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define CALL6(n, a, b, c, d, e, f) \
    call6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
/* call(SYS_x, arguments...) */
#define call(...) \
    CALL_PICK(__VA_ARGS__, CALL6, CALL5, CALL4, CALL3, CALL2, CALL1, CALL0)(__VA_ARGS__)

_Noreturn static inline void end_process(int status) {
    for (;;)
        call(SYS_exit_group, status);
}

/* Says why the server cannot go on, where its standard error is read, and ends it. */
_Noreturn static inline void give_up(const char *why) {
    size_t length = 0;
    while (why[length])
        length++;
    call(SYS_write, 2, "twinix-snapshot: ", 17);
    call(SYS_write, 2, why, length);
    call(SYS_write, 2, "\n", 1);
    end_process(125);
}

#define PAGE 4096UL

#endif
