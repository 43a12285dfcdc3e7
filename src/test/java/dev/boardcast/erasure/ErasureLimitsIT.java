package dev.boardcast.erasure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.database.Pools;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.TestOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an erasure must not do, and what it does when it cannot go on. */
@Timeout(240)
class ErasureLimitsIT extends ErasureFixture {
  @Test
  void tokensAndMembershipsOfBeforeDoNotComeBack() throws Exception {
    var ann = Person.of("ann.lee", "red").with("ingest");
    String stolen = ann.token(Duration.ofHours(5));
    post(BOSS, "/api/v1/teams", "{\"id\":\"red\",\"name\":\"Red\"}");
    sql.run(
        "INSERT INTO team_member (user_id, team_id, removed_at) VALUES ('ann.lee', 'red', now() + interval '1 s')");
    post(BOSS, "/api/v1/admin/revocations", "{\"user\":\"ann.lee\",\"reason\":\"stolen\"}");
    assertEquals(401, status("/api/v1/teams", stolen));

    erase("ann.lee", "");

    assertEquals(401, status("/api/v1/teams", stolen));
    assertEquals(List.of(), occurrences("ann.lee"));
    JsonNode kept = get("/api/v1/admin/revocations").path("revocations");
    assertEquals(3, kept.size(), kept.toString());
    assertFalse(kept.toString().contains("\"user\""), kept.toString());
    // A node that has never known the name.
    var other =
        Boardcast.deploy(vertx, TestOptions.local(db), Boards.BUILT_IN).await(60, TimeUnit.SECONDS);
    try {
      var first = node;
      node = other;
      assertEquals(401, status("/api/v1/teams", stolen));
      assertEquals(200, status("/api/v1/teams", Person.of("ann.leeds").token()));
      node = first;
    } finally {
      other.close().await(30, TimeUnit.SECONDS);
    }
    // Without the revocation and the pause of an hour, the one of older tokens is left.
    for (JsonNode each : kept) {
      if (each.has("issued_before")) continue;
      sql.run("DELETE FROM revocation WHERE id = '" + each.path("id").asText() + "'");
    }
    assertEquals(
        List.of("1 1"),
        sql.column(
            "SELECT count(*) || ' ' || count(*) FILTER (WHERE issued_before <= now() AND until > now()"
                + " + interval '29 days') FROM revocation"));
  }

  @Test
  void whatIsNamedLikeTheUserIsLeftAlone() throws Exception {
    var red = Person.of("red", "red").with("ingest", "publish", "admin");
    post(BOSS, "/api/v1/teams", "{\"id\":\"red\",\"name\":\"red\"}");
    String task =
        post(red, "/api/v1/tasks", "{\"title\":\"t\",\"team_id\":\"red\"}").path("id").asText();
    post(red, "/api/v1/streams/red/events", "{\"type\":\"said\",\"data\":{\"n\":1}}");
    post(
        red,
        "/routing/decisions",
        """
        {"strategy":"red","provider":"red","model":"red","cost":1,"user":"red","team":"red"}""");
    post(BOSS, "/api/v1/teams/red/members", "{\"user_id\":\"red\"}");
    post(
        BOSS, "/api/v1/annotations", "{\"at\":\"2026-01-01T00:00:00.000Z\",\"title\":\"42 reds\"}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertEquals(1, get("/routing/metrics").path("total_decisions").asInt());
              assertEquals(List.of("0"), sql.column("SELECT count(*) FROM outbox"));
            });

    erase("red", "");
    erase("42", "");

