package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.TlsFailure;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.RelayProxy;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestCa;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots in a Redis behind TLS: the embedded one has none, so a proxy ends it. */
@Timeout(120)
class RedisTlsIT {
  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();

  @TempDir Path dir;

  @AfterEach
  void close() {
    Api.await(vertx.close());
  }

  @Test
  void snapshotsAreStoredOverTls() throws Exception {
    var ca = new TestCa(dir, "ca");
    RelayProxy proxy = proxy(ca.issue("dns:localhost"));
    RedisSnapshots redis = snapshots("localhost", proxy, ca);
    var snapshot =
        new Snapshot("routing", 7, Instant.EPOCH, Instant.EPOCH, false, RawJson.of("{\"a\":1}"));
    // The first handshake of a JVM may take longer than a command may.
    Awaitility.await().ignoreExceptions().untilAsserted(() -> Api.await(redis.put(snapshot)));
    assertEquals(Optional.of(snapshot), Api.await(redis.get("routing")));
    assertTrue(proxy.saw("routing"), "decrypted by the proxy");
  }

  @Test
  void aWrongCertificateNamesItsCause() throws Exception {
    var ca = new TestCa(dir, "ca");
    var other = new TestCa(dir, "other");
    assertCause(TlsFailure.NOT_TRUSTED, snapshots("localhost", proxy(ca.issue()), other));
    assertCause(
        TlsFailure.OTHER_HOST, snapshots("127.0.0.1", proxy(ca.issue("dns:localhost")), ca));
    assertCause(TlsFailure.EXPIRED, snapshots("localhost", proxy(ca.issueExpired()), ca));
  }

  private static void assertCause(TlsFailure expected, RedisSnapshots redis) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              var failure = assertThrows(Exception.class, () -> Api.await(redis.ping()));
              assertEquals(Optional.of(expected), TlsFailure.of(failure), failure.toString());
            });
  }

  private RelayProxy proxy(TestCa.Issued certificate) {
    URI redis = URI.create(db.redisUri());
    return RelayProxy.tls(vertx, certificate, redis.getHost(), redis.getPort());
  }

  private RedisSnapshots snapshots(String host, RelayProxy proxy, TestCa trusted) {
    URI redis = URI.create(db.redisUri());
    String uri =
        "rediss://%s@%s:%d%s".formatted(redis.getUserInfo(), host, proxy.port(), redis.getPath());
    var config =
        Settings.of(
            DatabaseConfig.class,
            "pg=" + db.postgresUri(),
            "redis=" + uri,
            "redis-root-cert=" + trusted.certificate());
    return new RedisSnapshots(vertx, "test", config, Duration.ofMinutes(1));
  }
}
