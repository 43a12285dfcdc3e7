package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.boards.platform.PlatformSubject;
import dev.boardcast.database.Lease;
import dev.boardcast.database.Leases;
import dev.boardcast.database.Pools;
import dev.boardcast.metrics.Folding;
import dev.boardcast.metrics.history.PartitionMaintenance;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.SettableClock;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A rule for anomalies against two weeks of a board's own history: about 30 users in seven hours of
 * each day, 4 in all others. The history is what the board's folds at each of these hours have
 * written of its facts.
 */
class AlertBaselineIT extends AlertCase {
  private static final String METRIC = "activeUsers.current";
  private static final int DAYS = 14;
  private static final int BUSY = 3;
  private static final int NIGHT_USERS = 4;
  private static final Lease HISTORY = new Lease("history", "me", Duration.ofSeconds(60));

  // What PostgreSQL finds to be usual at a time, of the states that the board had then.
  private static final String USUAL =
      """
      WITH moment AS (
        SELECT timestamptz '%1$s' - day * interval '24 hours' + half * interval '30 minutes' AS at
        FROM generate_series(1, %2$d) AS day, generate_series(-1, 1) AS half),
      former AS (
        SELECT (SELECT (h.data #>> '{activeUsers,current}')::float8 FROM board_history h
                WHERE h.board = 'platform' AND h.at <= m.at ORDER BY h.at DESC LIMIT 1) AS value
        FROM moment m),
      middle AS (
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median FROM former)
      SELECT round(median::numeric, 6) || ' ' || round((1.4826 * percentile_cont(0.5)
               WITHIN GROUP (ORDER BY abs(value - median)))::numeric, 6)
      FROM former, middle GROUP BY median""";

  // States that are not what their facts say: distinct users of the five minutes before.
  private static final String WRONG_STATES =
      """
      SELECT count(*) FROM board_history h
      WHERE h.board = 'platform' AND (h.data #>> '{activeUsers,current}')::bigint <> (
        SELECT count(DISTINCT a.user_id) FROM platform_activity a
        WHERE a.at <= h.at AND a.at > h.at - interval '5 minutes')""";

  private static final String VISITS =
      """
      INSERT INTO platform_activity (event_id, user_id, at)
      SELECT gen_random_uuid(), 'past-' || i, timestamptz '%s' - interval '1 minute'
      FROM generate_series(1, %d) AS i""";

  private Boardcast node;

  @Test
  void whatIsOddForItsHourFiresAndWhatIsUsualAtThisHourDoesNot() throws Exception {
    Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS);
    makeHistory(hour);
    assertEquals(List.of("0"), sql.column(WRONG_STATES));
    // Without a look at the hour, a value of the night would be the usual one.
    assertEquals(
        List.of(Integer.toString(NIGHT_USERS)),
        sql.column(
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY (SELECT"
                + " (data #>> '{activeUsers,current}')::float8 FROM board_history"
                + " WHERE at <= hour ORDER BY at DESC LIMIT 1)) FROM generate_series("
                + "timestamptz '%s' - interval '14 days', '%1$s', interval '1 hour') AS hour"
                    .formatted(hour)));

    node = deploy();
    channel(node, "hook", receiver.url("/hook"));
    visit(0, NIGHT_USERS);
    awaitUsers(NIGHT_USERS);
    rule();
    // Usual at other hours, odd at this one.
    assertEquals("firing 4", told(1));
    visit(NIGHT_USERS, 30);
    assertEquals("ok 30", told(2));
    visit(30, 90);
    assertEquals("firing 90", told(3));

    String query = "?board=platform&metric=" + METRIC;
    JsonNode baseline = get(node, ALERTS + "/baseline" + query, ADMIN).json();
    JsonNode usual = baseline.at("/items/0");
    assertEquals(
        sql.column(USUAL.formatted(baseline.path("at").asText(), DAYS)),
        List.of(
            "%.6f %.6f"
                .formatted(usual.path("median").asDouble(), usual.path("spread").asDouble())));
    assertEquals(30, usual.path("median").asDouble(), 2);
    assertEquals("", usual.path("key").asText());
    assertEquals(400, get(node, ALERTS + "/baseline?board=platform&metric=none", ADMIN).status());
    assertEquals(403, get(node, ALERTS + "/baseline" + query, Person.of("ann").token()).status());
  }

  /** One fold each hour of two weeks, of facts that are there by then. */
  private void makeHistory(Instant hour) throws Exception {
    Instant first = hour.minus(Duration.ofDays(DAYS)).minus(Duration.ofHours(2));
    Pool pool = Pools.pool(vertx, db);
    long token = await(Leases.acquire(HISTORY, pool)).getAsLong();
    for (Instant each : List.of(first, hour)) {
      await(new PartitionMaintenance(pool, HISTORY, new SettableClock(each)).run(token));
    }
    var folding = new Folding(pool, new PlatformSubject(ZoneOffset.UTC).board(null), "me").take();
    for (Instant at = first; at.isBefore(hour); at = at.plus(Duration.ofHours(1))) {
      int users = usersAt(at, hour);
      await(pool.query(VISITS.formatted(at, users)).execute());
      assertEquals(users, folding.at(at).at("/activeUsers/current").asInt());
    }
    // The node takes its lease at once.
    sql.run("DELETE FROM lease");
    await(pool.close());
  }

  private static int usersAt(Instant at, Instant hour) {
    long hours = Math.floorMod(Duration.between(hour, at).toHours() + BUSY, 24);
    if (hours > 2 * BUSY) return NIGHT_USERS;
    long day = Duration.between(at, hour).toDays();
    return (int) (28 + (7 * day + 3 * hours) % 5);
  }

  private void visit(int from, int to) throws Exception {
    String users =
        IntStream.range(from, to)
            .mapToObj("{\"user_id\":\"now-%d\"}"::formatted)
            .collect(Collectors.joining(",", "[", "]"));
    int status = post(node, "/api/v1/analytics/activity", ADMIN, users).status();
    assertTrue(status / 100 == 2, users);
  }

  private void awaitUsers(int users) {
    Awaitility.await()
        .until(
            () ->
                get(node, "/api/v1/boards/platform", ADMIN)
                        .json()
                        .at("/data/activeUsers/current")
                        .asInt()
                    == users);
  }

  /** The state and value of the last of so many messages. */
  private String told(int count) {
    Awaitility.await().until(() -> receiver.accepted("/hook").size() == count);
    JsonNode alert = receiver.accepted("/hook").get(count - 1).json().at("/alerts/0");
    return alert.path("to").asText() + " " + alert.path("value").asText();
  }

  private void rule() throws Exception {
    String body =
        "{\"name\":\"Users\",\"board\":\"platform\",\"metric\":\"%s\",\"condition\":\"anomaly\","
                .formatted(METRIC)
            + "\"bound\":5,\"for_seconds\":0,\"channels\":[\"hook\"]}";
    Answer made = post(node, ALERTS + "/rules", ADMIN, body);
    assertEquals(201, made.status(), made.json()::toString);
  }
}
