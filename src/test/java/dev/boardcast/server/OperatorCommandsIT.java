package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.PostgresServer;
import dev.boardcast.testing.RelayProxy;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestCa;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands migrate, backup, restore and doctor, as an operator runs them. */
@Timeout(240)
class OperatorCommandsIT {
  private static final String CLUSTER_SECRET = "a secret of a cluster that is long enough";

  @TempDir private Path directory;

  private record Ran(int code, String output, String errors) {}

  @Test
  void migrationsArePlannedAndAppliedWithoutANode() throws Exception {
    try (var server = PostgresServer.start(directory.resolve("postgres"))) {
      String pg = server.uri();
      Ran plan = run("migrate", "--plan", "--pg", pg);
      assertEquals(0, plan.code(), plan.errors());
      assertTrue(plan.output().startsWith("pending:\nV001 leases and events\n"), plan.output());
      assertEquals(
          List.of(), new Sql(pg).column("SELECT 1 FROM pg_namespace WHERE nspname = 'boardcast'"));

      // A node of a closed cluster reads the name of the cluster before anything else.
      for (String cluster : List.of("--cluster=off", "--cluster-secret=" + CLUSTER_SECRET)) {
        Ran refused =
            run(
                "serve",
                "--pg",
                pg,
                "--redis",
                "redis://127.0.0.1:1",
                "--pg-migrate=off",
                cluster,
                "--http-port=0",
                "--gateway-port=0",
                "--jwt-secret",
                Cluster.SECRET);
        assertEquals(1, refused.code(), refused.errors());
        assertTrue(refused.errors().contains("run boardcast migrate --apply"), refused.errors());
        assertEquals(
            List.of(),
            new Sql(pg).column("SELECT 1 FROM pg_namespace WHERE nspname = 'boardcast'"),
            cluster);
      }

      Ran apply = run("migrate", "--apply", "--pg", pg);
      assertTrue(apply.output().startsWith("applied:\nV001 leases and events\n"), apply.output());
      assertEquals("nothing to migrate\n", run("migrate", "--plan", "--pg", pg).output());
      assertEquals(2, run("migrate", "--pg", pg).code());
    }
  }

  @Test
  void aBackupIsRestoredByTheCommandLine() throws Exception {
    DatabaseConfig db = Services.get().freshDatabase();
    String file = directory.resolve("b.zip").toString();
    try (var server = PostgresServer.start(directory.resolve("postgres"))) {
      assertEquals(0, run("backup", file, "--pg", db.postgresUri()).code());
      Ran again = run("backup", file, "--pg", db.postgresUri());
      assertEquals(1, again.code());
      assertTrue(again.errors().contains(file + " exists already"), again.errors());
      Ran restored = run("restore", file, "--pg", server.uri());
      assertEquals(0, restored.code(), restored.errors());
      assertTrue(restored.output().contains("facts that were archived"), restored.output());
      Ran refused = run("restore", file, "--pg", server.uri());
      assertEquals(1, refused.code());
      assertTrue(refused.errors().contains("tables already"), refused.errors());
    }
  }

