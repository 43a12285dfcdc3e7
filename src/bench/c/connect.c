/*
 * Clients of ConnectBench.
 *
 * connect PORT PATH N OPEN MESSAGES KEEP [FIRST]
 *     N WebSocket handshakes in one thread, at most OPEN under way. A client is whole when it has the
 *     answer and MESSAGES messages after it; FIRST is what it says after the answer. It then stays
 *     until the end where KEEP is 1, else it resets its connection. Writes 'c' to standard output
 *     before and after, and "RESULT microseconds" to standard error.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 20000

typedef struct {
  int fd, end, messages, need, header;
  unsigned char head[4];
} Client;

static Client clients[MOST];
static char ask[2048], first[512];
static int ask_size, first_size, port, gate, wanted;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int64_t micros(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void tell(void) {
  if (write(1, "c", 1) != 1) die("write");
}

/* One text frame under a mask of zeros. */
static void prepare(const char *text) {
  int size = strlen(text), at = 2;
  first[0] = (char)0x81;
  first[1] = (char)(0x80 | (size < 126 ? size : 126));
  if (size >= 126) {
    first[at++] = (char)(size >> 8);
    first[at++] = (char)size;
  }
  memcpy(first + at + 4, text, size);
  first_size = at + 4 + size;
}

static void begin(int i) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  memset(&clients[i], 0, sizeof(Client));
  int fd = clients[i].fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0) die("socket");
  if (connect(fd, (void *)&to, sizeof to) && errno != EINPROGRESS) die("connect");
  struct epoll_event e = {.events = EPOLLOUT, .data.u32 = i};
  epoll_ctl(gate, EPOLL_CTL_ADD, fd, &e);
}

static void take(Client *c, const unsigned char *in, int n) {
  while (n > 0) {
    if (c->end < 4) {
      c->end = *in == "\r\n\r\n"[c->end] ? c->end + 1 : *in == '\r';
      in++, n--;
      if (c->end == 4 && first_size && write(c->fd, first, first_size) != first_size) die("say");
    } else if (c->need > 0) {
      int part = c->need < n ? c->need : n;
      c->need -= part, in += part, n -= part;
      if (c->need == 0) c->header = 0, c->messages += (c->head[0] & 15) == 1;
    } else {
      c->head[c->header++] = *in++, n--;
      if (c->header < 2 || (c->head[1] == 126 && c->header < 4)) continue;
      c->need = c->head[1] == 126 ? c->head[2] << 8 | c->head[3] : c->head[1];
      if ((c->head[0] & 15) == 8) {
        fprintf(stderr, "a client was sent away\n");
        exit(1);
      }
    }
  }
}

int main(int count, char **a) {
  if (count < 7) {
    fprintf(stderr, "connect PORT PATH N OPEN MESSAGES KEEP [FIRST]\n");
    return 2;
  }
  int n = atoi(a[3]), open = atoi(a[4]), keep = atoi(a[6]), begun = 0, whole = 0;
  port = atoi(a[1]);
  wanted = atoi(a[5]);
  if (n > MOST && keep) return 2;
  if (open > MOST) open = MOST;
  ask_size = snprintf(ask, sizeof ask,
                      "GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                      a[2]);
  if (count > 7) prepare(a[7]);
  signal(SIGPIPE, SIG_IGN);
  gate = epoll_create1(0);
  static struct epoll_event ready[512];
  static unsigned char in[1 << 16];
  struct linger reset = {.l_onoff = 1};
  tell();
  int64_t start = micros();
  while (begun < open && begun < n) begin(begun++);
  while (whole < n) {
    int k = epoll_wait(gate, ready, 512, 1000);
    if (micros() - start > 120000000) {
      fprintf(stderr, "%d of %d are not whole\n", n - whole, n);
      return 1;
    }
    for (int i = 0; i < k; i++) {
      int at = ready[i].data.u32;
      Client *c = &clients[at];
      if (ready[i].events & EPOLLOUT) {
        if (write(c->fd, ask, ask_size) != ask_size) die("ask");
        struct epoll_event e = {.events = EPOLLIN, .data.u32 = at};
        epoll_ctl(gate, EPOLL_CTL_MOD, c->fd, &e);
        continue;
      }
      ssize_t got = read(c->fd, in, sizeof in);
      if (got <= 0) {
        if (got < 0 && errno == EAGAIN) continue;
        fprintf(stderr, "a client was cut off with %d messages\n", c->messages);
        return 1;
      }
      int before = c->end == 4 && c->messages >= wanted;
      take(c, in, (int)got);
      if (before || c->end < 4 || c->messages < wanted) continue;
      whole++;
      if (keep) continue;
      setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
      close(c->fd);
      if (begun < n) begun++, begin(at);
    }
  }
  int64_t took = micros() - start;
  tell();
  fprintf(stderr, "RESULT %lld\n", (long long)took);
  return 0;
}
