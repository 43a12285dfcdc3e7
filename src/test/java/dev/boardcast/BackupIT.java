package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.backup.Backup;
import dev.boardcast.database.backup.Restore;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.DecisionStream;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.PostgresServer;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A backup while a node writes, restored onto another server, where a node continues. */
@Timeout(240)
class BackupIT {
  private static final Person ANN = Person.of("ann").with("ingest", "publish");

  @TempDir private Path data;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final DatabaseConfig source = Services.get().freshDatabase();
  private PostgresServer other;
  private DatabaseConfig target;
  private Boardcast node;

  @BeforeEach
  void startOther() throws Exception {
    other = PostgresServer.start(data.resolve("other"));
    // Transactions have other ids there, smaller and larger ones.
    target = DatabaseConfig.at(other.uri(), Services.get().freshDatabase().redisUri());
  }

  @AfterEach
  void stop() throws Exception {
    if (node != null) node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(20, TimeUnit.SECONDS);
    other.close();
  }

  @Test
  void whatWasBackedUpContinuesOnAnotherServerWithEqualNumbers() throws Exception {
    Path file = data.resolve("backup.zip");
    start(source);
    post("/api/v1/tasks", "{\"title\":\"kept\"}");
    post(
        "/api/v1/streams/news/events", "{\"type\":\"release\",\"data\":{\"text\":\"1.0 is out\"}}");
    // A partition that no migration creates, as nodes add them.
    var sql = new Sql(source.postgresUri());
    sql.run(
        "CREATE TABLE board_history_1_old PARTITION OF board_history_1 FOR VALUES FROM"
            + " ('2020-01-01') TO ('2020-02-01')");
    sql.run(
        "INSERT INTO board_history (tier, board, at, data)"
            + " VALUES (1, 'routing', '2020-01-15', '{\"total_decisions\":1}')");
    try (var decisions = new DecisionStream(List.of(uri("/")))) {
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> decisions.acknowledged() > 30);
      var written = Backup.write(source, file);
      assertTrue(written.rows() > 30, written.toString());
      assertTrue(decisions.acknowledged() > 30);
      decisions.end();
    }
    assertEquals("rw-------", mode(file));
    assertThrows(FileAlreadyExistsException.class, () -> Backup.write(source, file));
    List<String> sourceEpochs = sql.column("SELECT epoch FROM event_shard");
    node.close().await(30, TimeUnit.SECONDS);

    long rows = Restore.read(target, List.of(), file);

    var restored = new Sql(target.postgresUri());
    long decided = Long.parseLong(restored.column("SELECT count(*) FROM routing_decision").get(0));
    assertTrue(rows > decided && decided > 30, rows + " rows, " + decided + " decisions");
    assertEquals(List.of("kept"), restored.column("SELECT title FROM task"));
    assertEquals(
        sql.column("SELECT at FROM board_history WHERE at < '2021-01-01'"),
        restored.column("SELECT at FROM board_history WHERE at < '2021-01-01'"));
    assertEquals(
        sql.column("SELECT count(*) FROM board_history_part"),
        restored.column("SELECT count(*) FROM board_history_part"));
    List<String> epochs = restored.column("SELECT epoch FROM event_shard");
    assertTrue(epochs.stream().noneMatch(sourceEpochs::contains), epochs.toString());

    start(target);
    awaitTotal(decided);
    post(
        "/routing/decisions",
        "{\"strategy\":\"hybrid\",\"provider\":\"gemini\",\"confidence\":0.9,\"cost\":0.1}");
    awaitTotal(decided + 1);
    post("/api/v1/streams/news/events", "{\"type\":\"release\",\"data\":{\"text\":\"1.1\"}}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get("/api/v1/streams/news/events").path("events").size() == 2);

    var refused =
        assertThrows(IllegalStateException.class, () -> Restore.read(target, List.of(), file));
    assertTrue(refused.getMessage().contains("into an empty database"), refused.getMessage());
    assertEquals(
        List.of(Long.toString(decided + 1)),
        restored.column("SELECT count(*) FROM routing_decision"));
  }

  @Test
  void aFileThatIsNotWholeRestoresNothing() throws Exception {
    Path file = data.resolve("backup.zip");
    Backup.write(source, file);
    byte[] bytes = Files.readAllBytes(file);
    Path cut = data.resolve("cut.zip");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));

    assertThrows(IOException.class, () -> Restore.read(target, List.of(), cut));
    assertEquals(
        List.of(),
        new Sql(target.postgresUri())
            .column("SELECT nspname FROM pg_namespace WHERE nspname = 'boardcast'"));
  }

  @Test
  void whatANodeWroteMeanwhileIsNotEmptied() throws Exception {
    Path file = data.resolve("backup.zip");
    Backup.write(source, file);
    // As by a node that starts as soon as the schema is there.
    var server = new Sql(target.postgresUri());
    server.run(
        "CREATE FUNCTION public.start_node() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " IF to_regclass('boardcast.node_heartbeat') IS NOT NULL THEN"
            + " INSERT INTO boardcast.node_heartbeat (node, wants, suspects, leaving, backend, seen_at)"
            + " VALUES ('early', '{}', '{}', false, 1, now()) ON CONFLICT DO NOTHING;"
            + " END IF; END $$");
    server.run(
        "CREATE EVENT TRIGGER start_node ON ddl_command_end WHEN TAG IN ('CREATE TABLE')"
            + " EXECUTE FUNCTION public.start_node()");

    var refused =
        assertThrows(IllegalStateException.class, () -> Restore.read(target, List.of(), file));

    String expected =
        "a node has used this database since: stop all nodes, drop the schema, and restore again";
    assertEquals(expected, refused.getMessage());
    assertEquals(List.of("early"), server.column("SELECT node FROM boardcast.node_heartbeat"));
  }

  private static String mode(Path file) throws IOException {
    return java.nio.file.attribute.PosixFilePermissions.toString(
        Files.getPosixFilePermissions(file));
  }

  private void awaitTotal(long expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get("/routing/metrics").path("total_decisions").asLong() == expected);
  }

  private void start(DatabaseConfig db) throws Exception {
    node =
        Boardcast.deploy(vertx, TestOptions.local(db), Boards.BUILT_IN).await(60, TimeUnit.SECONDS);
  }

  private JsonNode get(String path) throws Exception {
    return Json.MAPPER.readTree(send(HttpRequest.newBuilder(uri(path))).body());
  }

  private void post(String path, String body) throws Exception {
    var answer =
        send(
            HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    assertTrue(answer.statusCode() < 300, answer.body());
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(
        request
            .timeout(Duration.ofSeconds(10))
            .header("Authorization", "Bearer " + ANN.token())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + node.httpPort() + path);
  }
}
