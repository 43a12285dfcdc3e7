package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestCa;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import dev.boardcast.web.PortTls;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Both ports take a renewed certificate up without a restart; a bad one changes nothing. */
@Timeout(120)
class CertificateReloadIT {
  private static final String EXPIRY = "boardcast_tls_certificate_expiry_seconds";

  private final Vertx vertx = Vertx.vertx();

  @TempDir Path dir;

  @Test
  void aRenewedCertificateIsUsedAndABadOneIsNot() throws Exception {
    var first = new TestCa(dir, "first");
    var second = new TestCa(dir, "second");
    var before = first.issue();
    install(before.cert(), "cert");
    install(before.key(), "key");
    Boardcast node = start();
    assertServedBy(first, node);
    assertTrue(expirySeconds(first, node) < Duration.ofDays(31).toSeconds());
    String sockets = "wss://localhost:" + node.httpPort() + "/ws/metrics/routing";
    var session = WsClient.connect(vertx, sockets);

    var renewed = second.issue("dns:localhost", "-validity", "90");
    install(renewed.cert(), "cert");
    install(renewed.key(), "key");
    Awaitility.await()
        .atMost(PortTls.CHECK_INTERVAL.multipliedBy(6))
        .ignoreExceptions()
        .untilAsserted(() -> assertServedBy(second, node));
    assertTrue(expirySeconds(second, node) > Duration.ofDays(80).toSeconds());

    var logged = new ListAppender<ILoggingEvent>();
    logged.start();
    var logger = (Logger) LoggerFactory.getLogger(PortTls.class);
    logger.addAppender(logged);
    install(before.cert(), "cert");
    Awaitility.await().until(() -> !logged.list.isEmpty());
    assertServedBy(second, node);
    // It is not repeated, and the next good one is used again.
    install(before.key(), "key");
    Awaitility.await()
        .atMost(PortTls.CHECK_INTERVAL.multipliedBy(6))
        .ignoreExceptions()
        .untilAsserted(() -> assertServedBy(first, node));
    logger.detachAppender(logged);
    List<String> problems =
        logged.list.stream()
            .map(ILoggingEvent::getFormattedMessage)
            .filter(line -> line.contains("stays in use"))
            .toList();
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.get(0).contains("the key is not that"), problems.get(0));
    assertFalse(session.isClosed(), "sessions stay");
    session.close();
    Api.await(node.close());
    Api.await(vertx.close());
  }

  private Boardcast start() {
    var options =
        TestOptions.local(Services.get().freshDatabase())
            .set("tls-cert", dir.resolve("cert").toString())
            .set("tls-key", dir.resolve("key").toString());
    return Api.await(Boardcast.deploy(vertx, options, Boards.BUILT_IN));
  }

  /** As programs that renew certificates do it. */
  private void install(Path file, String name) throws IOException {
    Path copy = Files.copy(file, dir.resolve(name + ".new"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(copy, dir.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private void assertServedBy(TestCa authority, Boardcast node) {
    for (int port : List.of(node.httpPort(), node.gatewayPort())) {
      get(authority, port, "/health/live");
    }
  }

  private double expirySeconds(TestCa authority, Boardcast node) {
    return get(authority, node.httpPort(), "/metrics")
        .lines()
        .filter(line -> line.startsWith(EXPIRY))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  private String get(TestCa authority, int port, String path) {
    var options = new WebClientOptions();
    options.setSsl(true);
    options.setTrustOptions(new PemTrustOptions().addCertPath(authority.certificate().toString()));
    var client = WebClient.create(vertx, options);
    try {
      return Api.await(client.get(port, "localhost", path).send()).bodyAsString();
    } finally {
      client.close();
    }
  }
}
