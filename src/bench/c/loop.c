/*
 * The limit that compare.py measures servers against: one thread, one prepared WebSocket frame per message,
 * one send() per client. "loop PORT" listens on 127.0.0.1; POST / sends the body to all clients, before it
 * is answered. Says "ready". Keeps nothing, checks nothing; what a client does not read in time is lost.
 * "loop PORT faulty" leaves out every 997th delivery and makes every 1009th twice: a check must find that.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 32768
#define LARGEST 65536

static int clients[MOST], count, gate, faulty;
static long sent;
static struct { char *in; int size; } peers[MOST]; /* by descriptor: a request that is not complete */

static void send_all(const char *body, int size) {
  static char frame[LARGEST + 4];
  int head = size < 126 ? 2 : 4;
  frame[0] = (char)0x81;
  frame[1] = (char)(size < 126 ? size : 126);
  if (head == 4) frame[2] = (char)(size >> 8), frame[3] = (char)size;
  memcpy(frame + head, body, size);
  for (int i = 0; i < count; i++) {
    if (faulty && ++sent % 997 == 0) continue;
    send(clients[i], frame, head + size, MSG_NOSIGNAL);
    if (faulty && sent % 1009 == 0) send(clients[i], frame, head + size, MSG_NOSIGNAL);
  }
}

static void leave(int fd) {
  for (int i = 0; i < count; i++)
    if (clients[i] == fd) clients[i--] = clients[--count];
  free(peers[fd].in);
  peers[fd].in = 0;
  close(fd);
}

/* A whole request at the beginning of the bytes; how many it takes. */
static int request(int fd, const char *in, int size) {
  static const char yes[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
  static const char done[] = "HTTP/1.1 204 No Content\r\n\r\n";
  const char *end = memmem(in, size, "\r\n\r\n", 4);
  if (!end) return 0;
  int head = (int)(end + 4 - in);
  if (!memcmp(in, "GET ", 4)) {
    send(fd, yes, sizeof yes - 1, MSG_NOSIGNAL);
    clients[count++] = fd;
    return size;
  }
  const char *length = memmem(in, head, "Content-Length: ", 16);
  int body = length ? atoi(length + 16) : 0;
  if (body < 0 || body > LARGEST - 4096) return leave(fd), -1;
  if (size < head + body) return 0;
  send_all(in + head, body);
  send(fd, done, sizeof done - 1, MSG_NOSIGNAL);
  return head + body;
}

static void readable(int fd) {
  if (!peers[fd].in) peers[fd].in = malloc(LARGEST + 1);
  char *in = peers[fd].in;
  ssize_t got = read(fd, in + peers[fd].size, LARGEST - peers[fd].size);
  if (got <= 0) {
    leave(fd);
    return;
  }
  int size = peers[fd].size + (int)got, used;
  in[size] = 0;
  while (size > 4 && (used = request(fd, in, size)) > 0) memmove(in, in + used, size -= used);
  if (peers[fd].in) peers[fd].size = size;
  if (size == 0 && peers[fd].in) free(in), peers[fd].in = 0;
}

int main(int n, char **a) {
  if (n < 2) return fprintf(stderr, "loop PORT [faulty]\n"), 2;
  faulty = n > 2;
  int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(a[1]))};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (void *)&at, sizeof at) || listen(listener, 4096)) return perror("listen"), 1;
  gate = epoll_create1(0);
  static struct epoll_event ready[512];
  struct epoll_event e = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(gate, EPOLL_CTL_ADD, listener, &e);
  puts("ready");
  fflush(stdout);
  for (;;) {
    int k = epoll_wait(gate, ready, 512, -1);
    for (int i = 0; i < k; i++) {
      if (ready[i].data.fd != listener) {
        readable(ready[i].data.fd);
        continue;
      }
      int fd = e.data.fd = accept(listener, 0, 0);
      if (fd < 0) continue;
      if (fd >= MOST) {
        close(fd);
        continue;
      }
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      peers[fd].size = 0;
      epoll_ctl(gate, EPOLL_CTL_ADD, fd, &e);
    }
  }
}
