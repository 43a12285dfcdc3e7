/*
 * Clients and publishers of compare.py, in one thread.
 *
 * clients NAME=VALUE...
 *     port, path, header       of the handshake; header may repeat, each without CRLF
 *     first                    a message sent after the handshake; may repeat
 *     ready                    what a message holds that says "subscribed"; without it the handshake is enough
 *     ping, pong               the server's own ping message and its answer; empty for none
 *     binary                   1: messages are sent in binary frames
 *     publish                  http or nats
 *     pub_port, pub_path, pub_header, pub_before, pub_after
 *                              the request's body is pub_before, the message, pub_after
 *     size                     bytes of a message
 *     patience                 seconds that a message may take to every client; later it is lost
 *
 * Obeys standard input, a command per line, and answers each with one line:
 *     connect N OPEN           N more clients, at most OPEN under way: "connected N MICROS"
 *     window P SECONDS         P publishers; each publishes again once the request is answered and every
 *                              client has the message:
 *                              "load PUBLISHES DELIVERIES MICROS P50 P99 LOST REPEATED", microseconds
 *     rate R SECONDS           one publisher, R per second: the same
 *
 * Each message says its publisher and number. A client that misses one, or has one again or out of order, is
 * counted under LOST or REPEATED. What goes wrong otherwise is told as "error ..." and ends the program.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 20000
#define PUBLISHERS 64
#define MARK 15 /* @@PP:SSSSSSSS@@ */
#define STEP 10 /* microseconds per bucket */
#define BUCKETS 1000000
#define COMMANDS 0xffffffffu
#define PUBLISHER 0x80000000u

typedef struct {
  int fd, size;
  enum { CONNECTING, SHAKING, OPEN, READY } state;
  char *held; /* an incomplete frame or head */
  uint32_t last[PUBLISHERS];
} Client;

typedef struct {
  int fd, busy, size;
  uint32_t number;
  long got;
  int64_t at;
  char in[1 << 14];
} Publisher;

static Client clients[MOST];
static Publisher publishers[PUBLISHERS];
static char ask[8192], first[8192], message[1 << 16];
static int ask_size, first_size, members, ready_count, gate, binary, nats, message_size = 256;
static const char *ready_mark = "", *ping = "", *pong = "", *pub_path = "/", *pub_before = "", *pub_after = "";
static char pub_header[4096];
static int port, pub_port;
static int64_t patience = 10000000; /* microseconds that a message may take to every client */
static uint32_t buckets[BUCKETS];
static long deliveries, lost, repeated;
static int64_t now;

static void fail(const char *format, ...) {
  va_list a;
  va_start(a, format);
  printf("error ");
  vprintf(format, a);
  printf("\n");
  fflush(stdout);
  exit(1);
}

static int64_t micros(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static int dial(int to_port, uint32_t id, uint32_t events) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(to_port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0) fail("socket: %s", strerror(errno));
  /* Reset at the end, so that rounds do not fill the table of closed connections. */
  struct linger reset = {.l_onoff = 1};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, (void *)&to, sizeof to) && errno != EINPROGRESS) fail("connect: %s", strerror(errno));
  struct epoll_event e = {.events = events, .data.u32 = id};
  epoll_ctl(gate, EPOLL_CTL_ADD, fd, &e);
  return fd;
}

static void put(int fd, const char *bytes, int size) {
  if (write(fd, bytes, size) != size) fail("write: %s", strerror(errno));
}

/* One frame under a mask of zeros. */
static int frame(char *out, int opcode, const char *text, int size) {
  int at = 2;
  out[0] = (char)(0x80 | opcode);
  out[1] = (char)(0x80 | (size < 126 ? size : 126));
  if (size >= 126) {
    out[at++] = (char)(size >> 8);
    out[at++] = (char)size;
  }
  memset(out + at, 0, 4);
  memcpy(out + at + 4, text, size);
  return at + 4 + size;
}

static void answer(Client *c, int opcode, const char *text, int size) {
  char out[512];
  put(c->fd, out, frame(out, opcode, text, size > 400 ? 400 : size));
}

