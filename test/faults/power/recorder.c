// Stands between a program and its disk (LD_PRELOAD, Linux): every change below one folder is written to a journal, with
// its bytes and its place among the others, and the disk can be made full or its syncs made to fail. layer.ts compiles it
// and starts servers under it; journal.ts reads what it wrote; disk.ts makes of that what a power cut leaves.
//
// DISK_ROOT     the folder that is watched; the syncs of the folder above it are recorded too, for its own name
// DISK_JOURNAL  where the records go, outside of it
// DISK_CONTROL  a file of `struct control`, shared with the test
//
// A change and its record are one step under one lock. A sync is not: what is written while it runs is not covered by it,
// so its record names the place in the journal at which it began. Reading, and the mapped -shm file of SQLite, which a
// start makes anew, are not recorded.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum op { OPEN = 1, WRITE, TRUNCATE, SYNC, RENAME, LINK, UNLINK, MKDIR };
enum opened { CREATED = 1, EMPTIED = 2 };

struct head {
  uint32_t op;
  uint32_t path_bytes;
  uint32_t other_bytes;
  uint32_t data_bytes;
  uint64_t inode;
  // WRITE: where; TRUNCATE: the new length; OPEN: enum opened; SYNC: 1 when it failed.
  uint64_t value;
  // SYNC: length of the journal when it began.
  uint64_t since;
};

struct control {
  // Bytes that files may still grow by; at 0 no name can be made either.
  uint64_t free_bytes;
  // So many syncs pass, then so many fail with EIO.
  uint32_t syncs_before;
  uint32_t syncs_failing;
  // What was refused so far.
  uint32_t writes_refused;
  uint32_t names_refused;
  uint32_t syncs_failed;
};

#define FDS 4096
static uint64_t inode_of[FDS];
static dev_t device;
static char root[PATH_MAX], above[PATH_MAX];
static size_t root_bytes;
static int journal = -1;
static uint64_t journal_bytes;
static struct control *control;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static ssize_t real_write(int fd, const void *bytes, size_t count) {
  REAL(write);
  return real(fd, bytes, count);
}

__attribute__((constructor)) static void begin(void) {
  const char *folder = getenv("DISK_ROOT"), *to = getenv("DISK_JOURNAL"), *page = getenv("DISK_CONTROL");
  if (folder == NULL || to == NULL || page == NULL) return;
  strncpy(root, folder, sizeof root - 1);
  strncpy(above, folder, sizeof above - 1);
  *strrchr(above, '/') = 0;
  int shared = open(page, O_RDWR | O_CLOEXEC);
  control = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
  journal = open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (shared < 0 || control == MAP_FAILED || journal < 0) abort();
  root_bytes = strlen(root);
}

static int is_watched(const char *path) {
  if (root_bytes == 0 || path == NULL || strncmp(path, root, root_bytes) != 0) return 0;
  return path[root_bytes] == 0 || path[root_bytes] == '/';
}

/** libuv closes past this library (by syscall), so an entry is believed only while the descriptor is still that file. */
static uint64_t watched(int fd) {
  if (fd < 0 || fd >= FDS || inode_of[fd] == 0) return 0;
  struct stat facts;
  if (fstat(fd, &facts) == 0 && facts.st_dev == device && facts.st_ino == inode_of[fd]) return facts.st_ino;
  inode_of[fd] = 0;
  return 0;
}

/** Called with the lock held. A program whose record cannot be written is not one whose disk is known. */
static void record(struct head head, const char *path, const char *other, const void *data) {
  head.path_bytes = path == NULL ? 0 : strlen(path);
  head.other_bytes = other == NULL ? 0 : strlen(other);
  struct iovec parts[] = {
    {&head, sizeof head}, {(void *)path, head.path_bytes}, {(void *)other, head.other_bytes}, {(void *)data, head.data_bytes},
  };
  for (int n = 0; n < 4; n++) {
    for (size_t done = 0; done < parts[n].iov_len;) {
      ssize_t written = real_write(journal, (char *)parts[n].iov_base + done, parts[n].iov_len - done);
      if (written < 0) abort();
      done += written;
      journal_bytes += written;
    }
  }
}

static int refused(uint32_t *count) {
  *count += 1;
  errno = ENOSPC;
  return -1;
}

/** Bytes of a write that still fit; what lies within the file takes no space. -1: none does. */
static ssize_t fitting(int fd, uint64_t at, size_t count) {
  struct stat facts;
  if (fstat(fd, &facts) != 0) return -1;
  uint64_t end = at + count, size = facts.st_size;
  if (end <= size) return count;
  uint64_t growth = end - size;
  if (growth <= control->free_bytes) {
    if (control->free_bytes != UINT64_MAX) control->free_bytes -= growth;
    return count;
  }
  uint64_t kept = growth - control->free_bytes < count ? count - (growth - control->free_bytes) : 0;
  control->free_bytes = 0;
  return kept > 0 ? (ssize_t)kept : refused(&control->writes_refused);
}

static ssize_t write_at(int fd, uint64_t inode, const void *bytes, size_t count, int64_t at, int is_moving) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (real == NULL) real = (__typeof__(real))dlsym(RTLD_NEXT, "pwrite64");
  pthread_mutex_lock(&lock);
  if (is_moving) at = fcntl(fd, F_GETFL) & O_APPEND ? lseek64(fd, 0, SEEK_END) : lseek64(fd, 0, SEEK_CUR);
  ssize_t written = fitting(fd, at, count);
  if (written >= 0) written = is_moving ? real_write(fd, bytes, written) : real(fd, bytes, written, at);
  int error = errno;
  if (written > 0) record((struct head){.op = WRITE, .inode = inode, .value = at, .data_bytes = written}, NULL, NULL, bytes);
  pthread_mutex_unlock(&lock);
  errno = error;
  return written;
}

