package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Metrics beside those of an earlier range, and beside the history. */
class ComparisonIT extends AccessCase {
  private static final String ROUTING = "/api/v1/boards/routing";
  private final LocalDate today = LocalDate.now(ZoneOffset.UTC);
  private Boardcast node;

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
