package dev.boardcast.boards.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Board;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Api.Answer;
import dev.boardcast.testing.SettableClock;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** People correct labels: accuracy and confusion move. Topics drift. */
class LabelsIT {
  private static final Instant NOW = Instant.parse("2026-03-10T12:20:00Z");
  private static final Instant START = Instant.parse("2026-03-03T12:15:00Z");

  // By plain SQL over the messages: the label of a person, or else the one that was sent.
  private static final String CELLS =
      """
      SELECT predicted_label || ' ' || CASE WHEN coalesce(l.correct, m.correct)
               THEN predicted_label ELSE coalesce(l.true_label, m.true_label) END AS pair, count(*)
      FROM analysis_message m LEFT JOIN analysis_label l ON l.message_id = m.id
      WHERE at >= '%s' AND coalesce(l.correct, m.correct) IS NOT NULL GROUP BY 1 ORDER BY 1"""
          .formatted(START);
  private static final String TOTALS =
      """
      SELECT count(coalesce(l.correct, m.correct)) AS labelled,
             count(*) FILTER (WHERE coalesce(l.correct, m.correct)) AS correct,
             count(l.correct) AS corrected, count(*) FILTER (WHERE l.correct) AS confirmed
      FROM analysis_message m LEFT JOIN analysis_label l ON l.message_id = m.id
      WHERE at >= '%s'"""
          .formatted(START);

  private static final String MIGRATION = "/dev/boardcast/migration/V065__analysis_labels.sql";

  private final SettableClock clock = new SettableClock(NOW);
  private AnalysisApi api;