ssize_t write(int fd, const void *bytes, size_t count) {
  uint64_t inode = watched(fd);
  return inode == 0 ? real_write(fd, bytes, count) : write_at(fd, inode, bytes, count, 0, 1);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  REAL(pwrite64);
  uint64_t inode = watched(fd);
  return inode == 0 ? real(fd, bytes, count, at) : write_at(fd, inode, bytes, count, at, 0);
}

/** The first part alone: a short write, which every caller must take. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  uint64_t inode = watched(fd);
  if (inode == 0 || count == 0) return real(fd, parts, count);
  return write_at(fd, inode, parts[0].iov_base, parts[0].iov_len, 0, 1);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  REAL(pwritev64);
  uint64_t inode = watched(fd);
  if (inode == 0 || count == 0) return real(fd, parts, count, at);
  return write_at(fd, inode, parts[0].iov_base, parts[0].iov_len, at, 0);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  return pwritev64(fd, parts, count, at);
}

typedef int opener(int, const char *, int, ...);

static int open_file(int folder, const char *path, int flags, mode_t mode) {
  static opener *real;
  if (real == NULL) real = (opener *)dlsym(RTLD_NEXT, "openat64");
  int is_above = root_bytes > 0 && path != NULL && strcmp(path, above) == 0;
  if (!is_above && !is_watched(path)) return real(folder, path, flags, mode);
  pthread_mutex_lock(&lock);
  struct stat facts;
  int is_new = (flags & O_CREAT) != 0 && lstat(path, &facts) != 0;
  int fd = is_new && control->free_bytes == 0 ? refused(&control->names_refused) : real(folder, path, flags, mode);
  int error = errno;
  if (fd >= 0 && fd < FDS && fstat(fd, &facts) == 0) {
    inode_of[fd] = facts.st_ino;
    device = facts.st_dev;
    uint64_t value = (is_new ? CREATED : 0) | (flags & O_TRUNC ? EMPTIED : 0);
    record((struct head){.op = OPEN, .inode = facts.st_ino, .value = value}, path, NULL, NULL);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return fd;
}

#define OPENER(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    return open_file(AT_FDCWD, path, flags, mode); \
  }
OPENER(open)
OPENER(open64)

int openat(int folder, const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_file(folder, path, flags, mode);
}

int close(int fd) {
  REAL(close);
  if (fd >= 0 && fd < FDS) inode_of[fd] = 0;
  return real(fd);
}

int ftruncate64(int fd, off64_t length) {
  REAL(ftruncate64);
  uint64_t inode = watched(fd);
  if (inode == 0) return real(fd, length);
  pthread_mutex_lock(&lock);
  int result = real(fd, length);
  if (result == 0) record((struct head){.op = TRUNCATE, .inode = inode, .value = length}, NULL, NULL, NULL);
  pthread_mutex_unlock(&lock);
  return result;
}

static int sync_file(int fd, int (*real)(int)) {
  uint64_t inode = watched(fd);
  if (inode == 0) return real(fd);
  pthread_mutex_lock(&lock);
  struct head head = {.op = SYNC, .inode = inode, .since = journal_bytes};
  int fails = 0;
  if (control->syncs_before > 0) control->syncs_before -= 1;
  else if (control->syncs_failing > 0) {
    fails = 1;
    control->syncs_failing -= 1;
    control->syncs_failed += 1;
  }
  pthread_mutex_unlock(&lock);
  int result = fails ? -1 : real(fd);
  int error = fails ? EIO : errno;
  head.value = result != 0;
  pthread_mutex_lock(&lock);
  record(head, NULL, NULL, NULL);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int fsync(int fd) {
  REAL(fsync);
  return sync_file(fd, real);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  return sync_file(fd, real);
}

/** A name is made, moved or taken away: `step` does it. */
#define NAMED(path, op_, other, makes, step) \
  if (!is_watched(path)) return step; \
  pthread_mutex_lock(&lock); \
  int result = makes && control->free_bytes == 0 ? refused(&control->names_refused) : step; \
  int error = errno; \
  if (result == 0) record((struct head){.op = op_}, path, other, NULL); \
  pthread_mutex_unlock(&lock); \
  errno = error; \
  return result

int rename(const char *from, const char *to) {
  REAL(rename);
  NAMED(from, RENAME, to, 1, real(from, to));
}

int link(const char *from, const char *to) {
  REAL(link);
  NAMED(from, LINK, to, 1, real(from, to));
}

int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  struct stat facts;
  NAMED(path, MKDIR, NULL, lstat(path, &facts) != 0, real(path, mode));
}

int unlink(const char *path) {
  REAL(unlink);
  NAMED(path, UNLINK, NULL, 0, real(path));
}

int unlinkat(int folder, const char *path, int flags) {
  REAL(unlinkat);
  NAMED(path, UNLINK, NULL, 0, real(folder, path, flags));
}

int rmdir(const char *path) {
  REAL(rmdir);
  NAMED(path, UNLINK, NULL, 0, real(path));
}
