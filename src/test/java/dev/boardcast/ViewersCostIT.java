package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.config.Settings;
import dev.boardcast.metrics.MetricsConfig;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.SqlCounter;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.WebClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The number of SQL statements of a node does not depend on the number of viewers or on how often
 * they read.
 */
class ViewersCostIT {
  private static final int VIEWERS = 200;
  private static final int READS = 300;
  private static final int ROUNDS = 3;
  private static final int ROUND_MILLIS = 1000;
  private static final MetricsConfig QUICK =
      Settings.of(
          MetricsConfig.class,
          "metrics-min-interval=100ms",
          "metrics-heartbeat=250ms",
          "metrics-lease-ttl=600ms");

  private final SqlCounter counter = new SqlCounter();
  private final Vertx vertx = counter.vertx();
  private final Vertx outside = Vertx.vertx();
  private final List<WsClient> viewers = new ArrayList<>();
  private WebClient http;
  private Boardcast node;

  @BeforeEach
  void start() throws Exception {
    var config =
        TestOptions.local(Services.get().freshDatabase())
            .jwtSecret("0123456789abcdef0123456789abcdef")
            .set("auth", "off")
            .set("jwt-leeway", "0ms")
            .set("metrics-min-interval", "100ms")
            .set("metrics-heartbeat", "250ms")
            .set("metrics-lease-ttl", "600ms");
    node = get(Boardcast.deploy(vertx, config, Boards.BUILT_IN));
    http = WebClient.create(outside);
  }

  @AfterEach
  void stop() throws Exception {
    viewers.forEach(WsClient::close);
    get(node.close());
    get(Future.all(vertx.close(), outside.close()));
  }

  @Test
  void manyViewersCostNoMoreSqlThanOne() throws Exception {
    look();
    var one = sent();
    while (viewers.size() < VIEWERS) look();
    var many = sent();
    long few = sum(one);
    long more = sum(many);
    assertTrue(few > 0, "leases and hints are looked after");
    // Timers may run once more or less. One statement per viewer and update would be thousands.
    assertTrue(more <= few + few / 4 + 10, () -> one + " and " + many);
  }

  @Test
  void readsOfASnapshotAskTheDatabaseNothingWhileItsHolderIsHeard() throws Exception {
    decide();
    read();
    long before = lookUps();
    for (int time = 0; time < READS; time++) read();
    // A busy machine may delay the holder's snapshots for a moment.
    assertTrue(lookUps() - before <= READS / 50, () -> counter.counts().toString());
  }

  private long lookUps() {
    return counter.counts().entrySet().stream()
        .filter(sent -> sent.getKey().contains("FROM board_state WHERE board"))
        .filter(sent -> sent.getKey().startsWith("SELECT version"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The statements of a period in which metrics change and all viewers receive them. */
  private Map<String, Long> sent() throws Exception {
    viewers.forEach(WsClient::drain);
    var before = counter.counts();
    for (int round = 0; round < ROUNDS; round++) {
      decide();
      get(vertx.timer(ROUND_MILLIS, TimeUnit.MILLISECONDS));
      read();
    }
    var sent = new TreeMap<String, Long>();
    counter.counts().forEach((sql, count) -> sent.put(sql, count - before.getOrDefault(sql, 0L)));
    sent.values().removeIf(count -> count == 0);
    for (WsClient viewer : viewers) {
      int frames = viewer.drain().size();
      assertTrue(frames > 2 * ROUNDS, () -> "updates and heartbeats: " + frames);
    }
    return sent;
  }

  private void decide() throws Exception {
    get(
        http.post(node.httpPort(), "127.0.0.1", "/routing/decisions")
            .putHeader("Content-Type", "application/json")
            .sendBuffer(Buffer.buffer("{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":0.1}")));
  }

  private void read() throws Exception {
    var answer = get(http.get(node.httpPort(), "127.0.0.1", "/api/v1/boards/routing").send());
    assertEquals(200, answer.statusCode());
  }

  private void look() {
    String uri = "ws://127.0.0.1:" + node.gatewayPort() + "/ws/metrics/routing";
    var viewer = WsClient.connect(outside, uri);
    viewer.nextText(WsClient.TIMEOUT);
    viewers.add(viewer);
  }

  private static AuthConfig open() {
    return Settings.of(
        AuthConfig.class,
        "auth=off",
        "jwt-secret=0123456789abcdef0123456789abcdef",
        "jwt-leeway=0ms");
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }
}
