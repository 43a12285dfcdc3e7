/*
 * Two halves of FanoutBench.
 *
 * fanout serve SIZE          the yardstick: one prepared WebSocket frame of SIZE bytes, one send() per
 *                            socket. Says "PORT n"; then obeys standard input: 'p' publishes once,
 *                            'c' says the CPU time used so far in microseconds.
 * fanout drink PORT PATH N MODE VALUE WARM SECONDS
 *                            N clients in one thread. MODE window: VALUE publishes in flight; MODE
 *                            rate: VALUE publishes per second. Before that a window of 4, until
 *                            WARM thousand messages have come, 60 s at most. Writes 'p' and 'c' to standard
 *                            output, and at the end its results to standard error.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 20000

static int64_t micros(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static long cpu(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000L + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void put(const char *bytes, size_t n) {
  if (write(1, bytes, n) != (ssize_t)n) die("write");
}

static int serve(int size) {
  int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof at;
  if (bind(listener, (void *)&at, sizeof at) || listen(listener, 4096)) die("listen");
  getsockname(listener, (void *)&at, &length);
  printf("PORT %d\n", ntohs(at.sin_port));
  fflush(stdout);
  char *frame = malloc(size + 10);
  int head = size < 126 ? 2 : 4, clients = 0;
  frame[0] = (char)0x81;
  if (head == 2) {
    frame[1] = (char)size;
  } else {
    frame[1] = 126;
    frame[2] = (char)(size >> 8);
    frame[3] = (char)size;
  }
  memset(frame + head, 'x', size);
  static int sockets[MOST];
  static const char yes[] =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
  int poll = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN, .data.fd = 0}, ready[512];
  epoll_ctl(poll, EPOLL_CTL_ADD, 0, &e);
  e.data.fd = listener;
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &e);
  for (;;) {
    int n = epoll_wait(poll, ready, 512, -1);
    for (int i = 0; i < n; i++) {
      int fd = ready[i].data.fd;
      char in[4096];
      if (fd == listener) {
        int s = accept(listener, 0, 0);
        setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        e.data.fd = s;
        epoll_ctl(poll, EPOLL_CTL_ADD, s, &e);
      } else if (fd != 0) {
        ssize_t got = read(fd, in, sizeof in);
        if (got > 4 && memcmp(in, "GET ", 4) == 0) {
          send(fd, yes, sizeof yes - 1, MSG_NOSIGNAL);
          sockets[clients++] = fd;
        } else if (got <= 0) {
          epoll_ctl(poll, EPOLL_CTL_DEL, fd, 0);
        }
      } else {
        ssize_t got = read(0, in, sizeof in);
        if (got <= 0) return 0;
        for (ssize_t k = 0; k < got; k++) {
          if (in[k] == 'p')
            for (int c = 0; c < clients; c++) send(sockets[c], frame, head + size, MSG_NOSIGNAL);
          if (in[k] == 'c') {
            printf("CPU %ld\n", cpu());
            fflush(stdout);
          }
        }
      }
    }
  }
}

typedef struct {
  int fd;
  long frames;
  int need;    /* bytes of the frame under way that are still to come */
  int header;  /* bytes of its header that are there */
  unsigned char head[10];
} Client;

static Client clients[MOST];
static int64_t sent_at[1 << 20];
static int received_by[1 << 20]; /* clients that have a message */
static int *latencies;
static long latency_count, latency_room = 20000000;

static int compare(const void *a, const void *b) {
  return *(const int *)a - *(const int *)b;
}

/* Counts whole data frames in a piece of the stream. */
static int count(Client *c, const unsigned char *in, int n) {
  int frames = 0;
  while (n > 0) {
    if (c->need > 0) {
      int part = c->need < n ? c->need : n;
      c->need -= part;
      in += part;
      n -= part;
      if (c->need == 0) {
        if ((c->head[0] & 15) == 1) frames++;
        c->header = 0;
      }
      continue;
    }
    c->head[c->header++] = *in++;
    n--;
    int whole = c->header < 2 ? 2 : c->head[1] == 126 ? 4 : c->head[1] == 127 ? 10 : 2;
    if (c->header < whole) continue;
    long size = c->head[1];
    if (size == 126) size = c->head[2] << 8 | c->head[3];
    if (size == 127) size = (long)c->head[6] << 24 | c->head[7] << 16 | c->head[8] << 8 | c->head[9];
    c->need = (int)size;
    if (size == 0) c->header = 0;
  }
  return frames;
}

