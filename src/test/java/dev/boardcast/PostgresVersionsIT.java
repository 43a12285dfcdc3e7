package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.backup.Backup;
import dev.boardcast.database.backup.Restore;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.DecisionStream;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.PostgresServer;
import dev.boardcast.testing.PostgresVersions;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The essential path on every supported version of PostgreSQL, and a restore across them. */
@Tag("postgres-versions")
@Timeout(240)
class PostgresVersionsIT {
  private static final Person ANN = Person.of("ann").with("ingest", "publish");

  @TempDir private Path data;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private Boardcast node;

  @AfterEach
  void stop() throws Exception {
    if (node != null) node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 16, 17, 18})
  void factsEventsAndTasksWork(int major) throws Exception {
    try (var server =
        PostgresServer.start(PostgresVersions.programs(major), data.resolve("postgres"))) {
      assertTrue(
          new Sql(server.uri()).column("SHOW server_version").get(0).startsWith(major + "."));
      start(server);
      long decided = write();
      assertEquals(
          List.of(Long.toString(decided)),
          new Sql(server.uri()).column("SELECT count(*) FROM routing_decision"));
      stop();
      node = null;
    }
  }

  @Test
  void aBackupOfTheOldestIsRestoredOnTheNewest() throws Exception {
    Path file = data.resolve("backup.zip");
    long decided;
    try (var oldest = PostgresServer.start(PostgresVersions.programs(15), data.resolve("old"))) {
      start(oldest);
      decided = write();
      Backup.write(DatabaseConfig.at(oldest.uri(), "redis://127.0.0.1:1"), file);
      node.close().await(30, TimeUnit.SECONDS);
    }
    try (var newest = PostgresServer.start(PostgresVersions.programs(18), data.resolve("new"))) {
      Restore.read(DatabaseConfig.at(newest.uri(), "redis://127.0.0.1:1"), List.of(), file);
      start(newest);
      awaitTotal(decided);
      assertEquals(1, get("/api/v1/streams/news/events").path("events").size());
      node.close().await(30, TimeUnit.SECONDS);
      node = null;
    }
  }

  private long write() throws Exception {
    var decisions = new DecisionStream(List.of(uri("/")));
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> decisions.acknowledged() > 20);
    int decided = decisions.end();
    post("/api/v1/tasks", "{\"title\":\"kept\"}");
    post("/api/v1/streams/news/events", "{\"type\":\"release\",\"data\":{\"text\":\"1.0\"}}");
    awaitTotal(decided);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get("/api/v1/streams/news/events").path("events").size() == 1);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get("/api/v1/tasks").path("items").size() == 1);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get("/health/ready").path("status").asText().equals("up"));
    return decided;
  }

  private void awaitTotal(long expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get("/routing/metrics").path("total_decisions").asLong() == expected);
  }

  private void start(PostgresServer server) throws Exception {
    var db = DatabaseConfig.at(server.uri(), Services.get().freshDatabase().redisUri());
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
