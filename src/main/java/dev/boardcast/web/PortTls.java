package dev.boardcast.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts the ports of a node: HTTP/2 by ALPN, TLS 1.2 or newer. Renewed files are used for new
 * connections within {@link #CHECK_INTERVAL}; while they cannot be used, the certificate before
 * stays. Without a certificate in the settings, it does nothing. Thread safe.
 */
public final class PortTls {
  /** How often the files are compared with what is used. */
  public static final Duration CHECK_INTERVAL = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(PortTls.class);
  private static final String HSTS = "Strict-Transport-Security";

  private final Vertx vertx;
  private final TlsConfig config;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private volatile CertificateFiles used;
  private volatile String problem = "";
  private volatile long timer = -1;

  private PortTls(Vertx vertx, TlsConfig config, CertificateFiles used) {
    this.vertx = vertx;
    this.config = config;
    this.used = used;
  }

  /** Ports without TLS. */
  public static PortTls off(Vertx vertx) {
    return new PortTls(vertx, TlsConfig.NONE, null);
  }

  /**
   * Reads the files, and begins to watch them.
   *
   * @param meters gets {@code boardcast_tls_certificate_expiry_seconds}
   * @return fails when they cannot be used, naming settings and files
   */
  public static Future<PortTls> start(Vertx vertx, TlsConfig config, MeterRegistry meters) {
    if (!config.isOn()) return Future.succeededFuture(off(vertx));
    return vertx
        .executeBlocking(() -> CertificateFiles.read(vertx, config))
        .map(
            read -> {
              var tls = new PortTls(vertx, config, read);
              Gauge.builder("boardcast.tls.certificate.expiry", tls, PortTls::secondsLeft)
                  .description("Time until the certificate of the ports expires")
                  .baseUnit("seconds")
                  .register(meters);
              tls.timer = vertx.setPeriodic(CHECK_INTERVAL.toMillis(), due -> tls.check());
              return tls;
            });
  }

  public boolean isOn() {
    return used != null;
  }

  /** {@code https} or {@code http}. */
  public String scheme() {
    return config.scheme();
  }

  /** Adds what TLS needs to the options of a server. */
  public HttpServerOptions applyTo(HttpServerOptions options) {
    if (!isOn()) return options;
    var tls = used.options();
    options
        .setSsl(true)
        .setUseAlpn(true)
        .setKeyCertOptions(tls.getKeyCertOptions())
        .setEnabledSecureTransportProtocols(tls.getEnabledSecureTransportProtocols());
    if (tls.getTrustOptions() != null) {
      options.setTrustOptions(tls.getTrustOptions()).setClientAuth(tls.getClientAuth());
    }
    return options;
  }

  /** Adds headers that browsers need to a server's responses. */
  public Handler<HttpServerRequest> applyTo(Handler<HttpServerRequest> handler) {
    if (!isOn() || config.hsts().isEmpty()) return handler;
    String value = "max-age=" + config.hsts().get().toSeconds();
    return request -> {
      request.response().putHeader(HSTS, value);
      handler.handle(request);
    };
  }

  /** Renews the certificate of a server that listens. */
  public void add(HttpServer server) {
    if (isOn()) servers.add(server);
  }

  /** No longer renews the certificate of a server. */
  public void remove(HttpServer server) {
    servers.remove(server);
  }

  /** Ends the watch; servers keep the certificate that they have. */
  public void close() {
    vertx.cancelTimer(timer);
  }

  /** Compares the files with what is used, now; for tests as well as the timer. */
  Future<Void> check() {
    return vertx
        .executeBlocking(
            () ->
                used.haveChanged()
                    ? Optional.of(CertificateFiles.read(vertx, config))
                    : Optional.<CertificateFiles>empty())
        .compose(read -> read.isEmpty() ? Future.succeededFuture() : use(read.get()))
        .onSuccess(same -> problem = "")
        .onFailure(this::report);
  }

  private Future<Void> use(CertificateFiles renewed) {
    var updates =
        servers.stream().map(server -> server.updateSSLOptions(renewed.options())).toList();
    return Future.all(updates)
        .<Void>mapEmpty()
        .onSuccess(
            updated -> {
              used = renewed;
              LOG.info(
                  "The certificate of the ports was renewed; it expires at {}", renewed.expires());
            });
  }

  /** One line per problem, not per check. */
  private void report(Throwable failure) {
    String text = String.valueOf(failure.getMessage());
    if (text.equals(problem)) return;
    problem = text;
    LOG.warn("{}; the certificate before stays in use, and expires at {}", text, used.expires());
  }

  private double secondsLeft() {
    return Duration.between(Instant.now(), used.expires()).toSeconds();
  }
}
