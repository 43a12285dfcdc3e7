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
 * Sends generated traffic for every board to a node's public API. At most one request per board is
 * in flight, so a slow node gets less of it.
 */
final class DemoVerticle extends VerticleBase {
  /** The team that the users' tokens must name. */
  public static final String TEAM = TaskTraffic.TEAM;

  private static final Logger LOG = LoggerFactory.getLogger(DemoVerticle.class);

  private final String host;
  private final int port;
  private final boolean tls;
  private final Function<String, String> token;
  private final RandomGenerator random = new SplittableRandom();
  private WebClient client;
  private boolean stopped;

  /**
   * @param tls whether the port uses TLS
   * @param token a valid token for a user, called for each request: with the role ingest and {@link
   *     #TEAM}
   */
  public DemoVerticle(String host, int port, boolean tls, Function<String, String> token) {
    this.host = host;
    this.port = port;
    this.tls = tls;
    this.token = token;
  }

  @Override
  public Future<?> start() {
    client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setDefaultHost(host)
                .setDefaultPort(port)
                .setSsl(tls)
                // The node's own port, at its address: the certificate is for its public name.
                .setTrustAll(tls)
                .setVerifyHost(false));
    List.of(
            new RoutingTraffic(),
            new TaskTraffic(),
            new PlatformTraffic(),
            new AnalysisTraffic(),
            new PipelineTraffic())
        .forEach(this::schedule);
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    client.close();
    return Future.succeededFuture();
  }

  private void schedule(Traffic traffic) {
    if (stopped) return;
    long delay = Math.max(1, (long) (random.nextExponential() * 1000 / traffic.rate()));
    vertx.setTimer(Math.min(delay, 10_000), timer -> send(traffic));
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
            response -> {
              String location = response.getHeader("Location");
              if (response.statusCode() == 201 && location != null) {
                traffic.created(call, location);
              }
            })
        .onFailure(cause -> LOG.debug("Demo request {} failed", call.path(), cause))
        .eventually(
            () -> {
              schedule(traffic);
              return Future.succeededFuture();
            });
  }
}
