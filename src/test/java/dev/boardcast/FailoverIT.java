package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.DecisionStream;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.PostgresServer;
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
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node whose PostgreSQL stops taking writes, with a streaming standby and without one. */
@Timeout(180)
class FailoverIT {
  // From the promotion until a post is acknowledged.
  private static final Duration RECOVERY = Duration.ofSeconds(10);

  private static final String DECISION =
      "{\"strategy\":\"hybrid\",\"provider\":\"gemini\",\"confidence\":0.9,\"cost\":0.1}";

  @TempDir private Path data;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private PostgresServer first;
  private Boardcast node;

  @BeforeEach
  void startServer() throws Exception {
    first = PostgresServer.start(data.resolve("first"));
  }

  @AfterEach
  void stop() throws Exception {
    if (node != null) node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(20, TimeUnit.SECONDS);
    first.close();
  }

  @Test
  void afterADemotionWithoutARestartAllGoesToTheStandbyAndNothingIsLost() throws Exception {
    try (var second = first.addStandby(data.resolve("second"))) {
      startNode(both(second));
      try (var decisions = new DecisionStream(List.of(uri("/")))) {
        await(() -> decisions.acknowledged() > 20);

        // Its connections stay open: each statement that writes fails with 25006 from now on.
        new Sql(first.uri()).run("ALTER SYSTEM SET default_transaction_read_only = on");
        new Sql(first.uri("postgres")).column("SELECT pg_reload_conf()");
        await(() -> dependency().equals("read-only"));
        assertEquals("degraded", health().at("/status").asText());
        second.promote();

        assertRecovers(decisions, second);
        assertEquals(
            List.of(),
            new Sql(first.uri())
                .column(
                    "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE"
                        + " 'boardcast-%'"));
      }
    }
  }

  @Test
  void afterAFailoverAndBackAllGoesOn() throws Exception {
    try (var second = first.addStandby(data.resolve("second"))) {
      startNode(both(second));
      try (var decisions = new DecisionStream(List.of(uri("/")))) {
        await(() -> decisions.acknowledged() > 20);

        switchOver(first, second);
        awaitWrites(decisions);
        switchOver(second, first);

        assertRecovers(decisions, first);
      }
    }
  }

  @Test
  void aLoneServerThatTakesNoWritesIsNamedAndUsedAgainWhenItDoes() throws Exception {
    startNode(first.uri());
    try (var decisions = new DecisionStream(List.of(uri("/")))) {
      await(() -> decisions.acknowledged() > 5);
      new Sql(first.uri()).run("ALTER SYSTEM SET default_transaction_read_only = on");
      new Sql(first.uri()).column("SELECT pg_reload_conf()");

      await(() -> dependency().equals("read-only"));
      var refused = post("/routing/decisions", DECISION);
      assertEquals(503, refused.statusCode(), refused.body());
      assertEquals("1", refused.headers().firstValue("Retry-After").orElse(""));

      try (var connection = new Sql(first.uri()).connect();
          var statement = connection.createStatement()) {
        statement.execute("SET default_transaction_read_only = off");
        statement.execute("ALTER SYSTEM RESET default_transaction_read_only");
        statement.execute("SELECT pg_reload_conf()");
      }
      assertRecovers(decisions, first);
    }
  }

  /** Stops the one that takes writes, promotes the other, and has the one follow it. */
  private static void switchOver(PostgresServer from, PostgresServer to) throws Exception {
    from.stop();
    to.promote();
    from.follow(to);
    from.start();
  }

  private void assertRecovers(DecisionStream decisions, PostgresServer writer) throws Exception {
    awaitWrites(decisions);
    await(() -> health().at("/status").asText().equals("up"));
    int acknowledged = decisions.end();
    assertEquals(
        List.of(Integer.toString(acknowledged)),
        new Sql(writer.uri()).column("SELECT count(*) FROM routing_decision"));
    await(() -> total() == acknowledged);
  }

  private void awaitWrites(DecisionStream decisions) {
    long before = decisions.acknowledged();
    Awaitility.await().atMost(RECOVERY).until(() -> decisions.acknowledged() > before + 5);
  }

  private void startNode(String postgres) throws Exception {
    var redis = Services.get().freshDatabase().redisUri();
    node =
        Boardcast.deploy(
                vertx, TestOptions.local(DatabaseConfig.at(postgres, redis)), Boards.BUILT_IN)
            .await(60, TimeUnit.SECONDS);
  }

  private String both(PostgresServer second) {
    return first
            .uri()
            .replace(
                "127.0.0.1:" + first.port(),
                "127.0.0.1:" + first.port() + ",127.0.0.1:" + second.port())
        + "?target_session_attrs=read-write";
  }

  private String dependency() throws Exception {
    return health().at("/dependencies/postgres").asText();
  }

  private JsonNode health() throws Exception {
    return get("/health/ready");
  }

  private long total() throws Exception {
    return get("/routing/metrics").path("total_decisions").asLong();
  }

  private JsonNode get(String path) throws Exception {
    var request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(10)).build();
    return Json.MAPPER.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + Person.of("ann").with("ingest").token())
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + node.httpPort() + path);
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
  }
}
