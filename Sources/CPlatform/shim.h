/* Calls of glibc that Swift's Glibc module does not show (_GNU_SOURCE, or variadic). */
#include <pthread.h>
#include <sys/prctl.h>

static inline int grouplite_set_thread_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
static inline int grouplite_die_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

#include <sys/syscall.h>
#include <unistd.h>
extern long syscall(long number, ...);
static inline int grouplite_thread_id(void) { return (int)syscall(SYS_gettid); }

#include <sys/eventfd.h>
/* Not <sys/socket.h>: it would take its types away from the Glibc module. */
struct sockaddr;
extern int accept4(int descriptor, struct sockaddr *address, unsigned int *length, int flags);
static inline int grouplite_accept_cloexec(int descriptor, void *address, unsigned int *length) {
    return accept4(descriptor, (struct sockaddr *)address, length, 02000000 /* SOCK_CLOEXEC */);
}
static inline int grouplite_eventfd(void) { return eventfd(0, EFD_CLOEXEC); }

/* Begins to write dirty pages out without waiting for them (SYNC_FILE_RANGE_WRITE). */
static inline int grouplite_start_writeback(int fd, long offset, long count) {
    return (int)syscall(SYS_sync_file_range, fd, offset, count, 2);
}

/* The calling thread's niceness; <sys/resource.h> would take types away from the Glibc module. */
static inline int grouplite_set_thread_nice(int nice) { return (int)syscall(SYS_setpriority, 0, 0, nice); }

/* Not <malloc.h>: it brings FILE. */
extern int mallopt(int parameter, int value);
extern int malloc_trim(unsigned long pad);
/* Blocks from this size on are mapped one by one, and unmapped when freed (M_MMAP_THRESHOLD). */
static inline int grouplite_map_blocks_from(int bytes) { return mallopt(-3, bytes); }
/* Threads share so many heaps (M_ARENA_MAX). */
static inline int grouplite_limit_heaps(int count) { return mallopt(-8, count); }
static inline int grouplite_trim_heaps(void) { return malloc_trim(0); }