  @Test
  void theDoctorSaysWhatIsWrongWithSettings() throws Exception {
    DatabaseConfig db = Services.get().freshDatabase();
    Ran well = doctor(db.postgresUri(), "--redis", db.redisUri());
    assertEquals(0, well.code(), well.output());
    assertTrue(
        well.output().contains("ok      schema boardcast has every migration"), well.output());
    assertTrue(well.output().contains("ok      the clock of PostgreSQL agrees"), well.output());

    Ran wrong =
        doctor(db.postgresUri().replaceFirst(":[^:@]+@", ":wrong@"), "--redis", db.redisUri());
    assertEquals(1, wrong.code());
    assertTrue(wrong.output().contains("check user and password in pg"), wrong.output());

    var sql = new Sql(db.postgresUri());
    sql.run(
        "CREATE ROLE doctored_"
            + ProcessHandle.current().pid()
            + " LOGIN PASSWORD 'x' CONNECTION LIMIT 6");
    sql.run("GRANT USAGE ON SCHEMA boardcast TO doctored_" + ProcessHandle.current().pid());
    sql.run(
        "GRANT SELECT ON boardcast.flyway_schema_history TO doctored_"
            + ProcessHandle.current().pid());
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String limited =
          db.postgresUri()
              .replaceFirst("//[^@]*@", "//doctored_" + ProcessHandle.current().pid() + ":x@");
      Ran many =
          doctor(
              limited, "--redis", "redis://127.0.0.1:1", "--gateway-port=" + taken.getLocalPort());
      assertEquals(1, many.code());
      assertTrue(
          many.output().contains("PROBLEM gateway-port " + taken.getLocalPort()), many.output());
      assertTrue(many.output().contains("PROBLEM user doctored_"), many.output());
      assertTrue(
          many.output().contains("raise max_connections, or lower pg-pool-size"), many.output());
      assertTrue(many.output().contains("PROBLEM redis 127.0.0.1:1 cannot be used"), many.output());
    } finally {
      sql.run("DROP OWNED BY doctored_" + ProcessHandle.current().pid());
      sql.run("DROP ROLE doctored_" + ProcessHandle.current().pid());
    }
  }

  @Test
  void theDoctorAsksNodesAboutTheirHealthAndTheirCluster() throws Exception {
    DatabaseConfig db = Services.get().freshDatabase();
    Path token =
        Files.writeString(directory.resolve("token"), Person.of("op").with("viewer").token());
    try (var cluster = Cluster.start(db, 2)) {
      URI one = cluster.node(0).http();
      URI two = cluster.node(1).http();
      Ran well = run("doctor", "--node", "" + one, "--node", "" + two, "--token-file", "" + token);
      assertEquals(0, well.code(), well.output());
      assertTrue(well.output().contains("ok      node " + one + " is up"), well.output());
      assertTrue(well.output().contains("ok      node " + two + " sees ["), well.output());

      cluster.node(1).kill();
      Ran wrong = run("doctor", "--node", "" + one, "--node", "" + two);
      assertEquals(1, wrong.code());
      assertTrue(
          wrong.output().contains("PROBLEM node " + two + " does not answer"), wrong.output());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:8080", "127.0.0.1:8080", "ftp://localhost", "http:///boards"})
  void theDoctorSaysWhatAnAddressOfANodeIs(String node) {
    Ran refused = run("doctor", "--node", node);
    assertEquals(2, refused.code());
    String expected = "--node " + node + ": expected http://HOST:PORT or https://HOST:PORT";
    assertTrue(refused.errors().contains(expected), refused.errors());
  }

  @Test
  void theDoctorTrustsTheAuthorityOfRedisThatANodeWould() throws Exception {
    DatabaseConfig db = Services.get().freshDatabase();
    var authority = new TestCa(directory, "authority");
    var other = new TestCa(directory, "other");
    URI redis = URI.create(db.redisUri());
    Vertx vertx = Vertx.vertx();
    try {
      var proxy =
          RelayProxy.tls(vertx, authority.issue("dns:localhost"), redis.getHost(), redis.getPort());
      String address = "rediss://" + redis.getUserInfo() + "@localhost:" + proxy.port();
      Ran well = doctorOfRedis(db, address, authority.certificate());
      assertEquals(0, well.code(), well.output());
      String answers = "ok      redis localhost:" + proxy.port() + " answers";
      assertTrue(well.output().contains(answers), well.output());

      Ran wrong = doctorOfRedis(db, address, other.certificate());
      assertEquals(1, wrong.code());
      String untrusted = "has a certificate that no authority of redis-root-cert has signed";
      assertTrue(wrong.output().contains(untrusted), wrong.output());
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  private static Ran doctorOfRedis(DatabaseConfig db, String redis, Path authority) {
    return doctor(db.postgresUri(), "--redis", redis, "--redis-root-cert", authority.toString());
  }

  private static Ran doctor(String pg, String... more) {
    var arguments = new ArrayList<>(List.of("doctor", "--pg", pg, "--http-port=0"));
    if (List.of(more).stream().noneMatch(each -> each.startsWith("--gateway-port"))) {
      arguments.add("--gateway-port=0");
    }
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private static Ran run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        Main.commandLine(Clock.systemUTC())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Ran(code, out.toString(), err.toString());
  }
}
