/* faults.c: a disk that fails on demand, loaded before the C library. It
 * counts the calls that touch files; the FAULT_AT-th of those that FAULT_CALL
 * names ("*": all) fails with FAULT_ERRNO, or for errno 0 ends the process as
 * kill -9 does. FAULT_STAYS=1: so do all after it. FAULT_SHORT=1: writes take
 * one byte, reads give one. FAULT_MARK is made when a fault has struck. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static long seen;

static long number_of(const char *name)
{
    const char *text = getenv(name);
    return text != NULL ? strtol(text, NULL, 10) : 0;
}

static void mark(void)
{
    const char *path = getenv("FAULT_MARK");
    if (path != NULL) {
        long file =
            syscall(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY, 0600);
        syscall(SYS_close, file);
    }
}

/* Whether this call fails; errno is then set. */
static int strikes(const char *call)
{
    const char *wanted = getenv("FAULT_CALL");
    if (wanted == NULL ||
        (strcmp(wanted, "*") != 0 && strcmp(wanted, call) != 0)) {
        return 0;
    }
    long at = number_of("FAULT_AT");
    seen++;
    if (at == 0 || seen < at || (seen > at && number_of("FAULT_STAYS") == 0)) {
        return 0;
    }
    mark();
    int error = (int)number_of("FAULT_ERRNO");
    if (error == 0) {
        kill(getpid(), SIGKILL);
    }
    errno = error;
    return 1;
}

/* The function of that name that this one stands before. */
static void find(const char *name, void *function)
{
    void *symbol = dlsym(RTLD_NEXT, name);
    memcpy(function, &symbol, sizeof symbol);
}

#define BEHIND(name)                                                           \
    __typeof__(&name) behind;                                                  \
    find(#name, &behind)

int open(const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
    va_end(list);
    BEHIND(open);
    return strikes("open") ? -1 : behind(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
    va_end(list);
    BEHIND(openat);
    return strikes("open") ? -1 : behind(folder, path, flags, mode);
}

int fcntl(int file, int command, ...)
{
    va_list list;
    va_start(list, command);
    int argument = va_arg(list, int);
    va_end(list);
    BEHIND(fcntl);
    return strikes("fcntl") ? -1 : behind(file, command, argument);
}

ssize_t write(int file, const void *bytes, size_t size)
{
    if (strikes("write")) {
        return -1;
    }
    size_t most = number_of("FAULT_SHORT") != 0 && size > 1 ? 1 : size;
    BEHIND(write);
    return behind(file, bytes, most);
}

ssize_t read(int file, void *bytes, size_t size)
{
    if (strikes("read")) {
        return -1;
    }
    size_t most = number_of("FAULT_SHORT") != 0 && size > 1 ? 1 : size;
    BEHIND(read);
    return behind(file, bytes, most);
}

/* As Linux does, the descriptor is gone even where closing fails. */
int close(int file)
{
    BEHIND(close);
    int struck = strikes("close");
    int error = errno;
    int result = behind(file);
    errno = struck ? error : errno;
    return struck ? -1 : result;
}

int renameat(int from, const char *old, int to, const char *new)
{
    BEHIND(renameat);
    return strikes("rename") ? -1 : behind(from, old, to, new);
}

int mkdirat(int folder, const char *path, mode_t mode)
{
    BEHIND(mkdirat);
    return strikes("mkdir") ? -1 : behind(folder, path, mode);
}

int unlinkat(int folder, const char *path, int flags)
{
    BEHIND(unlinkat);
    return strikes("unlink") ? -1 : behind(folder, path, flags);
}

int fchmod(int file, mode_t mode)
{
    BEHIND(fchmod);
    return strikes("chmod") ? -1 : behind(file, mode);
}

int flock(int file, int operation)
{
    BEHIND(flock);
    return strikes("flock") ? -1 : behind(file, operation);
}

int fstat(int file, struct stat *found)
{
    BEHIND(fstat);
    return strikes("stat") ? -1 : behind(file, found);
}

int fstatat(int folder, const char *path, struct stat *found, int flags)
{
    BEHIND(fstatat);
    return strikes("stat") ? -1 : behind(folder, path, found, flags);
}

ssize_t getrandom(void *bytes, size_t size, unsigned flags)
{
    BEHIND(getrandom);
    return strikes("random") ? -1 : behind(bytes, size, flags);
}
