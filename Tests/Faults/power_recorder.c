/* Preloaded into a server: keeps beside its data directory (POWER_DATA) a copy (POWER_COPY) of what would survive a loss of power,
 * and not a byte more: a file's bytes and size as of its last fsync or fdatasync, a directory's names as of its last fsync.
 *
 * In the copy, "file-N" holds the synced bytes of the file that got number N when it was made, "names-N" the synced entries of a
 * directory, a line "kind number name" each, and "top-N" tells the number of the data directory. See power.py, which puts it together. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 65536
#define DESCRIPTORS 65536
#define RANGES 64

struct range { off_t start, end; };
struct file {
    ino_t inode;
    int is_directory, count;
    off_t cut;  /* the least size since the last sync; -1 */
    struct range dirty[RANGES];
};

static struct file *files;
static int file_count = 1, of_descriptor[DESCRIPTORS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *data, *copy;
static size_t data_length;

#define REAL(type, name, ...) \
    static type (*real_##name)(__VA_ARGS__); \
    if (!real_##name) real_##name = dlsym(RTLD_NEXT, #name)

static int copy_open(const char *kind, int number, int flags) {
    char path[4096];
    REAL(int, open, const char *, int, ...);
    snprintf(path, sizeof path, "%s/%s-%d", copy, kind, number);
    return real_open(path, flags | O_CREAT | O_CLOEXEC, 0600);
}

/* The number of the file with that inode, from the newest on; 0 if it is none of ours. */
static int find(ino_t inode) {
    for (int n = file_count - 1; n > 0; n--) if (files[n].inode == inode) return n;
    return 0;
}

static int add(ino_t inode, int is_directory) {
    if (file_count >= FILES) abort();
    files[file_count].inode = inode;
    files[file_count].is_directory = is_directory;
    files[file_count].cut = -1;
    return file_count++;
}

static void put_file(int number, int source, off_t start, off_t end) {
    static char buffer[1 << 20];
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    int target = copy_open("file", number, O_WRONLY);
    while (start < end) {
        size_t wanted = end - start < (off_t)sizeof buffer ? (size_t)(end - start) : sizeof buffer;
        ssize_t got = pread(source, buffer, wanted, start);
        if (got <= 0) break;
        if (real_pwrite(target, buffer, got, start) != got) abort();
        start += got;
    }
    close(target);
}

static void put_size(int number, int source) {
    struct stat status;
    REAL(int, ftruncate, int, off_t);
    if (fstat(source, &status) != 0) return;
    int target = copy_open("file", number, O_WRONLY);
    if (files[number].cut >= 0 && real_ftruncate(target, files[number].cut) != 0) abort();
    files[number].cut = -1;
    if (real_ftruncate(target, status.st_size) != 0) abort();
    close(target);
}

static void put_names(int number, const char *path) {
    char line[4352], from[4096], to[4096];
    REAL(ssize_t, write, int, const void *, size_t);
    int target = copy_open("new-names", number, O_WRONLY | O_TRUNC);
    DIR *directory = opendir(path);
    struct dirent *entry;
    while (directory && (entry = readdir(directory))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        int found = find(entry->d_ino);
        if (!found) continue;
        int length = snprintf(line, sizeof line, "%c %d %s\n", files[found].is_directory ? 'd' : 'f', found, entry->d_name);
        if (real_write(target, line, length) != length) abort();
    }
    if (directory) closedir(directory);
    close(target);
    snprintf(from, sizeof from, "%s/new-names-%d", copy, number);
    snprintf(to, sizeof to, "%s/names-%d", copy, number);
    REAL(int, rename, const char *, const char *);
    real_rename(from, to);
}

/* What is there when the server starts is on the disk. */
static int take(const char *path) {
    struct stat status;
    char below[4096];
    struct dirent *entry;
    if (lstat(path, &status) != 0) return 0;
    if (S_ISREG(status.st_mode)) {
        REAL(int, open, const char *, int, ...);
        int number = add(status.st_ino, 0), source = real_open(path, O_RDONLY | O_CLOEXEC);
        put_file(number, source, 0, status.st_size);
        put_size(number, source);
        close(source);
        return number;
    }
    if (!S_ISDIR(status.st_mode)) return 0;
    int number = add(status.st_ino, 1);
    DIR *directory = opendir(path);
    while (directory && (entry = readdir(directory))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        take(below);
    }
    if (directory) closedir(directory);
    put_names(number, path);
    return number;
}

__attribute__((constructor)) static void begin(void) {
    data = getenv("POWER_DATA");
    copy = getenv("POWER_COPY");
    if (!data || !copy) return;
    data_length = strlen(data);
    files = calloc(FILES, sizeof *files);
    mkdir(data, 0750);
    mkdir(copy, 0700);
    pthread_mutex_lock(&lock);
    int number = take(data);
    close(copy_open("top", number, O_WRONLY));
    pthread_mutex_unlock(&lock);
}

static int is_ours(const char *path) {
    return files && path && !strncmp(path, data, data_length) && (path[data_length] == '/' || !path[data_length]);
}

/* A descriptor was opened: `is_new` when the file was made by it. */
static void opened(int descriptor, const char *path, int is_new) {
    struct stat status;
    if (descriptor < 0 || descriptor >= DESCRIPTORS || !is_ours(path) || fstat(descriptor, &status) != 0) return;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return;
    pthread_mutex_lock(&lock);
    int number = is_new ? 0 : find(status.st_ino);
    if (!number) number = add(status.st_ino, S_ISDIR(status.st_mode));
    of_descriptor[descriptor] = number;
    if (S_ISREG(status.st_mode) && status.st_size == 0) files[number].cut = 0;
    pthread_mutex_unlock(&lock);
}

static int opening(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
    int is_new = is_ours(path) && (flags & O_CREAT) && access(path, F_OK) != 0;
    int descriptor = real(path, flags, mode);
    opened(descriptor, path, is_new);
    return descriptor;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        REAL(int, name, const char *, int, ...); \
        return opening(real_##name, path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

int mkdir(const char *path, mode_t mode) {
    struct stat status;
    REAL(int, mkdir, const char *, mode_t);
    int result = real_mkdir(path, mode);
    if (result == 0 && is_ours(path) && lstat(path, &status) == 0) {
        pthread_mutex_lock(&lock);
        add(status.st_ino, 1);
        pthread_mutex_unlock(&lock);
    }
    return result;
}

int close(int descriptor) {
    REAL(int, close, int);
    if (descriptor >= 0 && descriptor < DESCRIPTORS) of_descriptor[descriptor] = 0;
    return real_close(descriptor);
}

static void wrote(int descriptor, off_t start, ssize_t length) {
    if (length <= 0 || descriptor < 0 || descriptor >= DESCRIPTORS || !of_descriptor[descriptor]) return;
    pthread_mutex_lock(&lock);
    struct file *file = &files[of_descriptor[descriptor]];
    off_t end = start + length;
    struct range *last = file->count ? &file->dirty[file->count - 1] : NULL;
    if (last && start <= last->end && end >= last->start) {
        if (start < last->start) last->start = start;
        if (end > last->end) last->end = end;
    } else if (file->count < RANGES) {
        file->dirty[file->count++] = (struct range){start, end};
    } else {
        /* One range around all: what is between is copied too, which a disk may have done as well. */
        for (int n = 0; n < file->count; n++) {
            if (file->dirty[n].start < start) start = file->dirty[n].start;
            if (file->dirty[n].end > end) end = file->dirty[n].end;
        }
        file->dirty[0] = (struct range){start, end};
        file->count = 1;
    }
    pthread_mutex_unlock(&lock);
}

#define PWRITE(name, type) \
    ssize_t name(int descriptor, const void *bytes, size_t length, type offset) { \
        REAL(ssize_t, name, int, const void *, size_t, type); \
        ssize_t written = real_##name(descriptor, bytes, length, offset); \
        wrote(descriptor, offset, written); \
        return written; \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int descriptor, const void *bytes, size_t length) {
    REAL(ssize_t, write, int, const void *, size_t);
    ssize_t written = real_write(descriptor, bytes, length);
    if (descriptor >= 0 && descriptor < DESCRIPTORS && of_descriptor[descriptor] && written > 0)
        wrote(descriptor, lseek(descriptor, 0, SEEK_CUR) - written, written);
    return written;
}

#define FTRUNCATE(name, type) \
    int name(int descriptor, type size) { \
        REAL(int, name, int, type); \
        if (descriptor >= 0 && descriptor < DESCRIPTORS && of_descriptor[descriptor]) { \
            pthread_mutex_lock(&lock); \
            struct file *file = &files[of_descriptor[descriptor]]; \
            if (file->cut < 0 || size < file->cut) file->cut = size; \
            pthread_mutex_unlock(&lock); \
        } \
        return real_##name(descriptor, size); \
    }
FTRUNCATE(ftruncate, off_t)
FTRUNCATE(ftruncate64, off64_t)

static void synchronized_(int descriptor) {
    struct range dirty[RANGES];
    char path[64], directory[4096];
    if (descriptor < 0 || descriptor >= DESCRIPTORS || !of_descriptor[descriptor]) return;
    pthread_mutex_lock(&lock);
    int number = of_descriptor[descriptor];
    struct file *file = &files[number];
    if (file->is_directory) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
        ssize_t length = readlink(path, directory, sizeof directory - 1);
        if (length > 0) {
            directory[length] = 0;
            put_names(number, directory);
        }
    } else {
        int count = file->count;
        memcpy(dirty, file->dirty, sizeof dirty);
        file->count = 0;
        /* The size first: what was cut away and written again is not what it was. */
        put_size(number, descriptor);
        for (int n = 0; n < count; n++) put_file(number, descriptor, dirty[n].start, dirty[n].end);
    }
    pthread_mutex_unlock(&lock);
}

/* The copy is what counts: the disk itself need not be waited for. */
int fsync(int descriptor) {
    synchronized_(descriptor);
    return 0;
}

int fdatasync(int descriptor) {
    synchronized_(descriptor);
    return 0;
}
