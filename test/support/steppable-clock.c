/* Loaded before a server (LD_PRELOAD): its wall clock is off by the milliseconds in the file clock-offset of its folder. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long offset_ms(void) {
  long long offset = 0;
  int before = errno;
  int file = open("clock-offset", O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    if (read(file, &offset, sizeof offset) != sizeof offset) offset = 0;
    close(file);
  }
  errno = before;
  return offset;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = syscall(SYS_clock_gettime, clock, now);
  if (result != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return result;
  long long nanoseconds = now->tv_nsec + offset_ms() % 1000 * 1000000;
  now->tv_sec += offset_ms() / 1000;
  if (nanoseconds < 0) {
    nanoseconds += 1000000000;
    now->tv_sec--;
  }
  now->tv_sec += nanoseconds / 1000000000;
  now->tv_nsec = nanoseconds % 1000000000;
  return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec time;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &time) != 0) return -1;
  now->tv_sec = time.tv_sec;
  now->tv_usec = time.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result) *result = now.tv_sec;
  return now.tv_sec;
}
