package dev.boardcast.erasure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import redis.clients.jedis.Jedis;

/** A node whose users are erased by requests of {@link #BOSS}. */
abstract class ErasureFixture {
  static final Person BOSS = Person.of("boss").with("admin", "ingest", "publish");

  final Vertx vertx = Vertx.vertx();
  final HttpClient http = HttpClient.newHttpClient();
  final DatabaseConfig db = Services.get().freshDatabase();
  final Sql sql = new Sql(db.postgresUri());
  Boardcast node;

  @BeforeEach
  void start() throws Exception {
    node =
        Boardcast.deploy(
                vertx,
                TestOptions.local(db).set("audit-every", "1s").set("metrics-heartbeat", "1s"),
                Boards.BUILT_IN)
            .await(60, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  /** Requests an erasure; returns its id. */
  String request(String user, String more) throws Exception {
    var body = Json.MAPPER.createObjectNode().put("user", user);
    body.setAll((ObjectNode) Json.MAPPER.readTree("{" + more + "}"));
    return post(BOSS, "/api/v1/admin/erasures", body.toString()).path("id").asText();
  }

  /** The receipt of an erasure that finishes. */
  JsonNode finished(String id) throws Exception {
    Awaitility.await().atMost(Duration.ofSeconds(100)).until(() -> receipt(id).has("finished_at"));
    return receipt(id);
  }

  JsonNode receipt(String id) throws Exception {
    return get("/api/v1/admin/erasures/" + id);
  }

  JsonNode erase(String user, String more) throws Exception {
    return finished(request(user, more));
  }

  /** The rows of every table, as a dump has them, and what binary columns have. */
  Map<String, List<String>> dump() throws Exception {
    var rows = new TreeMap<String, List<String>>();
    for (String table :
        sql.column(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
                + " AND relkind IN ('r', 'm')")) {
      rows.put(table, sql.column("SELECT t::text FROM \"" + table + "\" t"));
    }
    for (String column :
        sql.column(
            """
            SELECT format('%I.%I', table_name, column_name) FROM information_schema.columns
            WHERE table_schema = current_schema() AND data_type = 'bytea'""")) {
      String table = column.substring(0, column.indexOf('.'));
      rows.computeIfAbsent(table + " bytes", view -> new ArrayList<>())
          .addAll(sql.column("SELECT encode(" + column + ", 'escape') FROM " + table));
    }
    return rows;
  }

  /** Tables that name the user in whatever form, but not another one whose name begins so. */
  List<String> occurrences(String user) throws Exception {
    var found = new ArrayList<String>();
    dump()
        .forEach(
            (table, rows) -> {
              for (String row : rows) {
                if (names(row, user)) found.add(table + ": " + row);
              }
            });
    // Not dumped, but they would tell.
    for (String values :
        sql.column(
            """
            SELECT s.tablename || s.most_common_vals::text || coalesce(s.histogram_bounds::text, '')
            FROM pg_stats s
              JOIN pg_class c ON c.relname = s.tablename
                AND c.relnamespace = current_schema()::regnamespace
            WHERE s.schemaname = current_schema() AND c.reltuples > 0
              AND s.most_common_vals IS NOT NULL""")) {
      if (names(values, user)) found.add("statistics: " + values);
    }
    return found;
  }

  static boolean names(String text, String user) {
    return text.replace("%40", "@").replace(user + ".uk", "").contains(user);
  }

  /** The copies of snapshots in Redis, of all boards that were ever computed. */
  String redis() throws Exception {
    var all = new StringBuilder();
    try (var redis = new Jedis(URI.create(db.redisUri()))) {
      for (String board :
          sql.column("SELECT substr(name, 7) FROM lease WHERE name LIKE 'board.%'")) {
        all.append(redis.hget("boardcast:snapshot:" + board, "snapshot"));
      }
    }
    return all.toString();
  }

  /** A recomputation of each board finds nothing wrong. */
  void assertNoDrift() {
    for (String board : List.of("routing", "platform", "analysis", "pipeline", "tasks")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                post(BOSS, "/api/v1/admin/boards/" + board + "/recompute", "");
                String path = "/api/v1/admin/boards/" + board + "/recompute";
                Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !get(path).path("finished_at").isNull());
                assertEquals(0, get(path).path("wrong_rows").asInt(-1), board);
              });
    }
  }

  JsonNode get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)), BOSS);
  }

  JsonNode post(Person by, String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)),
        by);
  }

  int status(String path, String token) throws Exception {
    var request = HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + token);
    return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private JsonNode send(HttpRequest.Builder request, Person by) throws Exception {
    var answer =
        http.send(
            request.header("Authorization", "Bearer " + by.token()).build(),
            HttpResponse.BodyHandlers.ofString());
    assertTrue(answer.statusCode() < 300, request.build().uri() + " " + answer.body());
    return Json.MAPPER.readTree(answer.body());
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + node.httpPort() + path);
  }
}