  @BeforeEach
  void open() {
    api = new AnalysisApi(clock);
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void aPersonCorrectsALabelAndAccuracyMoves() {
    api.topic("sport");
    api.message(
        """
        {"predicted_topic_id":"sport","true_label":"news","noise":false,"event_id":"e/1",
         "sent_at":"2026-03-10T12:00:00Z"}""");
    assertNumber("0.0", api.numbers(NOW).get("classificationAccuracy"));
    assertTrue(api.numbers(NOW).get("correctedAccuracy").isNull());
    JsonNode found =
        api.read("/api/v1/messages?event_id=e/1", AnalysisApi.WRITER).json().at("/items/0");
    assertEquals("news", found.get("true_label").asText());
    String path = "/api/v1/messages/" + found.get("id").asText();

    JsonNode corrected = label(path, "sport").json();
    assertEquals("sport", corrected.get("true_label").asText());
    assertEquals("news", corrected.get("sent_true_label").asText());
    assertTrue(corrected.get("correct").asBoolean());
    assertEquals("writer", corrected.get("corrected_by").asText());
    assertEquals("2026-03-10T12:20:00.000Z", corrected.get("corrected_at").asText());
    assertEquals(corrected, api.read(path, AnalysisApi.WRITER).json());
    assertState("100.0", 1, 1, "{\"sport\":{\"sport\":1}}");

    // The same again is no fact.
    long facts = api.api.count("SELECT count(*) FROM analysis_correction");
    assertEquals(corrected, label(path, "sport").json());
    assertEquals(facts, api.api.count("SELECT count(*) FROM analysis_correction"));

    label(path, "weather");
    assertState("0.0", 1, 0, "{\"sport\":{\"weather\":1}}");
    for (int i = 0; i < 2; i++) {
      JsonNode sent = api.delete(path + "/label").json();
      assertEquals(found, sent);
      assertState("0.0", 0, 0, "{\"sport\":{\"news\":1}}");
    }
    label(path, "sport");
    assertState("100.0", 1, 1, "{\"sport\":{\"sport\":1}}");
    assertEquals(1, api.api.count("SELECT count(*) FROM analysis_message WHERE true_label='news'"));
  }

  private void assertState(String accuracy, int corrected, int confirmed, String confusion) {
    JsonNode numbers = api.numbers(NOW);
    assertNumber(accuracy, numbers.get("classificationAccuracy"));
    assertEquals(corrected, numbers.get("corrected").asInt());
    assertEquals(confirmed, numbers.get("confirmed").asInt());
    assertEquals(AnalysisApi.read(confusion), numbers.get("confusion"));
    assertEquals(numbers, api.recomputed(NOW));
  }

  @Test
  void randomCorrectionsEqualARecountByPlainSql() {
    var random = new Random(71);
    for (String topic : List.of("a", "b", "c")) api.topic(topic);
    List<String> labels = List.of("a", "b", "c", "d", "x y");
    var lines = new ArrayList<String>();
    for (int i = 0; i < 40; i++) {
      String truth = random.nextInt(3) == 0 ? "null" : "\"" + pick(labels, random) + "\"";
      lines.add(
          "{\"predicted_topic_id\":\"%s\",\"true_label\":%s,\"noise\":false,\"sent_at\":\"%s\"}"
              .formatted(
                  pick(List.of("a", "b", "c"), random),
                  truth,
                  NOW.minus(Duration.ofMinutes(random.nextInt(15 * 24 * 60)))));
    }
    api.messages(String.join("\n", lines));
    for (int i = 0; i < 120; i++) {
      String path = "/api/v1/messages/" + (1 + random.nextInt(40));
      if (random.nextInt(4) == 0) assertEquals(200, api.delete(path + "/label").status());
      else label(path, pick(labels, random));
      if (random.nextInt(20) == 0) assertEqualsPlainSql(api.numbers(NOW));
    }
    JsonNode numbers = api.numbers(NOW);
    assertEqualsPlainSql(numbers);
    JsonNode range = api.range(START, Instant.parse("2026-03-10T12:30:00Z"));
    range
        .properties()
        .forEach(
            each -> {
              // No run was opened, which a range says otherwise; the time before is as long.
              if (each.getKey().matches("activeAnalysisRuns|topicDrift|topics")) return;
              assertEquals(numbers.get(each.getKey()), each.getValue(), each.getKey());
            });
    List<String> before = rollups();
    assertEquals(numbers, api.recomputed(NOW));
    assertEquals(before, rollups());
  }

  private List<String> rollups() {
    var rows = new ArrayList<String>();
    for (String table : List.of("analysis_rollup", "analysis_confusion", "analysis_count")) {
      for (Row row : api.api.rows("SELECT t::text AS t FROM " + table + " t ORDER BY 1")) {
        rows.add(table + row.getString("t"));
      }
    }
    assertFalse(rows.isEmpty());
    return rows;
  }

  private void assertEqualsPlainSql(JsonNode numbers) {
    Row totals = api.api.rows(TOTALS).get(0);
    for (String name : List.of("labelled", "correct", "corrected", "confirmed")) {
      assertEquals(totals.getLong(name), numbers.get(name).asLong(), name);
    }
    var plain = new TreeMap<String, Long>();
    for (Row row : api.api.rows(CELLS)) plain.put(row.getString("pair"), row.getLong("count"));
    assertEquals(plain, cells(numbers));
    long sum = plain.values().stream().mapToLong(each -> each).sum();
    assertEquals(totals.getLong("labelled"), sum);
  }

  private static TreeMap<String, Long> cells(JsonNode numbers) {
    var cells = new TreeMap<String, Long>();
    for (var predicted : numbers.get("confusion").properties()) {
      for (var actual : predicted.getValue().properties()) {
        cells.put(predicted.getKey() + " " + actual.getKey(), actual.getValue().asLong());
      }
    }
    return cells;
  }

  @Test
  void theMigrationCountsWhatIsFolded() throws Exception {
    String row =
        "{\"predicted_label\":\"a\",\"true_label\":\"%s\",\"noise\":false,\"sent_at\":\"%s\"}";
    api.message(row.formatted("a", "2026-03-10T12:00:00Z"));
    api.message(row.formatted("b", "2026-03-08T07:00:00Z"));
    api.message("{\"predicted_label\":\"a\",\"noise\":false}");
    api.numbers(NOW);
    List<String> before = rollups();
    api.api.rows(
        """
        INSERT INTO board_state (board, watermark, version, data, computed_at)
        VALUES ('analysis', pg_current_snapshot(), 1, '{}', now())""");
    api.message(row.formatted("not folded yet", "2026-03-10T12:00:00Z"));
    api.api.rows("TRUNCATE analysis_confusion");
    String script;
    try (var file = Board.class.getResourceAsStream(MIGRATION)) {
      script = new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
    api.api.rows(script.substring(script.indexOf("INSERT INTO analysis_confusion")));
    assertEquals(before, rollups());
  }

  @Test
  void correctionsOfOneMessageAtOnceLeaveOne() {
    api.message("{\"predicted_label\":\"a\",\"noise\":false}");
    var given = new ArrayList<Future<Answer>>();
    for (int i = 0; i < 20; i++) {
      var call = api.api.call(i % 3 == 0 ? "DELETE" : "PUT", "/api/v1/messages/1/label");
      if (i % 3 != 0) call.json("{\"true_label\":\"" + (i % 2 == 0 ? "a" : "b") + "\"}");
      given.add(call.as(AnalysisApi.WRITER).start());
    }
    for (var each : given) assertEquals(200, Api.await(each).status());
    JsonNode message = api.read("/api/v1/messages/1", AnalysisApi.WRITER).json();
    JsonNode numbers = api.numbers(NOW);
    boolean isCorrected = !message.get("true_label").isNull();
    assertEquals(isCorrected ? 1 : 0, numbers.get("corrected").asInt());
    assertEquals(
        isCorrected
            ? AnalysisApi.read("{\"a\":{\"%s\":1}}".formatted(message.get("true_label").asText()))
            : AnalysisApi.read("{}"),
        numbers.get("confusion"));
  }

  @Test
  void beyondTheLargestLabelsAllOthersAreOne() {
    api.api.rows(
        """
        INSERT INTO analysis_message (predicted_label, true_label, noise, at)
        SELECT 'l' || lpad(g::text, 2, '0'), 'l' || lpad((g + k %% 2)::text, 2, '0'), false, '%s'
        FROM generate_series(1, 30) g, generate_series(1, 40 - g) k"""
            .formatted(NOW));
    JsonNode numbers = api.numbers(NOW);
    var cells = cells(numbers);
    var labels = new ArrayList<String>();
    numbers.get("confusion").fieldNames().forEachRemaining(labels::add);
    assertEquals(Confusion.TOP + 1, labels.size());
    assertEquals(Confusion.OTHER, labels.get(Confusion.TOP));
    assertEquals(numbers.get("labelled").asLong(), cells.values().stream().mapToLong(n -> n).sum());
    assertEquals(19, cells.get("l02 l02"));
    assertTrue(cells.get("other other") > 300, cells::toString);
  }

  @Test
  void sharesAreOfAllMessagesNotOfThoseShown() {
    for (int i = 10; i < 40; i++) api.topic("t" + i);
    // Of 30 topics 20 are shown. Each has 5 of 200 messages; 50 have no topic.
    api.api.rows(
        """
        INSERT INTO analysis_message (topic_id, noise, at)
        SELECT 't' || 10 + g %% 30, false, '%1$s'::timestamptz FROM generate_series(1, 150) g
        UNION ALL SELECT NULL, false, '%1$s' FROM generate_series(1, 50)"""
            .formatted(NOW));
    JsonNode topics = api.numbers(NOW).get("topics");
    assertEquals(20, topics.size());
    topics.forEach(topic -> assertNumber("2.5", topic.get("share")));
    // What is described as the parts of a whole has to be all parts.
    assertTrue(
        api.board().metrics().stream()
            .noneMatch(metric -> metric.kind() == dev.boardcast.spi.MetricDescription.Kind.SHARE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a a b b | a a b b | 0.0 | 0.0",
        "a a | b b | 1.0 | 100.0",
        // Of p = (1, 0) and q = (1/2, 1/2): H(3/4, 1/4) - H(1/2, 1/2) / 2 = 0.811278 - 0.5.
        "a b | a a | 0.311278 | 50.0",
        "a -| a a | 0.311278 | 50.0",
        "'' | a | '' | ''",
        "a a | '' | '' | ''"
      })
  void driftComparesTheSharesOfTopicsWithTheWindowBefore(
      String before, String now, String drift, String change) {
    api.topic("a");
    api.topic("b");
    send(before, START.minusSeconds(1));
    send(now, START);
    JsonNode numbers = api.numbers(NOW);
    JsonNode range = api.range(START, Instant.parse("2026-03-10T12:15:00Z"));
    for (JsonNode each : List.of(numbers, range)) {
      if (drift.isEmpty()) assertTrue(each.get("topicDrift").isNull(), each::toString);
      else assertNumber(drift, each.get("topicDrift"));
      if (!now.isEmpty()) {
        JsonNode topic = each.at("/topics/" + now.charAt(0));
        if (change.isEmpty()) assertTrue(topic.get("shareChange").isNull());
        else assertNumber(change, topic.get("shareChange"));
      }
    }
    // The window before ends as well.
    Instant later = NOW.plus(Duration.ofDays(7));
    if (!now.isEmpty()) assertTrue(api.numbers(later).get("topicDrift").isNull());
  }

  private void send(String topics, Instant at) {
    for (String topic : topics.isBlank() ? new String[0] : topics.trim().split(" ")) {
      api.message(
          "{\"topic_id\":%s,\"noise\":false,\"sent_at\":\"%s\"}"
              .formatted(topic.equals("-") ? "null" : "\"" + topic + "\"", at));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT|/1/label|{}|400|true_label",
        "PUT|/1/label|{\"true_label\":null}|400|true_label",
        "PUT|/1/label|{\"true_label\":\" \"}|400|true_label",
        "PUT|/1/label|{\"true_label\":7}|400|true_label",
        "PUT|/1/label|{\"true_label\":\"a\",\"by\":\"me\"}|400|by",
        "PUT|/1/label|[]|400|body",
        "PUT|/x/label|{\"true_label\":\"a\"}|400|id",
        "PUT|/-1/label|{\"true_label\":\"a\"}|400|id",
        "PUT|/1234567890123456789/label|{\"true_label\":\"a\"}|400|id",
        "PUT|/1/label?x=1|{\"true_label\":\"a\"}|400|x",
        "PUT|/9/label|{\"true_label\":\"a\"}|404|",
        "PUT|/2/label|{\"true_label\":\"a\"}|409|",
        "DELETE|/9/label||404|",
        "DELETE|/a/label||400|id",
        "GET|/9||404|",
        "GET|/a||400|id",
        "GET|||400|event_id",
        "GET|?event_id=||400|event_id",
        "GET|?event_id=a&x=1||400|x"
      })
  void badInputIsRejectedAndChangesNothing(
      String method, String path, String body, int status, String field) {
    api.message("{\"predicted_label\":\"a\",\"noise\":false}");
    api.message("{\"true_label\":\"a\",\"noise\":false}");
    var call =
        api.api
            .call(method, "/api/v1/messages" + (path == null ? "" : path))
            .as(AnalysisApi.WRITER);
    var answer = (body == null ? call : call.json(body)).now();
    assertEquals(status, answer.status(), answer.text());
    if (field != null) assertEquals(field, answer.fields());
    assertEquals(0, api.api.count("SELECT count(*) FROM analysis_correction"));
    assertEquals(0, api.api.count("SELECT count(*) FROM analysis_label"));
  }

  @Test
  void whoMayNotWriteNeitherReadsNorCorrects() {
    api.message("{\"predicted_label\":\"a\",\"noise\":false}");
    for (String method : List.of("GET", "PUT", "DELETE")) {
      String path = "/api/v1/messages/1" + (method.equals("GET") ? "" : "/label");
      var none = api.api.call(method, path).json("{\"true_label\":\"a\"}");
      assertEquals(401, none.now().status());
      assertEquals(403, none.as("reader;;viewer").now().status());
    }
  }

  private Answer label(String path, String label) {
    var answer = api.put(path + "/label", "{\"true_label\":\"" + label + "\"}");
    assertEquals(200, answer.status(), answer.text());
    return answer;
  }

  private static String pick(List<String> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }

  private static void assertNumber(String expected, JsonNode actual) {
    assertEquals(0, new BigDecimal(expected).compareTo(actual.decimalValue()), actual::toString);
  }
}
