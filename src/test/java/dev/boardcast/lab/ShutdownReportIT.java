package dev.boardcast.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Program;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code load} and {@code replay} print their report on SIGINT. */
class ShutdownReportIT {
  private static final String SECRET = Cluster.SECRET;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Vertx vertx = Vertx.vertx();
  private Boardcast node;

  @BeforeEach
  void start() throws Exception {
    var config = TestOptions.local(db);
    node = Boardcast.deploy(vertx, config, Boards.BUILT_IN).await(30, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void anInterruptedLoadPrintsItsReport() throws Exception {
    try (var load =
        Program.start(
            Map.of(LoadCommand.SECRET, SECRET),
            "load",
            "--url",
            "ws://127.0.0.1:" + node.httpPort(),
            "--clients",
            "5",
            "--duration",
            "1h")) {
      Awaitility.await().atMost(PATIENCE).until(() -> load.errors().contains("5/5 clients"));
      String report = interrupt(load);
      assertTrue(report.startsWith("ledger    laboratory: "), report);
      assertTrue(report.endsWith("verdict   kept"), report);
    }
  }

  @Test
  void anInterruptedReplayPrintsItsReport(@TempDir Path directory) throws Exception {
    Path facts = directory.resolve("facts.ndjson");
    // At the recorded speed the second is due after an hour.
    Files.write(facts, List.of(decision("2026-01-01T00:00:00Z"), decision("2026-01-01T01:00:00Z")));
    try (var replay =
        Program.start(
            Map.of(ReplayCommand.TOKEN, Person.of("ann").with("ingest").token()),
            "replay",
            "--url",
            "http://127.0.0.1:" + node.httpPort(),
            "--board",
            "routing",
            "--speed",
            "1",
            facts.toString())) {
      var sql = new Sql(db.postgresUri());
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> sql.column("SELECT 1 FROM routing_decision").size() == 1);
      String report = interrupt(replay);
      assertTrue(report.startsWith("accepted 1, duplicate 0, rejected 0 of 1 lines"), report);
      assertTrue(report.endsWith("stopped early: interrupted"), report);
    }
  }

  private static String decision(String when) {
    return "{\"strategy\":\"hybrid\",\"provider\":\"gemini\",\"cost\":0.1,\"decided_at\":\"%s\"}"
        .formatted(when);
  }

  private static String interrupt(Program program) throws Exception {
    program.signal("INT");
    assertEquals(130, program.exitCode(PATIENCE));
    return String.join("\n", program.remainingLines());
  }
}
