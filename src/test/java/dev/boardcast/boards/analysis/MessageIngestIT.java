package dev.boardcast.boards.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.boardcast.testing.Api;
import dev.boardcast.testing.SettableClock;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MessageIngestIT {
  private static final String GOOD = "{\"noise\":false}";

  private static AnalysisApi api;

  @BeforeAll
  static void start() {
    api = new AnalysisApi(SettableClock.at("2026-03-10T12:20:00.123Z"));
    api.topic("known");
    api.post("/api/v1/topics", "{\"id\":\"other\",\"name\":\"Another name\"}");
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @BeforeEach
  void empty() {
    api.api.rows("DELETE FROM analysis_message");
  }

  static Stream<Arguments> badMessages() {
    return Stream.of(
        arguments("noise missing", "{\"topic_id\":\"known\"}", "noise"),
        arguments("noise null", "{\"noise\":null}", "noise"),
        arguments("noise a word", "{\"noise\":\"true\"}", "noise"),
        arguments("noise a number", "{\"noise\":1}", "noise"),
        arguments("an unknown topic", with("topic_id", "\"nobody-knows\""), "topic_id"),
        arguments("topic_id a number", with("topic_id", "7"), "topic_id"),
        arguments("topic_id empty", with("topic_id", "\"\""), "topic_id"),
        arguments("topic_id with a blank", with("topic_id", "\"a b\""), "topic_id"),
        arguments("topic_id too long", with("topic_id", '"' + "x".repeat(101) + '"'), "topic_id"),
        arguments(
            "an unknown topic predicted",
            with("predicted_topic_id", "\"nobody-knows\""),
            "predicted_topic_id"),
        arguments(
            "predicted_topic_id a list",
            with("predicted_topic_id", "[\"known\"]"),
            "predicted_topic_id"),
        arguments(
            "two predictions",
            with("predicted_topic_id", "\"known\",\"predicted_label\":\"x\""),
            "predicted_label"),
        arguments("predicted_label blank", with("predicted_label", "\"  \""), "predicted_label"),
        arguments(
            "predicted_label too long",
            with("predicted_label", '"' + "x".repeat(201) + '"'),
            "predicted_label"),
        arguments("true_label empty", with("true_label", "\"\""), "true_label"),
        arguments("true_label a number", with("true_label", "1"), "true_label"),
        arguments("true_label with NUL", with("true_label", "\"a\\u0000\""), "true_label"),
        arguments("half a character", with("true_label", "\"\\ud800\""), "true_label"),
        arguments("confidence above 1", with("confidence", "1.0001"), "confidence"),
        arguments("confidence below 0", with("confidence", "-0.1"), "confidence"),
        arguments("confidence a word", with("confidence", "\"0.5\""), "confidence"),
        arguments("confidence NaN", with("confidence", "NaN"), "body"),
        arguments("confidence of 31 decimals", with("confidence", "1e-31"), "confidence"),
        arguments("sent_at no time", with("sent_at", "\"yesterday\""), "sent_at"),
        arguments("sent_at a number", with("sent_at", "1700000000"), "sent_at"),
        arguments("sent_at without offset", with("sent_at", "\"2026-01-01T00:00:00\""), "sent_at"),
        arguments(
            "sent_at in days to come", with("sent_at", "\"2199-01-01T00:00:00Z\""), "sent_at"),
        arguments("event_id empty", with("event_id", "\"\""), "event_id"),
        arguments("event_id a number", with("event_id", "5"), "event_id"),
        arguments("event_id too long", with("event_id", '"' + "x".repeat(201) + '"'), "event_id"),
        arguments("an unknown field", with("text", "\"hello\""), "text"),
        arguments("a field twice", with("noise", "true"), "noise"),
        arguments("a list", "[]", "body"),
        arguments("null", "null", "body"),
        arguments("no JSON", "{noise:false}", "body"),
        arguments("half of it", "{\"noise\":fal", "body"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badMessages")
  void aBadMessageIsRejectedNamingTheField(String name, String json, String field) {
    if (!json.startsWith("[")) {
      var answer = api.post("/api/v1/messages", json);
      assertEquals(400, answer.status(), answer.text());
      assertTrue(answer.header("Content-Type").startsWith("application/problem+json"));
      assertEquals(field, answer.fields());
    }
    var summary = api.messages(GOOD + "\n" + json + "\n\n" + GOOD);
    assertEquals(2, summary.get("accepted").asInt());
    assertEquals(1, summary.get("rejected").asInt());
    assertEquals(2, summary.get("errors").get(0).get("line").asInt());
    assertEquals(field, summary.get("errors").get(0).get("field").asText());
    assertEquals(2, rows());
  }

  @Test
  void aMessageIsStoredOnceAndARepeatedOneIsADuplicate() {
    String message =
        """
        {"topic_id":"known","predicted_label":"x","true_label":"x","confidence":1e-30,
         "noise":true,"sent_at":"2026-01-01T00:00:00+02:00","event_id":"once"}""";
    assertEquals(201, api.post("/api/v1/messages", message).status());
    var again = api.post("/api/v1/messages", message.replace("true,", "false,"));
    assertEquals(200, again.status());
    assertEquals(1, again.json().get("duplicate").asInt());
    assertEquals(
        "known x x t 0.000000000000000000000000000001 t 2025-12-31 22:00:00",
        text(
            """
            SELECT concat_ws(' ', topic_id, predicted_label, true_label, correct, confidence, noise,
                             at AT TIME ZONE 'UTC') FROM analysis_message"""));
  }

  @Test
  void aMessageWithoutTimeWasSentNow() {
    api.message(GOOD);
    assertEquals(
        "2026-03-10 12:20:00.123",
        text("SELECT (at AT TIME ZONE 'UTC')::text FROM analysis_message"));
  }

  @ParameterizedTest
  @CsvSource({
    "predicted_label, x, x, t",
    "predicted_label, x, X, f",
    "predicted_label, x, 'x ', f",
    "predicted_label, known, other, f",
    "predicted_topic_id, other, Another name, t",
    "predicted_topic_id, other, other, t",
    "predicted_topic_id, other, another name, f",
    "predicted_topic_id, other, known, f",
    "predicted_topic_id, other, , -",
    "true_label, x, , -"
  })
  void aPredictionIsCorrectWhenItIsTheTrueLabel(
      String field, String predicted, String trueLabel, String right) {
    String label = trueLabel == null ? "" : ",\"true_label\":\"" + trueLabel + '"';
    api.message("{\"noise\":false,\"%s\":\"%s\"%s}".formatted(field, predicted, label));
    assertEquals(right, text("SELECT coalesce(left(correct::text, 1), '-') FROM analysis_message"));
  }

  @Test
  void aRenameKeepsCorrectPredictions() {
    api.post("/api/v1/topics", "{\"id\":\"renamed\",\"name\":\"before\"}");
    api.message("{\"noise\":false,\"predicted_topic_id\":\"renamed\",\"true_label\":\"before\"}");
    assertEquals(200, api.patch("/api/v1/topics/renamed", "{\"name\":\"after\"}").status());
    api.message("{\"noise\":false,\"predicted_topic_id\":\"renamed\",\"true_label\":\"after\"}");
    api.message("{\"noise\":false,\"predicted_topic_id\":\"renamed\",\"true_label\":\"before\"}");
    assertEquals(
        "true,true,false",
        text("SELECT string_agg(correct::text, ',' ORDER BY id) FROM analysis_message"));
  }

  @Test
  void aMessageWithoutTopicBelongsToThePredictedOne() {
    api.message("{\"noise\":false,\"predicted_topic_id\":\"other\"}");
    api.message("{\"noise\":false,\"predicted_topic_id\":\"other\",\"topic_id\":\"known\"}");
    assertEquals(
        "other,known", text("SELECT string_agg(topic_id, ',' ORDER BY id) FROM analysis_message"));
  }

  @Test
  void ofAMixedArrayTheGoodOnesAreKept() {
    var answer =
        api.post(
            "/api/v1/messages",
            "[" + GOOD + ",7," + with("topic_id", "\"none\"") + "," + GOOD + ",{}]");
    assertEquals(200, answer.status(), answer.text());
    assertEquals(2, answer.json().get("accepted").asInt());
    assertEquals(3, answer.json().get("rejected").asInt());
    var errors = new LinkedHashMap<Integer, String>();
    for (var error : answer.json().get("errors")) {
      errors.put(error.get("line").asInt(), error.get("field").asText());
    }
    assertEquals("{2=body, 3=topic_id, 5=noise}", errors.toString(), "in order of lines");
    assertEquals(2, rows());
  }

  @Test
  void overlappingBatchesAtOnceTakeEachEventIdOnce() {
    String lines =
        IntStream.range(0, 300)
            .mapToObj(i -> with("event_id", "\"e" + i + '"'))
            .collect(Collectors.joining("\n"));
    var batches = new ArrayList<Future<Api.Answer>>();
    for (int i = 0; i < 10; i++) {
      batches.add(
          api.api
              .call("POST", "/api/v1/messages")
              .as(AnalysisApi.WRITER)
              .body("application/x-ndjson", Buffer.buffer(lines))
              .start());
    }
    int accepted = 0;
    for (var batch : batches) {
      accepted += Api.await(batch).json().get("accepted").asInt();
    }
    assertEquals(300, accepted);
    assertEquals(300, rows());
  }

  @Test
  void onlyCallersWithTheRoleMayWrite() {
    for (String type : List.of("application/json", "application/x-ndjson")) {
      var body = Buffer.buffer(GOOD);
      assertEquals(401, api.api.call("POST", "/api/v1/messages").body(type, body).now().status());
      assertEquals(
          403,
          api.api
              .call("POST", "/api/v1/messages")
              .as("u;;publish")
              .body(type, body)
              .now()
              .status());
    }
    assertEquals(0, rows());
  }

  /** A valid message with one more field. */
  private static String with(String field, String value) {
    return "{\"noise\":false,\"" + field + "\":" + value + "}";
  }

  private static long rows() {
    return api.api.count("SELECT count(*) FROM analysis_message");
  }

  private static String text(String query) {
    return api.api.rows(query).get(0).getString(0);
  }
}
