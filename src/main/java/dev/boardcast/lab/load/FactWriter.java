package dev.boardcast.lab.load;

import dev.boardcast.spi.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes facts of the board {@value #BOARD} at a constant rate, to the nodes in turn, so that the
 * board changes all the time. A fact that a node does not take is not repeated. Confined to one
 * context.
 */
final class FactWriter {
  static final String BOARD = "routing";

  private static final String PATH = "/routing/decisions";
  private static final int TIMEOUT_MILLIS = 1_000;
  private static final int MAX_IN_FLIGHT = 32;
  private static final int NAMES = 5;

  private final Vertx vertx;
  private final double perSecond;
  private final List<String> nodes;
  private final String token;
  private final WebClient http;
  private int turn;
  private int inFlight;
  private long timer = -1;

  FactWriter(Vertx vertx, LoadOptions options) {
    this.vertx = vertx;
    this.perSecond = options.writes().factsPerSecond();
    this.nodes =
        options.nodes().http().stream().map(url -> url.toString().replaceAll("/+$", "")).toList();
    this.token = options.nodes().tokens().writer();
    this.http =
        WebClient.create(
            vertx,
            new WebClientOptions().setConnectTimeout(TIMEOUT_MILLIS),
            new PoolOptions().setHttp1MaxSize(MAX_IN_FLIGHT));
  }

  void start() {
    if (perSecond <= 0) return;
    timer = vertx.setPeriodic(Math.max(1, Math.round(1000 / perSecond)), tick -> write());
  }

  void close() {
    vertx.cancelTimer(timer);
    http.close();
  }

  private void write() {
    if (inFlight == MAX_IN_FLIGHT) return;
    inFlight++;
    var random = ThreadLocalRandom.current();
    var decision =
        Map.of(
            "strategy", "strategy-" + random.nextInt(NAMES),
            "provider", "provider-" + random.nextInt(NAMES),
            "cost", 1);
    var request =
        http.requestAbs(HttpMethod.POST, nodes.get(Math.floorMod(turn++, nodes.size())) + PATH)
            .timeout(TIMEOUT_MILLIS)
            .putHeader("Content-Type", "application/json");
    if (token != null) request.bearerTokenAuthentication(token);
    request.sendBuffer(Buffer.buffer(Json.encode(decision))).onComplete(answered -> inFlight--);
  }
}
