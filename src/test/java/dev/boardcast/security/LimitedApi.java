package dev.boardcast.security;

import dev.boardcast.config.Settings;
import dev.boardcast.http.ApiRouter;
import dev.boardcast.http.HttpApiVerticle;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.ingest.IngestService;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.FactSink.Outcome;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.testing.TestCa;
import dev.boardcast.testing.TextTokens;
import dev.boardcast.web.ClientAddressResolver;
import dev.boardcast.web.OriginPolicy;
import dev.boardcast.web.PortTls;
import dev.boardcast.web.TlsConfig;
import dev.boardcast.web.limits.ClientLimits;
import dev.boardcast.web.limits.LimitsConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An HTTP API without a database whose limits are set: {@code POST /facts} and {@code POST /events}
 * for everybody, {@code POST /own} with a token, {@code GET /quick}. Calls block.
 */
final class LimitedApi implements AutoCloseable {
  /** One fact. */
  record Fact(String name, int n) {}

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Vertx vertx = Vertx.vertx();
  private final HttpApiVerticle server;

  LimitedApi(String... settings) throws TimeoutException {
    this(List.of(), settings);
  }

  /** With TLS on its port. */
  static LimitedApi overTls(TestCa.Issued files, String... settings) throws TimeoutException {
    return new LimitedApi(
        List.of(),
        Optional.of(
            Settings.of(TlsConfig.class, "tls-cert=" + files.cert(), "tls-key=" + files.key())),
        settings);
  }

  LimitedApi(List<Routes> more, String... settings) throws TimeoutException {
    this(more, Optional.empty(), settings);
  }

  private LimitedApi(List<Routes> more, Optional<TlsConfig> config, String... settings)
      throws TimeoutException {
    Optional<PortTls> tls = Optional.empty();
    if (config.isPresent()) {
      tls = Optional.of(PortTls.start(vertx, config.get(), meters).await(10, TimeUnit.SECONDS));
    }
    var limits =
        new ClientLimits(
            Settings.of(LimitsConfig.class, settings),
            new ClientAddressResolver(List.of()),
            Optional.of(meters));
    var ingest = new IngestService(HttpConfig.DEFAULTS, false, limits);
    FactSink<Fact> sink =
        facts -> Future.succeededFuture(facts.stream().map(fact -> Outcome.NEW).toList());
    Routes own =
        router -> {
          router.get("/quick").handler(context -> context.end());
          router.post("/facts").handler(ingest.handler(Fact.class, sink));
          router.post("/events").handler(ingest.ofEvents().handler(Fact.class, sink));
          EarlyCheck.on(router.post("/own"), RequestPrincipal::require)
              .handler(
                  context -> {
                    JsonBody.read(context, Fact.class);
                    context.end();
                  });
        };
    var routes = new ArrayList<Routes>(more);
    routes.add(own);
    server =
        new HttpApiVerticle(
            "127.0.0.1",
            0,
            HttpConfig.DEFAULTS,
            new ApiRouter(
                HttpConfig.DEFAULTS,
                new TextTokens(),
                OriginPolicy.PUBLIC,
                List.of(),
                routes,
                limits,
                Optional.empty()),
            tls);
    vertx.deployVerticle(server).await(10, TimeUnit.SECONDS);
  }

  int port() {
    return server.port();
  }

  /** How often clients were refused by a setting. */
  double refusals(String setting) {
    var counter = meters.find("boardcast.limit.refusals").tag("setting", setting).counter();
    return counter == null ? 0 : counter.count();
  }

  /** The value of a gauge, of all its tags. */
  double gauge(String name) {
    return meters.find(name).gauges().stream().mapToDouble(each -> each.value()).sum();
  }

  @Override
  public void close() throws TimeoutException {
    vertx.close().await(10, TimeUnit.SECONDS);
  }
}