static int drink(char **a) {
  int port = atoi(a[0]), n = atoi(a[2]), window = a[3][0] == 'w', value = atoi(a[4]);
  long warm = atoi(a[5]) * 1000L;
  int64_t length = atoi(a[6]) * 1000000LL;
  static unsigned char in[1 << 18];
  latencies = malloc(latency_room * sizeof(int));
  int poll = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN}, ready[512];
  char ask[4096];
  for (int i = 0; i < n; i++) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK + i / 20000);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (void *)&to, sizeof to)) die("connect");
    int size = snprintf(ask, sizeof ask,
                        "GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                        a[1]);
    if (write(fd, ask, size) != size) die("ask");
    /* The answer's head byte by byte, so that no frame after it is lost. */
    int end = 0;
    char byte;
    while (end < 4) {
      if (read(fd, &byte, 1) != 1) die("answer");
      end = byte == "\r\n\r\n"[end] ? end + 1 : byte == '\r';
    }
    clients[i].fd = fd;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    e.data.u32 = i;
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &e);
  }
  /* Greetings: until a second has passed without any. */
  for (int quiet = 0; !quiet;) {
    int k = epoll_wait(poll, ready, 512, 1000);
    quiet = k == 0;
    for (int i = 0; i < k; i++) {
      Client *c = &clients[ready[i].data.u32];
      ssize_t got = read(c->fd, in, sizeof in);
      if (got > 0) count(c, in, got);
    }
  }
  long published = 0, total = 0, begun_total = 0, complete = 0; /* complete: all clients have it */
  int measuring = 0;
  int64_t start = micros(), begun = 0;
  long before = 0;
  for (;;) {
    int64_t now = micros();
    if (!measuring && (total > warm || now - start > 60000000) && (window || total == published * n)) {
      put("c", 1);
      measuring = 1;
      begun = now;
      before = published;
      begun_total = total;
      latency_count = 0;
    }
    if (measuring && now - begun > length) {
      put("c", 1);
      break;
    }
    int open = window ? value : 4;
    if (!measuring && !window && total > warm) open = 0;
    int64_t next = begun + (published - before) * 1000000LL / value;
    while (window || !measuring ? published - complete < open : now >= next) {
      received_by[published & ((1 << 20) - 1)] = 0;
      sent_at[published++ & ((1 << 20) - 1)] = now;
      put("p", 1);
      next = begun + (published - before) * 1000000LL / value;
    }
    int wait = window || !measuring ? 10 : (int)((next - now + 999) / 1000);
    int k = epoll_wait(poll, ready, 512, wait < 0 ? 0 : wait > 10 ? 10 : wait);
    now = micros();
    for (int i = 0; i < k; i++) {
      Client *c = &clients[ready[i].data.u32];
      ssize_t got = read(c->fd, in, sizeof in);
      if (got == 0 || (got < 0 && errno != EAGAIN)) {
        fprintf(stderr, "a client was cut off\n");
        return 1;
      }
      int frames = got > 0 ? count(c, in, got) : 0;
      for (int f = 0; f < frames; f++) {
        int64_t at = sent_at[c->frames & ((1 << 20) - 1)];
        if (++received_by[c->frames++ & ((1 << 20) - 1)] == n) complete++;
        if (measuring && latency_count < latency_room) latencies[latency_count++] = (int)(now - at);
      }
      total += frames;
    }
  }
  double seconds = (micros() - begun) / 1e6;
  qsort(latencies, latency_count, sizeof(int), compare);
  fprintf(stderr, "RESULT %ld %.3f %d %d\n", total - begun_total, seconds,
          latency_count ? latencies[latency_count / 2] : 0,
          latency_count ? latencies[(long)(latency_count * 0.99)] : 0);
  return 0;
}

int main(int n, char **a) {
  if (n == 3 && strcmp(a[1], "serve") == 0) return serve(atoi(a[2]));
  if (n == 9 && strcmp(a[1], "drink") == 0) return drink(a + 2);
  fprintf(stderr, "fanout serve SIZE | fanout drink PORT PATH N MODE VALUE WARM SECONDS\n");
  return 2;
}