static void message_arrived(Client *c, int from, uint32_t number) {
  if (from >= PUBLISHERS) fail("a message of publisher %d", from);
  Publisher *p = &publishers[from];
  if (number <= c->last[from]) {
    repeated++;
    return;
  }
  lost += number - c->last[from] - 1;
  c->last[from] = number;
  deliveries++;
  if (number != p->number) return;
  p->got++;
  int64_t bucket = (now - p->at) / STEP;
  buckets[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
}

static int is_ping(const char *in, int size) {
  if (!*ping || size > 4096) return 0;
  if (binary) return memmem(in, size, ping, strlen(ping)) != 0;
  return size == (int)strlen(ping) && memcmp(in, ping, size) == 0;
}

static void is_ready(Client *c) {
  c->state = READY;
  ready_count++;
}

static void payload(Client *c, int opcode, const char *in, int size) {
  if (opcode == 8) {
    int code = size > 1 ? (unsigned char)in[0] << 8 | (unsigned char)in[1] : 1005;
    fail("a client was sent away with %d %.*s", code, size > 2 ? size - 2 : 0, in + 2);
  }
  if (opcode == 9) answer(c, 10, in, size);
  if (opcode > 2) return;
  if (c->state == OPEN && memmem(in, size, ready_mark, strlen(ready_mark))) is_ready(c);
  if (is_ping(in, size)) answer(c, binary ? 2 : 1, pong, strlen(pong));
  const char *end = in + size;
  while (end - in >= MARK && (in = memmem(in, end - in, "@@", 2)) && end - in >= MARK) {
    message_arrived(c, atoi(in + 2), (uint32_t)strtoul(in + 5, 0, 10));
    in += MARK;
  }
}

/* What was used of the bytes. */
static int frames(Client *c, const char *in, int size) {
  int used = 0;
  while (size - used >= 2) {
    const unsigned char *h = (const unsigned char *)in + used;
    int head = h[1] == 126 ? 4 : h[1] == 127 ? 10 : 2;
    if (size - used < head) break;
    long need = h[1];
    if (head == 4) need = h[2] << 8 | h[3];
    if (head == 10) need = (long)h[6] << 24 | h[7] << 16 | h[8] << 8 | h[9];
    if (size - used < head + need) break;
    payload(c, h[0] & 15, (const char *)h + head, (int)need);
    used += head + (int)need;
  }
  return used;
}

static int head(Client *c, const char *in, int size) {
  const char *end = memmem(in, size, "\r\n\r\n", 4);
  if (!end) return 0;
  if (size < 12 || memcmp(in + 9, "101", 3)) fail("the handshake was answered with %.*s", 60, in);
  c->state = OPEN;
  if (first_size) put(c->fd, first, first_size);
  if (!*ready_mark) is_ready(c);
  return (int)(end + 4 - in);
}

static void take(Client *c, char *in, int size) {
  if (c->held) {
    c->held = realloc(c->held, c->size + size);
    memcpy(c->held + c->size, in, size);
    in = c->held;
    size += c->size;
  }
  int used = c->state == SHAKING ? head(c, in, size) : 0;
  if (c->state >= OPEN) used += frames(c, in + used, size - used);
  char *rest = 0;
  if (size > used) rest = memcpy(malloc(size - used), in + used, size - used);
  free(c->held);
  c->held = rest;
  c->size = size - used;
}

static void client_event(Client *c, uint32_t id, uint32_t events) {
  static char in[1 << 18];
  if (c->state == CONNECTING && events & (EPOLLOUT | EPOLLERR)) {
    put(c->fd, ask, ask_size);
    c->state = SHAKING;
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = id};
    epoll_ctl(gate, EPOLL_CTL_MOD, c->fd, &e);
    return;
  }
  ssize_t got = read(c->fd, in, sizeof in);
  if (got > 0) take(c, in, (int)got);
  else if (got == 0 || errno != EAGAIN) fail("a client was cut off");
}

/* Whether a whole answer is there. */
static int is_answered(Publisher *p) {
  p->in[p->size] = 0;
  if (nats) {
    if (strstr(p->in, "-ERR")) fail("a publish was answered with %.60s", p->in);
    return strstr(p->in, "+OK\r\n") != 0;
  }
  char *body = strstr(p->in, "\r\n\r\n");
  if (!body) return 0;
  if (p->in[9] != '2') fail("a publish was answered with %.200s", p->in);
  body += 4;
  char *length = strcasestr(p->in, "\r\ncontent-length:");
  if (length && length < body) return p->in + p->size - body >= atol(length + 17);
  char *chunked = strcasestr(p->in, "\r\ntransfer-encoding: chunked");
  if (chunked && chunked < body) return strstr(body, "0\r\n\r\n") != 0;
  return 1;
}

