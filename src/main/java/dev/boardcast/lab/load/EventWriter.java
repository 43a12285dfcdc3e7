package dev.boardcast.lab.load;

import dev.boardcast.spi.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes events at a steady pace, whether or not the nodes keep up: each has its moment, and waits
 * there when too many are under way. One without an answer is sent again with the same id, to the
 * next node. Call it on one context.
 */
final class EventWriter {
  private static final int LANES = 64;
  private static final int TICK_MILLIS = 5;
  private static final int TIMEOUT_MILLIS = 1_500;
  private static final long SHUNNED_MICROS = 3_000_000;
  private static final int PAUSE_MILLIS = 100;

  private final Vertx vertx;
  private final LoadOptions options;
  private final List<Ledger> ledgers;
  private final ClientStatistics log;
  private final WebClient http;
  private final String token;
  private final String padding;
  private final Deque<Due> queue = new ArrayDeque<>();
  private final AtomicInteger open = new AtomicInteger();
  private final long[] shunnedUntil;
  private volatile String refusal;
  private int underWay;
  private int turn;
  private long begunAt;
  private long made;
  private long timer = -1;
  private boolean stopped;
  private boolean closed;

  /** An event that waits for its answer. */
  private record Due(Ledger ledger, EventMarker mark, UUID id) {}

  EventWriter(Vertx vertx, LoadOptions options, List<Ledger> ledgers, ClientStatistics log) {
    this.vertx = vertx;
    this.options = options;
    this.ledgers = ledgers;
    this.log = log;
    this.shunnedUntil = new long[options.http().size()];
    Arrays.fill(shunnedUntil, Long.MIN_VALUE);
    this.token = options.passes().writer();
    this.padding = "x".repeat(options.bytes());
    this.http =
        WebClient.create(
            vertx,
            new WebClientOptions().setConnectTimeout(1_000).setKeepAliveTimeout(10),
            new PoolOptions().setHttp1MaxSize(LANES));
  }

  void start() {
    begunAt = EventMarker.now();
    timer = vertx.setPeriodic(TICK_MILLIS, tick -> tick());
  }

  /** Makes no new events; those that were made are still sent. */
  void stop() {
    stopped = true;
  }

  /** Sends nothing more. */
  void close() {
    stopped = true;
    closed = true;
    queue.clear();
    vertx.cancelTimer(timer);
    http.close();
  }

  /** Events made and not acknowledged yet; from any thread. */
  int open() {
    return open.get();
  }

  /** Why the nodes will not take these events, or null; from any thread. */
  String refusal() {
    return refusal;
  }

  private void tick() {
    long now = EventMarker.now();
    while (!stopped && options.perSecond() > 0) {
      long due = begunAt + (long) (made * 1e6 / options.perSecond());
      if (due > now) break;
      Ledger ledger = ledgers.get((int) (made++ % ledgers.size()));
      queue.add(new Due(ledger, ledger.mark(due), UUID.randomUUID()));
      open.incrementAndGet();
    }
    next();
  }

  private void next() {
    while (underWay < LANES && !queue.isEmpty()) send(queue.remove());
  }

  private void send(Due due) {
    underWay++;
    int node = pick();
    String base = options.http().get(node).toString();
    boolean isTask = due.ledger().topic().equals(LoadRun.TASKS);
    String path = isTask ? "/api/v1/tasks" : "/api/v1/streams/" + due.ledger().topic() + "/events";
    var request =
        http.requestAbs(HttpMethod.POST, base.replaceAll("/+$", "") + path)
            .timeout(TIMEOUT_MILLIS)
            .putHeader("Content-Type", "application/json");
    if (token != null) request.bearerTokenAuthentication(token);
    request
        .sendBuffer(Buffer.buffer(isTask ? task(due) : event(due)))
        .onComplete(
            answer -> {
              underWay--;
              if (answer.failed()) shunnedUntil[node] = EventMarker.now() + SHUNNED_MICROS;
              settle(due, answer.succeeded() ? answer.result() : null);
            });
  }

  /** The next node, but not one that has just failed to answer, as a load balancer would. */
  private int pick() {
    int nodes = options.http().size();
    long now = EventMarker.now();
    for (int tried = 0; tried < nodes; tried++) {
      int node = Math.floorMod(turn++, nodes);
      if (shunnedUntil[node] < now) return node;
    }
    return Math.floorMod(turn++, nodes);
  }

  private void settle(Due due, HttpResponse<Buffer> answer) {
    int status = answer == null ? 0 : answer.statusCode();
    if (status >= 200 && status < 300) {
      due.ledger().acknowledged(due.mark().number());
      open.decrementAndGet();
      log.written(EventMarker.now() - due.mark().micros());
      next();
    } else if (status >= 400 && status < 500 && status != 429) {
      refusal = status + " " + answer.bodyAsString();
      close();
    } else {
      vertx.setTimer(PAUSE_MILLIS, waited -> again(due));
      next();
    }
  }

  /** Before what came later. */
  private void again(Due due) {
    if (closed) return;
    queue.addFirst(due);
    next();
  }

  private String event(Due due) {
    return Json.encode(
        Map.of(
            "type",
            "laboratory",
            "event_id",
            due.id(),
            "data",
            Map.of("mark", due.mark().toString(), "padding", padding)));
  }

  private String task(Due due) {
    return Json.encode(
        Map.of("id", due.id(), "title", due.mark().toString(), "description", padding));
  }
}
