package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Program;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestCa;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program with certificates: its own clients, and what a wrong one makes it print. */
@Timeout(180)
class ProgramTlsIT {
  private static final Duration START = Duration.ofSeconds(60);

  @TempDir Path dir;

  @Test
  void demoAndLoadGeneratorUseTls() throws Exception {
    var ca = new TestCa(dir, "ca");
    var issued = ca.issue();
    DatabaseConfig db = Services.get().freshDatabase();
    try (var node =
        start(
            db.postgresUri(),
            db,
            "--cluster=off",
            "--demo",
            "--tls-cert=" + issued.cert(),
            "--tls-key=" + issued.key())) {
      URI ready = node.awaitReady(START);
      assertEquals("https", ready.getScheme());
      assertEquals(200, status(ca, ready.getPort()));
      Awaitility.await()
          .atMost(START)
          .until(
              () -> !new Sql(db.postgresUri()).column("SELECT id FROM routing_decision").isEmpty());
      Path trusted = ca.certificate().resolveSibling("authority.p12");
      var java =
          "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=%s"
              .formatted(trusted, TestCa.PASSWORD);
      try (var load =
          Program.start(
              Map.of("JAVA_TOOL_OPTIONS", java, "BOARDCAST_JWT_SECRET", Cluster.SECRET),
              "load",
              "--url=wss://localhost:" + ready.getPort(),
              "--clients=10",
              "--duration=2s")) {
        assertEquals(0, load.exitCode(START), load.errors());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWrongCertificateOfPostgresEndsTheStartWithItsCause(boolean cluster) throws Exception {
    var ca = new TestCa(dir, "ca");
    var other = new TestCa(dir, "other");
    try (var services = Services.dedicated(dir.resolve("data"))) {
      DatabaseConfig db = services.freshDatabase();
      services.encryptPostgres(ca.issue());
      String pg = db.postgresUri() + "?sslmode=verify-full&sslrootcert=" + other.certificate();
      long startNanos = System.nanoTime();
      String[] more =
          cluster
              ? new String[] {"--cluster-port=0", "--cluster-secret=" + "s".repeat(32)}
              : new String[] {"--cluster=off"};
      try (var node = start(pg, db, more)) {
        assertEquals(1, node.exitCode(START));
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        assertTrue(took.toSeconds() < 25, "it took " + took);
        List<String> lines =
            node.errors().lines().filter(line -> line.startsWith("boardcast:")).toList();
        assertEquals(1, lines.size(), node.errors());
        String expected =
            "boardcast: cannot start: pg 127.0.0.1:%d has a certificate that no authority of"
                + " pg-root-cert has signed";
        assertTrue(
            lines.get(0).startsWith(expected.formatted(URI.create(db.postgresUri()).getPort())),
            lines.get(0));
      }
    }
  }

  private Program start(String pg, DatabaseConfig db, String... more) throws Exception {
    var arguments =
        new ArrayList<>(
            List.of(
                "--http-port=0",
                "--gateway-port=0",
                "--data-dir=" + dir.resolve("program"),
                "--pg=" + pg,
                "--redis=" + db.redisUri(),
                "--jwt-secret=" + Cluster.SECRET));
    arguments.addAll(Arrays.asList(more));
    return Program.start(arguments.toArray(String[]::new));
  }

  private static int status(TestCa trusted, int port) {
    var vertx = Vertx.vertx();
    var options = new WebClientOptions();
    options.setSsl(true);
    options.setTrustOptions(new PemTrustOptions().addCertPath(trusted.certificate().toString()));
    var client = WebClient.create(vertx, options);
    int status = Api.await(client.get(port, "localhost", "/health/ready").send()).statusCode();
    Api.await(vertx.close());
    return status;
  }
}
