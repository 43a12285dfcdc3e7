package dev.boardcast.server.demo;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lively made-up traffic on every board, through the public API like anybody else's. One call at a
 * time per kind, so that a slow node is not pressed further.
 */
final class DemoVerticle extends VerticleBase {
  /** People of the demo team, to be given tokens of that team. */
  public static final String TEAM = TaskTraffic.TEAM;

  private static final Logger LOG = LoggerFactory.getLogger(DemoVerticle.class);

  private final String host;
  private final int port;
  private final Function<String, String> token;
  private final RandomGenerator random = new SplittableRandom();
  private WebClient client;
  private boolean stopped;

  /**
   * @param token a valid token for a user's name, asked for at each call: it must work for ingest
   *     and for {@link #TEAM}
   */
  public DemoVerticle(String host, int port, Function<String, String> token) {
    this.host = host;
    this.port = port;
    this.token = token;
  }

  @Override
  public Future<?> start() {
    client =
        WebClient.create(vertx, new WebClientOptions().setDefaultHost(host).setDefaultPort(port));
    List.of(
            new RoutingTraffic(),
            new TaskTraffic(),
            new PlatformTraffic(),
            new AnalysisTraffic(),
            new PipelineTraffic())
        .forEach(this::later);
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    client.close();
    return Future.succeededFuture();
  }

  private void later(Traffic traffic) {
    if (stopped) return;
    long pause = Math.max(1, (long) (random.nextExponential() * 1000 / traffic.rate()));
    vertx.setTimer(Math.min(pause, 10_000), timer -> send(traffic));
  }

  private void send(Traffic traffic) {
    if (stopped) return;
    var call = traffic.next(random);
    client
        .post(call.path())
        .bearerTokenAuthentication(token.apply(call.user()))
        .putHeader("Content-Type", "application/json")
        .timeout(5000)
        .sendBuffer(Buffer.buffer(call.body()))
        .onSuccess(
            answer -> {
              String location = answer.getHeader("Location");
              if (answer.statusCode() == 201 && location != null) {
                traffic.answered(call, location);
              }
            })
        .onFailure(cause -> LOG.debug("demo call {} failed", call.path(), cause))
        .eventually(
            () -> {
              later(traffic);
              return Future.succeededFuture();
            });
  }
}
