package dev.boardcast.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestCa;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pools and migrations reach a PostgreSQL server by the same TLS; a wrong one says why not. */
@Timeout(120)
class PostgresTlsIT {
  private static final String IS_ENCRYPTED =
      "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
  private static final Vertx VERTX = Vertx.vertx();

  @TempDir static Path dir;
  private static TestCa ca;
  private static TestCa otherCa;
  private static DedicatedServices services;
  private static DatabaseConfig db;

  @BeforeAll
  static void start() throws Exception {
    ca = new TestCa(dir, "ca");
    otherCa = new TestCa(dir, "other");
    services = Services.dedicated(dir.resolve("data"));
    db = services.freshDatabase();
    services.encryptPostgres(ca.issue("dns:localhost"));
  }

  @AfterAll
  static void stop() throws Exception {
    // Takes over 20 s at times: sockets to a server that has declined TLS stay open for a while.
    VERTX.close().await(90, TimeUnit.SECONDS);
    services.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"prefer", "require", "verify-ca", "verify-full"})
  void poolsAndMigrationsAreEncrypted(String mode) throws Exception {
    var config = config("localhost", "?sslmode=" + mode, ca);
    assertEquals("boardcast", Api.await(Migrations.apply(VERTX, config)));
    assertTrue(isEncrypted(config), mode);
    var fixedSchema =
        Settings.of(
            DatabaseConfig.class,
            "pg=" + config.postgresUri(),
            "redis=" + db.redisUri(),
            "pg-schema=boardcast",
            "pg-root-cert=" + ca.certificate());
    assertTrue(isEncrypted(fixedSchema), mode);
  }

  @Test
  void settingsMeanTheSameAsTheParametersOfTheAddress() throws Exception {
    var config =
        Settings.of(
            DatabaseConfig.class,
            "pg=" + uri("localhost", "?sslmode=verify-full&sslrootcert=" + ca.certificate()),
            "pg-sslmode=disable",
            "pg-root-cert=" + otherCa.certificate(),
            "redis=" + db.redisUri());
    Api.await(Migrations.apply(VERTX, config));
    assertTrue(isEncrypted(config));
  }

  @Test
  void withoutTlsTheServerIsNotReached() {
    var failure =
        assertThrows(
            Exception.class,
            () -> Api.await(Migrations.apply(VERTX, config("127.0.0.1", "?sslmode=disable", ca))));
    assertTrue(failure.toString().contains("no encryption"), failure.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "verify-full, localhost, other, no authority of pg-root-cert",
    "verify-ca, localhost, other, no authority of pg-root-cert",
    "require, localhost, other, no authority of pg-root-cert",
    "verify-full, 127.0.0.1, ca, has a certificate for another host name",
  })
  void aWrongCertificateNamesItsCauseAtOnce(String mode, String host, String name, String cause) {
    var config = config(host, "?sslmode=" + mode, name.equals("ca") ? ca : otherCa);
    assertFailsAtOnce(config, cause);
    var check = new CertificateCheck();
    var pool = Pools.pool(VERTX, config, "test", 1, check);
    var failure = assertThrows(Exception.class, () -> Api.await(pool.query("SELECT 1").execute()));
    assertTrue(TlsFailure.of(check.explain(failure)).isPresent(), failure.toString());
    Api.await(pool.close());
  }

  @Test
  void anExpiredCertificateNamesItsCauseAtOnce() throws Exception {
    services.encryptPostgres(ca.issueExpired());
    try {
      assertFailsAtOnce(config("localhost", "?sslmode=verify-full", ca), "expired");
    } finally {
      services.encryptPostgres(ca.issue("dns:localhost"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"require", "verify-full"})
  void aServerWithoutTlsNamesTheCauseAtOnce(String mode) {
    var plain = Services.get().freshDatabase();
    var config = DatabaseConfig.at(plain.postgresUri() + "?sslmode=" + mode, plain.redisUri());
    assertFailsAtOnce(config, "offers no TLS");
    var failure = assertThrows(Exception.class, () -> isEncrypted(config));
    assertEquals(TlsFailure.NOT_OFFERED, TlsFailure.of(failure).orElseThrow());
  }

  @Test
  void preferFallsBackToAServerWithoutTls() throws Exception {
    var plain = Services.get().freshDatabase();
    var config = DatabaseConfig.at(plain.postgresUri() + "?sslmode=prefer", plain.redisUri());
    Api.await(Migrations.apply(VERTX, config));
    assertTrue(!isEncrypted(config));
  }

  @Test
  void whatCannotBeUsedIsRefusedBeforeTheStart() throws Exception {
    var mode =
        assertThrows(
            InvalidSettingException.class,
            () -> DatabaseConfig.at(db.postgresUri() + "?sslmode=allow", db.redisUri()));
    assertTrue(mode.getMessage().contains("verify-full"), mode.getMessage());
    Path empty = Files.writeString(dir.resolve("empty.pem"), "");
    for (Path file : new Path[] {empty, dir.resolve("absent.pem")}) {
      var config = config("localhost", "?sslmode=verify-ca&sslrootcert=" + file, ca);
      var failure = assertThrows(IllegalArgumentException.class, () -> Pools.pool(VERTX, config));
      assertTrue(failure.getMessage().contains("pg-root-cert " + file), failure.getMessage());
    }
  }

  private static void assertFailsAtOnce(DatabaseConfig config, String cause) {
    long startNanos = System.nanoTime();
    var failure = assertThrows(Exception.class, () -> Api.await(Migrations.apply(VERTX, config)));
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
    assertTrue(failure.getMessage().contains(cause), failure.getMessage());
    assertTrue(took.toSeconds() < 10, "it took " + took);
  }

  private static boolean isEncrypted(DatabaseConfig config) throws Exception {
    var pool = Pools.pool(VERTX, config);
    try {
      return Api.await(pool.query(IS_ENCRYPTED).execute()).iterator().next().getBoolean(0);
    } finally {
      Api.await(pool.close());
    }
  }

  private static DatabaseConfig config(String host, String parameters, TestCa trusted) {
    return Settings.of(
        DatabaseConfig.class,
        "pg=" + uri(host, parameters),
        "redis=" + db.redisUri(),
        "pg-root-cert=" + trusted.certificate());
  }

  private static String uri(String host, String parameters) {
    URI uri = URI.create(db.postgresUri());
    return "postgresql://%s@%s:%d%s%s"
        .formatted(uri.getUserInfo(), host, uri.getPort(), uri.getPath(), parameters);
  }
}
