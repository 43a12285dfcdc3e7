package dev.boardcast.security;

import dev.boardcast.security.BusAttacker.Outcome;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Attacks every port of a cluster at a steady rate, without any secret: as nodes, as members of
 * Hazelcast, and as clients. Thread safe.
 */
final class Attackers implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int MAX_HELD = 600;
  private static final int UNFINISHED = 1_048_500;
  private static final String OTHER_SECRET = "a secret that this cluster has never had, at all";
  private static final Buffer LENGTH = Buffer.buffer().appendInt(Integer.MAX_VALUE);

  private final Vertx vertx = Vertx.vertx();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS);
  private final Map<String, LongAdder> attempts = new TreeMap<>();
  private final Queue<String> successes = new ConcurrentLinkedQueue<>();
  private final Deque<RawHttp> held = new ArrayDeque<>();
  private volatile boolean ended;

  private interface Attack {
    /** Returns what the attacker has achieved; null for nothing. */
    String run(int port) throws Exception;
  }

  /**
   * Starts the attacks.
   *
   * @param busPorts of the event bus
   * @param memberPorts of Hazelcast, which answers a wrong protocol by name, and no more
   * @param clientPorts of HTTP and WebSockets
   * @param perSecond attempts of each kind, over all ports
   */
  Attackers(
      Collection<Integer> busPorts,
      Collection<Integer> memberPorts,
      Collection<Integer> clientPorts,
      int perSecond) {
    start("a ping in plain text", busPorts, perSecond, port -> bus(plain(port)));
    start("a message in plain text", busPorts, perSecond, this::forged);
    start("a length of 7fffffff", busPorts, perSecond, this::flood);
    start("TLS without a certificate", busPorts, perSecond, port -> bus(anonymous(port)));
    start("TLS by another secret", busPorts, perSecond, port -> bus(foreign(port)));
    start("a silent peer of the bus", busPorts, perSecond, port -> hold(new RawHttp(port)));
    start("a silent member", memberPorts, perSecond, port -> hold(new RawHttp(port)));
    start("a Hazelcast client", memberPorts, perSecond, port -> hazelcast(port, "CP2"));
    start("a Hazelcast member", memberPorts, perSecond, port -> hazelcast(port, "HZC"));
    start("no request", clientPorts, perSecond, port -> hold(new RawHttp(port)));
    start("half a head", clientPorts, perSecond, this::halfHead);
    start("half a body", clientPorts, perSecond, this::halfBody);
    start("a false token", clientPorts, perSecond, this::falseToken);
    start("a socket that says nothing", clientPorts, perSecond, this::silentSocket);
  }

  /** How often each attack was tried. */
  Map<String, Long> attempts() {
    var counted = new TreeMap<String, Long>();
    attempts.forEach((name, count) -> counted.put(name, count.sum()));
    return counted;
  }

  /** What attackers have achieved; empty when nothing. */
  List<String> successes() {
    return List.copyOf(successes);
  }

  @Override
  public void close() {
    ended = true;
    threads.shutdownNow();
    try {
      threads.awaitTermination(30, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    synchronized (held) {
      while (!held.isEmpty()) close(held.remove());
    }
    ClosedCluster.await(vertx.close());
  }

  private void start(String name, Collection<Integer> ports, int perSecond, Attack attack) {
    var count = new LongAdder();
    attempts.put(name, count);
    List<Integer> targets = List.copyOf(ports);
    int offset = attempts.size() * 7;
    threads.scheduleAtFixedRate(
        () -> {
          count.increment();
          int port = targets.get((int) ((count.sum() + offset) % targets.size()));
          try {
            String achieved = attack.run(port);
            if (achieved != null) successes.add(name + " at port " + port + ": " + achieved);
          } catch (Exception refused) {
            // As it should be.
          }
        },
        offset,
        1_000 / perSecond,
        TimeUnit.MILLISECONDS);
  }

  private BusAttacker plain(int port) {
    return BusAttacker.plain(vertx, port);
  }

  private BusAttacker anonymous(int port) {
    return BusAttacker.withoutCertificate(vertx, port);
  }

  private BusAttacker foreign(int port) {
    return BusAttacker.withSecret(vertx, port, OTHER_SECRET);
  }

  private static String bus(BusAttacker attacker) {
    try (attacker) {
      return attacker.send(BusAttacker.ping()) == Outcome.ANSWERED ? "a pong" : null;
    }
  }

  private String forged(int port) {
    try (BusAttacker attacker = plain(port)) {
      Buffer order =
          BusAttacker.message(
              "boardcast.leave-requests.v1",
              "boardcast.leave-requests.v1.json",
              BusAttacker.json("{\"node\":\"node-1\"}"));
      return attacker.send(order) == Outcome.ANSWERED ? "a pong" : null;
    }
  }

  // More than the kernel takes before it reports the end of the connection.
  private String flood(int port) {
    try (BusAttacker attacker = plain(port)) {
      return attacker.flood(LENGTH, 32 << 20).isEmpty() ? "32 MiB were taken" : null;
    }
  }

  private String hazelcast(int port, String protocol) throws IOException {
    var socket = new RawHttp(port);
    socket.send(protocol + "\0\0\0\0".repeat(64));
    return hold(socket);
  }

  private String halfHead(int port) throws IOException {
    var socket = new RawHttp(port);
    socket.send("GET /health HTTP/1.1\r\nHost: local");
    return hold(socket);
  }

  private String halfBody(int port) throws IOException {
    var socket = new RawHttp(port);
    socket.post("/api/v1/tasks", UNFINISHED);
    socket.send(" ".repeat(UNFINISHED / 4));
    return hold(socket);
  }

  private String falseToken(int port) throws IOException {
    try (var socket = new RawHttp(port)) {
      socket.send(
          "GET /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.AAAA\r\n\r\n");
      return socket.response().startsWith("HTTP/1.1 200") ? "the tasks of ann" : null;
    }
  }

  private String silentSocket(int port) throws IOException {
    var socket = new RawHttp(port);
    socket.send(
        "GET /api/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    return hold(socket);
  }

  /** Keeps a connection open; the oldest of many is closed. */
  private String hold(RawHttp socket) {
    synchronized (held) {
      held.add(socket);
      if (held.size() > MAX_HELD || ended) close(held.remove());
    }
    return null;
  }

  private static void close(RawHttp socket) {
    try {
      socket.close();
    } catch (IOException closed) {
      // By the node.
    }
  }
}
