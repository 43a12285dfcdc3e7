package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.testing.Sql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics beside those of an earlier range, and beside the history. */
class ComparisonIT extends AccessCase {
  private static final String ROUTING = "/api/v1/boards/routing";
  private final LocalDate today = LocalDate.now(ZoneOffset.UTC);
  @TempDir private Path directory;
  private Boardcast node;

  @Override
  List<BoardModule> modules() {
    return Stream.concat(Boards.BUILT_IN.stream(), Boards.ofFiles(directory).stream()).toList();
  }

  private void decide(Instant at, int count, String cost) throws Exception {
    for (int i = 0; i < count; i++) {
      String fact =
          "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":%s,\"decided_at\":\"%s\"}"
              .formatted(cost, at);
      assertEquals(201, post(node, "/routing/decisions", ADMIN, fact).status());
    }
  }

  private static Instant noon(LocalDate day) {
    return day.atTime(12, 0).toInstant(ZoneOffset.UTC);
  }

  @Test
  void aDayIsComparedWithTheDayBeforeAndTheSameDayAWeekBefore() throws Exception {
    node = deploy();
    LocalDate day = today.minusDays(2);
    decide(noon(day), 3, "2");
    decide(noon(day.minusDays(1)), 2, "2");
    decide(noon(day.minusWeeks(1)), 4, "1.5");
    String range = ROUTING + "?from=" + day + "&to=" + day.plusDays(1) + "&compare=";
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              JsonNode previous = get(node, range + "previous", null).json();
              assertEquals(3, previous.at("/data/total_decisions").asInt());
              isCompared(previous.at("/comparison/total_decisions"), "2 up 50.0");
              isCompared(previous.at("/comparison/total_cost"), "4 up 50.0");
              JsonNode week = get(node, range + "week", null).json();
              isCompared(week.at("/comparison/total_decisions"), "4 down -25.0");
              isCompared(week.at("/comparison/total_cost"), "6 stable 0.0");
              isCompared(week.at("/comparison/avg_confidence"), "null null null");
              assertEquals("week", week.at("/compared/with").asText());
              assertEquals(
                  day.minusWeeks(1) + "T00:00:00.000Z", week.at("/compared/from").asText());
              assertTrue(week.at("/compared/until").isMissingNode());
            });
  }

  @Test
  void aRangeThatHasNotEndedIsComparedWithTheSamePart() throws Exception {
    node = deploy();
    String range =
        ROUTING + "?from=" + today.minusDays(1) + "&to=" + today.plusDays(2) + "&compare=previous";
    JsonNode compared = get(node, range, null).json().path("compared");
    Instant until = Instant.parse(compared.path("until").asText());
    assertTrue(!until.isAfter(Instant.now()) && until.getEpochSecond() % 3600 == 0);
    assertEquals(until.minus(Duration.ofDays(3)).toString(), text(compared.path("to")));
  }

  /** Compares value, direction and change; the last to one decimal. */
  private static void isCompared(JsonNode comparison, String expected) {
    JsonNode change = comparison.path("change");
    assertEquals(
        expected,
        comparison.path("value").asText()
            + " "
            + comparison.path("direction").asText()
            + " "
            + (change.isNull() ? "null" : change.decimalValue().setScale(1).toPlainString()));
  }

  private static String text(JsonNode time) {
    return Instant.parse(time.asText()).toString();
  }

  @Test
  void aSnapshotIsComparedWithTheHistoryOfADayAgo() throws Exception {
    node = deploy();
    decide(Instant.now(), 3, "2");
    new Sql(db.postgresUri())
        .run(
            "INSERT INTO board_history (board, at, tier, data) SELECT 'routing',"
                + " now() - interval '25 hours', 3, '{\"total_decisions\": 2, \"provider_usage\":"
                + " {\"p\": 6}}'");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              JsonNode compared = get(node, ROUTING + "?compare=previous", null).json();
              isCompared(compared.at("/comparison/total_decisions"), "2 up 50.0");
              isCompared(compared.at("/comparison/provider_usage.p"), "6 down -50.0");
              isCompared(compared.at("/comparison/total_cost"), "null null null");
            });
  }

  /** The month so far beside the same part of last month, not beside the month up to yesterday. */
  @Test
  void eachMetricOfASnapshotIsComparedWithItsOwnPeriodBefore() throws Exception {
    Files.writeString(
        directory.resolve("sales.yaml"),
        """
        version: 2
        name: sales
        title: Sales
        facts: {amount: decimal, at: time}
        time: at
        metrics:
          ever: {count: all, label: X}
          today: {count: all, window: today, label: X}
          week: {count: all, window: week, label: X}
          month: {count: all, window: month, label: X}
          days: {count: all, window: 3d, label: X}
          hours: {count: all, window: 2h, label: X}
          rate: {rate: hours, per: hour, label: X}
        """);
    node = deploy();
    var now = Instant.now().atZone(ZoneOffset.UTC);
    var before =
        Map.of(
            "ever", now.minusDays(1),
            "week", now.minusWeeks(1),
            "month", now.minusMonths(1),
            "days", now.minusDays(3),
            "hours", now.minusHours(2));
    var sql = new Sql(db.postgresUri());
    // Each value says how many hours ago it was.
    for (var time : before.values()) {
      long hours = Duration.between(time, now).toHours();
      sql.run(
          """
          INSERT INTO board_history (board, at, tier, data) SELECT 'sales', timestamptz '%s' - interval '5 minutes', 3,
            json_object_agg(metric, %d)::jsonb
          FROM unnest('{ever,today,week,month,days,hours,rate}'::text[]) AS metric"""
              .formatted(time.toInstant(), hours));
    }
    String path = "/api/v1/boards/sales?compare=";
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              JsonNode previous = get(node, path + "previous", null).json();
              JsonNode week = get(node, path + "week", null).json();
              for (var each : before.entrySet()) {
                long hours = Duration.between(each.getValue(), now).toHours();
                var compared = previous.at("/comparison/" + each.getKey());
                assertEquals(hours, compared.path("value").asLong(), previous::toString);
                assertEquals(hours == 24, compared.path("at").isMissingNode(), each.getKey());
                assertEquals(168, week.at("/comparison/" + each.getKey() + "/value").asLong());
              }
              assertEquals(24, previous.at("/comparison/today/value").asLong());
              assertEquals(2, previous.at("/comparison/rate/value").asLong());
              Instant shown = Instant.parse(previous.path("timestamp").asText());
              assertEquals(
                  shown.atZone(ZoneOffset.UTC).minusMonths(1).toInstant(),
                  Instant.parse(previous.at("/comparison/month/at").asText()));
            });
  }

  @Test
  void whatCannotBeComparedIsNamed() throws Exception {
    node = deploy();
    String[][] wrong = {
      {"compare=yesterday", "compare"},
      {"compare=", "compare"},
      {"compare=target", "compare"},
      {"from=2026-01-01&compare=previous", "to"},
      {"to=2026-01-01&compare=week", "from"},
      {"from=2026-01-01&to=2026-01-02&compare=target", "compare"},
      {"from=2026-01-02&to=2026-01-02&compare=week", "to"},
    };
    for (String[] each : wrong) {
      Answer answer = get(node, ROUTING + "?" + each[0], ADMIN);
      assertEquals(400, answer.status(), each[0]);
      assertEquals(each[1], answer.fields());
    }
  }
}
