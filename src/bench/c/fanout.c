/*
 * Two halves of FanoutBench.
 *
 * fanout serve SIZE          the yardstick: one prepared WebSocket frame of SIZE bytes, one send() per
 *                            socket. Says "PORT n"; then obeys standard input: 'p' publishes once,
 *                            'c' says the CPU time used so far in microseconds.
 * fanout receive PORT PATH N GREETINGS WARM SECONDS LOAD...
 *                            N clients in one thread, each of which is greeted with GREETINGS messages.
 *                            A LOAD is w and the publishes in flight, that is, which not every client
 *                            has yet, or r and publishes per second; each lasts SECONDS, after it all is
 *                            awaited. Before the first a window of 4, until WARM thousand messages have
 *                            come, 20 s at most. Writes 'p' and 'c' to standard output, and a line per
 *                            load to standard error: deliveries, microseconds of p50, p99, and of p50
 *                            until every client has a message. With OFFER=deflate in the environment
 *                            they offer permessage-deflate, and must get it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
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
static int *latencies, *wholes;
static long latency_count, latency_room = 20000000, whole_count, whole_room = 1 << 20;
static long published, complete, total; /* complete: publishes that every client has */
static int members, gate, measuring;

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

/* Reads what is there, after at most so many milliseconds. */
static void receive(int wait) {
  static struct epoll_event ready[512];
  static unsigned char in[1 << 18];
  int k = epoll_wait(gate, ready, 512, wait);
  int64_t now = micros();
  for (int i = 0; i < k; i++) {
    Client *c = &clients[ready[i].data.u32];
    ssize_t got = read(c->fd, in, sizeof in);
    if (got == 0 || (got < 0 && errno != EAGAIN)) {
      fprintf(stderr, "a client was cut off after %ld messages\n", c->frames);
      exit(1);
    }
    int frames = got > 0 ? count(c, in, got) : 0;
    total += frames;
    for (int f = 0; f < frames; f++) {
      long slot = c->frames++ & ((1 << 20) - 1);
      int took = (int)(now - sent_at[slot]);
      if (measuring && latency_count < latency_room) latencies[latency_count++] = took;
      if (++received_by[slot] < members) continue;
      complete++;
      if (measuring && whole_count < whole_room) wholes[whole_count++] = took;
    }
  }
}

static void publish(int64_t now) {
  received_by[published & ((1 << 20) - 1)] = 0;
  sent_at[published++ & ((1 << 20) - 1)] = now;
  put("p", 1);
}

static void await_all(void) {
  int64_t limit = micros() + 60000000;
  while (complete < published) {
    if (micros() > limit) {
      fprintf(stderr, "%ld of %ld messages are not with every client\n", published - complete, published);
      exit(1);
    }
    receive(10);
  }
}

static void window(int open, int64_t end, long most) {
  for (int64_t now = micros(); now < end && total < most; now = micros()) {
    while (published - complete < open) publish(now);
    receive(10);
  }
}

static void rate(int per_second, int64_t end) {
  int64_t begun = micros(), next = begun;
  for (int64_t now = begun, k = 0; now < end; now = micros()) {
    for (; now >= next; next = begun + ++k * 1000000LL / per_second) publish(now);
    int wait = (int)((next - now + 999) / 1000);
    receive(wait > 10 ? 10 : wait);
  }
}

static int at(int *sorted, long count, double part) {
  qsort(sorted, count, sizeof(int), compare);
  return count ? sorted[(long)(count * part)] : 0;
}

static void connect_all(int port, const char *path) {
  struct epoll_event e = {.events = EPOLLIN};
  char ask[4096];
  const char *offer = getenv("OFFER") ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "";
  for (int i = 0; i < members; i++) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK + i / 20000);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (void *)&to, sizeof to)) die("connect");
    int size = snprintf(ask, sizeof ask,
                        "GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
                        path, offer);
    if (write(fd, ask, size) != size) die("ask");
    /* The answer's head byte by byte, so that no frame after it is lost. */
    char head[4096];
    int length = 0;
    while (length < 4 || memcmp(head + length - 4, "\r\n\r\n", 4) != 0) {
      if (length == sizeof head - 1 || read(fd, head + length, 1) != 1) die("answer");
      length++;
    }
    head[length] = 0;
    if (*offer && !strstr(head, "permessage-deflate")) die("no compression");
    clients[i].fd = fd;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    e.data.u32 = i;
    epoll_ctl(gate, EPOLL_CTL_ADD, fd, &e);
  }
}

static int receive_frames(char **a, int loads) {
  long greetings = atoi(a[3]), warm = atoi(a[4]) * 1000L;
  int64_t length = atof(a[5]) * 1000000;
  members = atoi(a[2]);
  /* A connection that was reset is to be told of, not to end this silently. */
  signal(SIGPIPE, SIG_IGN);
  latencies = malloc(latency_room * sizeof(int));
  wholes = malloc(whole_room * sizeof(int));
  gate = epoll_create1(0);
  connect_all(atoi(a[0]), a[1]);
  published = greetings;
  await_all();
  window(4, micros() + 20000000, total + warm);
  await_all();
  for (int i = 0; i < loads; i++) {
    latency_count = whole_count = 0;
    long before = total;
    measuring = 1;
    put("c", 1);
    int64_t end = micros() + length;
    int value = atoi(a[6 + i] + 1);
    if (a[6 + i][0] == 'w') window(value, end, total + (1L << 60));
    else rate(value, end);
    await_all();
    put("c", 1);
    measuring = 0;
    fprintf(stderr, "RESULT %ld %d %d %d\n", total - before, at(latencies, latency_count, 0.5),
            at(latencies, latency_count, 0.99), at(wholes, whole_count, 0.5));
  }
  return 0;
}

int main(int count, char **a) {
  if (count == 3 && strcmp(a[1], "serve") == 0) return serve(atoi(a[2]));
  if (count >= 9 && strcmp(a[1], "receive") == 0) return receive_frames(a + 2, count - 8);
  fprintf(stderr, "fanout serve SIZE | fanout receive PORT PATH N GREETINGS WARM SECONDS LOAD...\n");
  return 2;
}
