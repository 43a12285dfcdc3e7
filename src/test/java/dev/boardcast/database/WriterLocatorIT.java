package dev.boardcast.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that accept connections and answer nothing, as those of a stopped process do. */
@Timeout(60)
class WriterLocatorIT {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"disable", "prefer"})
  void connectionsToSilentServersAreClosed(String sslMode) throws Exception {
    try (var first = silent();
        var second = silent()) {
      String servers =
          "127.0.0.1:%d,127.0.0.1:%d".formatted(first.getLocalPort(), second.getLocalPort());
      var config =
          Settings.of(
              DatabaseConfig.class,
              "pg=postgresql://ann:pw@" + servers + "/d?sslmode=" + sslMode,
              "pg-connect-timeout=2s");
      var locator = new WriterLocator(vertx, config, new CertificateCheck());
      var failure =
          assertThrows(Exception.class, () -> locator.options().await(20, TimeUnit.SECONDS));
      assertTrue(failure.getMessage().contains("no server of pg takes writes"), "" + failure);
      for (ServerSocket server : new ServerSocket[] {first, second}) {
        try (var connection = server.accept()) {
          connection.setSoTimeout(10_000);
          // What it was sent, and the end.
          assertTrue(connection.getInputStream().readAllBytes().length > 0);
          assertEquals(-1, connection.getInputStream().read());
        }
      }
    }
  }

  private static ServerSocket silent() throws Exception {
    return new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"));
  }
}