    assertEquals(List.of("red red"), sql.column("SELECT id || ' ' || name FROM team"));
    assertEquals(
        List.of("red true"),
        sql.column(
            "SELECT team_id || ' ' || (owner_id LIKE 'erased-%') FROM task WHERE id = '"
                + task
                + "'"));
    assertEquals(
        List.of("red", "team.red"),
        sql.column("SELECT DISTINCT stream FROM event_stream WHERE stream LIKE '%red' ORDER BY 1"));
    assertEquals(
        List.of("red red red red t"),
        sql.column(
            "SELECT concat_ws(' ', strategy, provider, model, team, user_id LIKE 'erased-%')"
                + " FROM routing_decision"));
    assertEquals(
        List.of("provider true", "team true"),
        sql.column(
            """
            SELECT 'provider ' || (data -> 'provider_usage' ->> 'red' IS NOT NULL) FROM board_state WHERE board = 'routing'
            UNION ALL
            SELECT 'team ' || (data -> 'cost_by_team' ->> 'red' IS NOT NULL) FROM board_state WHERE board = 'routing'
            ORDER BY 1"""));
    assertEquals(
        List.of("red"),
        sql.column(
            "SELECT DISTINCT data ->> 'team_id' FROM event_log WHERE data ->> 'task_id' = '"
                + task
                + "'"));
    assertEquals(List.of("42 reds"), sql.column("SELECT title FROM annotation"));
    assertEquals(
        List.of("team:red"),
        sql.column(
            "SELECT DISTINCT split_part(target, ' ', 1) FROM audit WHERE target LIKE 'team:%'"));
  }

  @Test
  void aBoardThatCannotBeRecomputedKeepsNoOtherWaiting() throws Exception {
    var ann = Person.of("ann.lee").with("ingest");
    var bob = Person.of("bob.ray").with("ingest");
    for (Person each : List.of(ann, bob)) {
      post(each, "/api/v1/analytics/activity", "{\"user_id\":\"" + each.name() + "\"}");
    }
    post(
        ann,
        "/routing/decisions",
        "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":1,\"user\":\"ann.lee\"}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get("/routing/metrics").path("total_decisions").asInt() == 1);
    sql.run(
        """
        CREATE FUNCTION boom() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'boom'; END $$""");
    sql.run(
        "CREATE TRIGGER boom BEFORE INSERT ON routing_usage FOR EACH ROW"
            + " WHEN (NEW.name LIKE 'erased-%') EXECUTE FUNCTION boom()");
    String first = request("ann.lee", "");
    String second = request("bob.ray", "");

    assertTrue(finished(second).path("error").isMissingNode());
    JsonNode waits = receipt(first);
    assertFalse(waits.has("finished_at"), waits.toString());
    assertTrue(
        waits.at("/waits/routing").asText().contains("its recomputation failed"), waits.toString());
    // Boards that do not wait are audited.
    assertEquals(
        List.of("true false"),
        sql.column("SELECT is_auditable('platform') || ' ' || is_auditable('routing')"));

    // No token is accepted while it waits, however long that is.
    sql.run(
        "UPDATE revocation SET until = clock_timestamp() + interval '20 minutes'"
            + " WHERE user_id = 'ann.lee'");
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(
            () ->
                assertEquals(
                    List.of("t"),
                    sql.column(
                        "SELECT max(until) > clock_timestamp() + interval '1 hour' FROM revocation"
                            + " WHERE user_id = 'ann.lee'")));

    sql.run("DROP TRIGGER boom ON routing_usage");
    assertTrue(finished(first).path("error").isMissingNode());
    assertEquals(List.of(), occurrences("ann.lee"));
    assertNoDrift();
    assertEquals(List.of(), sql.column("SELECT board FROM board_audit WHERE wrong_rows > 0"));
  }

  @Test
  void aTransactionThatWasOpenBeforeIsWaitedFor() throws Exception {
    try (var connection = sql.connect();
        var late = connection.createStatement()) {
      connection.setAutoCommit(false);
      late.executeQuery("SELECT 1").close();
      String id = request("ann.lee", "");
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> receipt(id).at("/waits/a transaction").asText().contains("has not ended"));
      late.execute("INSERT INTO platform_activity (user_id, at) VALUES ('ann.lee', now())");
      connection.commit();
      assertTrue(finished(id).path("error").isMissingNode());
    }
    assertEquals(List.of(), occurrences("ann.lee"));
  }

  @Test
  void aDryRunReadsForALimitedTimeAndSaysSo() throws Exception {
    var pool = Pools.pool(vertx, db, "listing", 2);
    sql.run("INSERT INTO platform_activity (user_id, at) VALUES ('ann.lee', now())");
    Erasure dry =
        ErasureStore.add(pool, "ann.lee", true, Optional.empty(), "boss")
            .await(10, TimeUnit.SECONDS)
            .orElseThrow();
    var tables = TableCatalog.read(pool, List.of()).await(10, TimeUnit.SECONDS);
    new RowListing(pool, dry, Duration.ofSeconds(-1)).run(tables).await(10, TimeUnit.SECONDS);
    assertEquals(
        List.of("{} true"),
        sql.column(
            "SELECT rows::text || ' ' || ('platform_activity' = ANY (at_least)) FROM erasure WHERE id = '"
                + dry.id()
                + "'"));
    new RowListing(pool, dry, RowListing.LIMIT).run(tables).await(30, TimeUnit.SECONDS);
    assertEquals(
        List.of("1 {}"),
        sql.column(
            "SELECT (rows ->> 'platform_activity') || ' ' || at_least::text FROM erasure WHERE id = '"
                + dry.id()
                + "'"));
  }
}
