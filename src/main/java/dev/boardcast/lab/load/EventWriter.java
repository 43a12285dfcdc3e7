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
 * Writes events at a constant rate, whether or not the nodes keep up: an event that is due waits in
 * a queue while too many requests are in flight. A request without a response is repeated with the
 * same id, to the next node. Confined to one context unless a method says otherwise.
 */
final class EventWriter {
  private static final int MAX_IN_FLIGHT = 64;
  private static final int TICK_MILLIS = 5;
  private static final int TIMEOUT_MILLIS = 1_500;
  private static final int CONNECT_MILLIS = 1_000;
  private static final int KEEP_ALIVE_SECONDS = 10;
  private static final long AVOID_MICROS = 3_000_000;
  private static final int RETRY_MILLIS = 100;

  private final Vertx vertx;
  private final LoadOptions.Writes writes;
  private final List<String> nodes;
  private final List<Ledger> ledgers;
  private final ClientStatistics statistics;
  private final WebClient http;
  private final String token;
  private final String padding;
  private final Deque<Write> queue = new ArrayDeque<>();
  private final AtomicInteger unacknowledged = new AtomicInteger();
  private final long[] avoidUntil;
  private volatile String rejection;
  private int inFlight;
  private int turn;
  private long startedAt;
  private long made;
  private long timer = -1;
  private boolean stopped;
  private boolean closed;

  private record Write(Ledger ledger, EventMarker marker, UUID id) {}

  EventWriter(Vertx vertx, LoadOptions options, List<Ledger> ledgers, ClientStatistics statistics) {
    this.vertx = vertx;
    this.writes = options.writes();
    this.nodes =
        options.nodes().http().stream().map(url -> url.toString().replaceAll("/+$", "")).toList();
    this.ledgers = ledgers;
    this.statistics = statistics;
    this.avoidUntil = new long[nodes.size()];
    Arrays.fill(avoidUntil, Long.MIN_VALUE);
    this.token = options.nodes().tokens().writer();
    this.padding = "x".repeat(writes.paddingBytes());
    this.http =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS),
            new PoolOptions().setHttp1MaxSize(MAX_IN_FLIGHT));
  }

  void start() {
    startedAt = EventMarker.now();
    timer = vertx.setPeriodic(TICK_MILLIS, tick -> tick());
  }

  /** Makes no more events; those that were made are still sent. */
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

  /** How many events were made and are not acknowledged. Thread safe. */
  int unacknowledged() {
    return unacknowledged.get();
  }

  /** The response with which a node rejected an event for good, or null. Thread safe. */
  String rejection() {
    return rejection;
  }

  private void tick() {
    long now = EventMarker.now();
    while (!stopped && writes.perSecond() > 0) {
      long due = startedAt + (long) (made * 1e6 / writes.perSecond());
      if (due > now) break;
      Ledger ledger = ledgers.get((int) (made++ % ledgers.size()));
      queue.add(new Write(ledger, ledger.newEvent(due), UUID.randomUUID()));
      unacknowledged.incrementAndGet();
    }
    sendQueued();
  }

  private void sendQueued() {
    while (inFlight < MAX_IN_FLIGHT && !queue.isEmpty()) send(queue.remove());
  }

  private void send(Write write) {
    inFlight++;
    int node = nextNode();
    boolean isTask = write.ledger().topic().equals(LoadRun.TASKS);
    String path =
        isTask ? "/api/v1/tasks" : "/api/v1/streams/" + write.ledger().topic() + "/events";
    var request =
        http.requestAbs(HttpMethod.POST, nodes.get(node) + path)
            .timeout(TIMEOUT_MILLIS)
            .putHeader("Content-Type", "application/json");
    if (token != null) request.bearerTokenAuthentication(token);
    request
        .sendBuffer(Buffer.buffer(isTask ? task(write) : event(write)))
        .onComplete(
            response -> {
              inFlight--;
              if (response.failed()) avoidUntil[node] = EventMarker.now() + AVOID_MICROS;
              complete(write, response.succeeded() ? response.result() : null);
            });
  }

  /** The next node in turn, but not one that has just failed, as a load balancer would. */
  private int nextNode() {
    long now = EventMarker.now();
    for (int tried = 0; tried < nodes.size(); tried++) {
      int node = Math.floorMod(turn++, nodes.size());
      if (avoidUntil[node] < now) return node;
    }
    return Math.floorMod(turn++, nodes.size());
  }

  private void complete(Write write, HttpResponse<Buffer> response) {
    int status = response == null ? 0 : response.statusCode();
    if (status >= 200 && status < 300) {
      long now = EventMarker.now();
      write.ledger().acknowledged(write.marker().number(), now);
      unacknowledged.decrementAndGet();
      statistics.written(now - write.marker().dueMicros());
      sendQueued();
    } else if (status >= 400 && status < 500 && status != 429 && status != 408) {
      rejection = status + " " + response.bodyAsString();
      close();
    } else {
      vertx.setTimer(RETRY_MILLIS, waited -> retry(write));
      sendQueued();
    }
  }

  /** Before events that were due later. */
  private void retry(Write write) {
    if (closed) return;
    queue.addFirst(write);
    sendQueued();
  }

  private String event(Write write) {
    return Json.encode(
        Map.of(
            "type",
            "laboratory",
            "event_id",
            write.id(),
            "data",
            Map.of("mark", write.marker().toString(), "padding", padding)));
  }

  private String task(Write write) {
    return Json.encode(
        Map.of("id", write.id(), "title", write.marker().toString(), "description", padding));
  }
}