static void publisher_event(Publisher *p) {
  ssize_t got = read(p->fd, p->in + p->size, sizeof p->in - 1 - p->size);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    if (p->busy) fail("a publisher was cut off");
    close(p->fd);
    p->fd = 0;
    return;
  }
  p->size += (int)got;
  p->in[p->size] = 0;
  if (nats && strstr(p->in, "PING\r\n")) put(p->fd, "PONG\r\n", 6);
  if (!p->busy || is_answered(p)) {
    p->busy = 0;
    p->size = 0;
  }
}

/* Handles what is there, after at most so many milliseconds; true when a command waits. */
static int turn(int wait) {
  static struct epoll_event ready[512];
  int k = epoll_wait(gate, ready, 512, wait), command = 0;
  now = micros();
  for (int i = 0; i < k; i++) {
    uint32_t id = ready[i].data.u32;
    if (id == COMMANDS) command = 1;
    else if (id & PUBLISHER) publisher_event(&publishers[id & ~PUBLISHER]);
    else client_event(&clients[id], id, ready[i].events);
  }
  return command;
}

static void open_publisher(int i) {
  Publisher *p = &publishers[i];
  p->fd = dial(pub_port, PUBLISHER | (uint32_t)i, EPOLLIN);
  p->size = 0;
  fcntl(p->fd, F_SETFL, 0); /* waits for the connection */
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(pub_port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connect(p->fd, (void *)&to, sizeof to);
  fcntl(p->fd, F_SETFL, O_NONBLOCK);
  if (!nats) return;
  static const char hello[] = "CONNECT {\"verbose\":true,\"protocol\":1}\r\n";
  put(p->fd, hello, sizeof hello - 1);
  p->busy = 1;
  while (p->busy) turn(10);
}

static void publish(int i) {
  static char request[1 << 17];
  Publisher *p = &publishers[i];
  if (!p->fd) open_publisher(i);
  char mark[MARK + 1];
  snprintf(mark, sizeof mark, "@@%02d:%08u@@", i, ++p->number);
  memcpy(message + 6, mark, MARK);
  int size;
  if (nats) {
    size = snprintf(request, sizeof request, "PUB %s %d\r\n%s\r\n", pub_path, message_size, message);
  } else {
    int body = (int)(strlen(pub_before) + message_size + strlen(pub_after));
    size = snprintf(request, sizeof request,
                    "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%sContent-Length: %d\r\n\r\n%s%s%s", pub_path,
                    pub_port, pub_header, body, pub_before, message, pub_after);
  }
  p->got = 0;
  p->busy = 1;
  p->size = 0;
  p->at = micros();
  put(p->fd, request, size);
}

static int is_done(Publisher *p) {
  return !p->busy && p->got >= members;
}

static void begin_load(void) {
  deliveries = lost = repeated = 0;
  memset(buckets, 0, sizeof buckets);
}

static int quantile(double part) {
  long count = 0, seen = 0;
  for (int i = 0; i < BUCKETS; i++) count += buckets[i];
  for (int i = 0; i < BUCKETS; i++)
    if ((seen += buckets[i]) > count * part) return i * STEP;
  return 0;
}

/* Waits until all have everything, or nothing more can be hoped for. */
static void end_load(long published, int64_t start, int most) {
  for (int i = 0; i < most; i++) {
    Publisher *p = &publishers[i];
    while (!is_done(p) && micros() - p->at < patience) turn(10);
    if (p->busy)
      fail("a publish was not answered in %d s; %ld of %d clients have its message", (int)(patience / 1000000), p->got,
           members);
    if (p->got >= members) continue;
    for (int k = 0; k < members; k++) {
      lost += p->number - clients[k].last[i];
      clients[k].last[i] = p->number;
    }
  }
  printf("load %ld %ld %lld %d %d %ld %ld\n", published, deliveries, (long long)(micros() - start), quantile(0.5),
         quantile(0.99), lost, repeated);
}

static void window(int most, int64_t length) {
  long published = 0;
  int64_t start = now = micros();
  begin_load();
  for (int i = 0; i < most; i++) publishers[i].got = members;
  for (int stuck = 0; now - start < length && !stuck; turn(10)) {
    for (int i = 0; i < most; i++) {
      Publisher *p = &publishers[i];
      if (is_done(p)) publish(i), published++;
      else if (now - p->at > patience) stuck = 1;
    }
  }
  end_load(published, start, most);
}

static void rate(int per_second, int64_t length) {
  long published = 0;
  int64_t start = now = micros(), next = start;
  begin_load();
  publishers[0].got = members;
  while (now - start < length) {
    if (now >= next && is_done(&publishers[0])) {
      publish(0);
      next = start + ++published * 1000000LL / per_second;
    }
    if (now - publishers[0].at > patience && !is_done(&publishers[0])) break;
    int64_t wait = (next - now + 999) / 1000;
    turn(wait < 0 || wait > 10 ? 10 : (int)wait);
  }
  end_load(published, start, 1);
}

static void connect_more(int count, int open) {
  int goal = members + count, begun = members;
  if (goal > MOST) fail("at most %d clients", MOST);
  int64_t start = now = micros();
  while (ready_count < goal) {
    for (; begun < goal && begun - ready_count < open; begun++) {
      Client *c = &clients[begun];
      for (int i = 0; i < PUBLISHERS; i++) c->last[i] = publishers[i].number;
      c->fd = dial(port, (uint32_t)begun, EPOLLOUT);
    }
    turn(10);
    if (now - start > 120000000) fail("%d of %d clients are not connected", goal - ready_count, count);
  }
  members = goal;
  printf("connected %d %lld\n", count, (long long)(micros() - start));
}

static void add_header(char *to, const char *line) {
  strcat(strcat(to, line), "\r\n");
}

static void option(char *text, char *headers) {
  char *value = strchr(text, '=');
  if (!value) fail("%s: expected NAME=VALUE", text);
  *value++ = 0;
  const char *names[] = {"ready", "ping", "pong", "pub_path", "pub_before", "pub_after"};
  const char **values[] = {&ready_mark, &ping, &pong, &pub_path, &pub_before, &pub_after};
  for (int i = 0; i < 6; i++)
    if (!strcmp(text, names[i])) *values[i] = value;
  if (!strcmp(text, "port")) port = atoi(value);
  if (!strcmp(text, "pub_port")) pub_port = atoi(value);
  if (!strcmp(text, "binary")) binary = atoi(value);
  if (!strcmp(text, "size")) message_size = atoi(value);
  if (!strcmp(text, "patience")) patience = (int64_t)(atof(value) * 1e6);
  if (!strcmp(text, "publish")) nats = !strcmp(value, "nats");
  if (!strcmp(text, "header")) add_header(headers, value);
  if (!strcmp(text, "pub_header")) add_header(pub_header, value);
  if (!strcmp(text, "first")) first_size += frame(first + first_size, binary ? 2 : 1, value, strlen(value));
  if (!strcmp(text, "path"))
    ask_size = snprintf(ask, sizeof ask,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                        value);
}

int main(int count, char **a) {
  static char headers[4096], command[256];
  for (int i = 1; i < count; i++) option(a[i], headers);
  if (message_size < 32 || message_size >= (int)sizeof message) fail("size: expected 32 to %d", (int)sizeof message);
  strcat(strcat(ask, headers), "\r\n");
  ask_size = (int)strlen(ask);
  /* {"m":"@@PP:SSSSSSSS@@xxx"} */
  memset(message, 'x', message_size);
  memcpy(message, "{\"m\":\"", 6);
  memcpy(message + message_size - 2, "\"}", 2);
  signal(SIGPIPE, SIG_IGN);
  gate = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN, .data.u32 = COMMANDS};
  epoll_ctl(gate, EPOLL_CTL_ADD, 0, &e);
  for (int size = 0;;) {
    if (!turn(1000)) continue;
    ssize_t got = read(0, command + size, sizeof command - 1 - size);
    if (got <= 0) return 0;
    command[size += (int)got] = 0;
    if (!strchr(command, '\n')) continue;
    int number;
    double value;
    if (sscanf(command, "connect %d %lf", &number, &value) == 2) connect_more(number, (int)value);
    else if (sscanf(command, "window %d %lf", &number, &value) == 2) window(number, (int64_t)(value * 1e6));
    else if (sscanf(command, "rate %d %lf", &number, &value) == 2) rate(number, (int64_t)(value * 1e6));
    else fail("no command: %s", command);
    fflush(stdout);
    size = 0;
  }
}
