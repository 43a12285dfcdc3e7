package dev.boardcast.boards.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.config.Settings;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.testing.Api;
import io.vertx.core.buffer.Buffer;
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

class PlatformIngestIT {
  private static final String SENDER = "sender;;ingest";
  private static final String TRANSACTION =
      "{\"transaction_id\":\"t\",\"amount\":1,\"status\":\"completed\"}";
  private static final String VIEW = "{\"content_id\":\"c\"}";
  private static final String ACTIVITY = "{\"user_id\":\"u\"}";

  private static Api api;

  @BeforeAll
  static void start() {
    api =
        new Api(
            Settings.of(
                HttpConfig.class,
                "http-max-body=65536",
                "http-max-line=1024",
                "http-batch=50",
                "http-max-rejections=3"),
            parts -> new PlatformModule().routes(parts.board()));
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @BeforeEach
  void empty() {
    Api.await(
        api.parts()
            .pool()
            .query("TRUNCATE platform_transaction, platform_view, platform_activity")
            .execute());
  }

  static Stream<Arguments> badFacts() {
    String tooLong = "\"" + "x".repeat(201) + "\"";
    return Stream.of(
        bad("transactions", "{\"amount\":1,\"status\":\"failed\"}", "transaction_id"),
        bad("transactions", with(TRANSACTION, "transaction_id", "\" \""), "transaction_id"),
        bad("transactions", with(TRANSACTION, "transaction_id", tooLong), "transaction_id"),
        bad("transactions", with(TRANSACTION, "transaction_id", "7"), "transaction_id"),
        bad("transactions", with(TRANSACTION, "transaction_id", "\"\\u0000\""), "transaction_id"),
        bad("transactions", with(TRANSACTION, "user_id", "\"\""), "user_id"),
        bad("transactions", with(TRANSACTION, "user_id", tooLong), "user_id"),
        bad("transactions", with(TRANSACTION, "content_id", "{}"), "content_id"),
        bad("transactions", "{\"transaction_id\":\"t\",\"status\":\"failed\"}", "amount"),
        bad("transactions", with(TRANSACTION, "amount", "null"), "amount"),
        bad("transactions", with(TRANSACTION, "amount", "\"1\""), "amount"),
        bad("transactions", with(TRANSACTION, "amount", "1e12"), "amount"),
        bad("transactions", with(TRANSACTION, "amount", "-1e999999999"), "amount"),
        bad("transactions", with(TRANSACTION, "amount", "1e2147483647"), "amount"),
        bad("transactions", with(TRANSACTION, "amount", "1e-2147483647"), "amount"),
        bad("transactions", with(TRANSACTION, "amount", "0e-2147483647"), "amount"),
        bad("transactions", with(TRANSACTION, "amount", "1e-31"), "amount"),
        bad("transactions", with(TRANSACTION, "amount", "NaN"), "body"),
        bad("transactions", with(TRANSACTION, "currency", "\"ABC\""), "currency"),
        bad("transactions", with(TRANSACTION, "currency", "\"usd\""), "currency"),
        bad("transactions", with(TRANSACTION, "currency", "1"), "currency"),
        bad("transactions", "{\"transaction_id\":\"t\",\"amount\":1}", "status"),
        bad("transactions", with(TRANSACTION, "status", "\"refunded\""), "status"),
        bad("transactions", with(TRANSACTION, "status", "\"COMPLETED\""), "status"),
        bad("transactions", with(TRANSACTION, "status", "0"), "status"),
        bad("transactions", with(TRANSACTION, "occurred_at", "\"now\""), "occurred_at"),
        bad("transactions", with(TRANSACTION, "occurred_at", "1700000000"), "occurred_at"),
        bad(
            "transactions",
            with(TRANSACTION, "occurred_at", "\"2199-01-01T00:00:00Z\""),
            "occurred_at"),
        bad("transactions", with(TRANSACTION, "total", "1"), "total"),
        bad("transactions", with(TRANSACTION, "amount\":1,\"amount", "2"), "amount"),
        bad("transactions", "null", "body"),
        bad("views", "{}", "content_id"),
        bad("views", with(VIEW, "content_id", "\"\""), "content_id"),
        bad("views", with(VIEW, "user_id", "[]"), "user_id"),
        bad("views", with(VIEW, "viewed_at", "\"2026-01-01T00:00:00\""), "viewed_at"),
        bad("views", with(VIEW, "event_id", "\"\""), "event_id"),
        bad("views", with(VIEW, "at", "\"2026-01-01T00:00:00Z\""), "at"),
        bad("activity", "{}", "user_id"),
        bad("activity", with(ACTIVITY, "user_id", "null"), "user_id"),
        bad("activity", with(ACTIVITY, "at", "\"2199-01-01T00:00:00Z\""), "at"),
        bad("activity", with(ACTIVITY, "event_id", tooLong), "event_id"),
        bad("activity", "{\"user_id\":\"u\"", "body"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("badFacts")
  void aBadFactIsRejectedNamingTheField(String path, String fact, String field) {
    var alone = post(path, "application/json", fact);
    assertEquals(400, alone.status(), alone.text());
    assertEquals(field, alone.json().at("/errors/0/field").asText());
    assertTrue(alone.json().at("/errors/0/expected").asText().length() > 3);
    String good = good(path, "1") + "\n" + fact + "\n" + good(path, "2");
    JsonNode lines = post(path, "application/x-ndjson", good).json();
    assertEquals(2, lines.get("accepted").asInt(), lines.toString());
    assertEquals(2, lines.at("/errors/0/line").asInt());
    assertEquals(field, lines.at("/errors/0/field").asText());
    assertEquals(2, stored(path));
  }

  @ParameterizedTest
  @CsvSource({"transactions", "views", "activity"})
  void aFactIsCreatedOnceAloneInAnArrayAndInAStream(String path) {
    assertEquals(201, post(path, "application/json", good(path, "1")).status());
    var again = post(path, "application/json", good(path, "1"));
    assertEquals(200, again.status());
    assertEquals(1, again.json().get("duplicate").asInt());
    String array = "[" + good(path, "1") + "," + good(path, "2") + "]";
    assertEquals(
        "1 1 0",
        counts(post(path, "application/json", array)),
        "an array of a known and a new one");
    String lines =
        IntStream.range(0, 500)
            .mapToObj(i -> good(path, "n" + i))
            .collect(Collectors.joining("\n"));
    assertEquals("500 0 0", counts(post(path, "application/x-ndjson", lines)));
    assertEquals("0 500 0", counts(post(path, "application/x-ndjson", lines)));
    assertEquals(502, stored(path));
  }

  @Test
  void aTransactionIsKeptToTheLastDigit() {
    post(
        "transactions",
        "application/json",
        """
        {"transaction_id":"é😀","user_id":"u","content_id":"c","currency":"USD",
         "amount":-999999999999.000000000000000000000000000001,"status":"failed",
         "occurred_at":"2026-01-02T05:04:05.678+02:00"}""");
    var row =
        api.rows(
                """
                SELECT concat_ws('|', transaction_id, user_id, content_id, amount, status,
                                 extract(epoch FROM occurred_at), is_timed)
                FROM platform_transaction""")
            .get(0);
    assertEquals(
        "é😀|u|c|-999999999999.000000000000000000000000000001|failed|1767323045.678000|t",
        row.getString(0));
  }

  @ParameterizedTest
  @CsvSource({"transactions", "views", "activity"})
  void onlyCallersWithTheRoleMayWrite(String path) {
    for (String type : List.of("application/json", "application/x-ndjson")) {
      var call = api.call("POST", "/api/v1/analytics/" + path);
      assertEquals(401, call.body(type, Buffer.buffer(good(path, "1"))).now().status());
      assertEquals(403, call.as("u;;publish").now().status());
    }
    assertEquals(0, stored(path));
  }

  private static String good(String path, String id) {
    return switch (path) {
      case "transactions" -> with(TRANSACTION, "transaction_id", "\"" + id + "\"");
      case "views" -> with(VIEW, "event_id", "\"" + id + "\"");
      default -> with(ACTIVITY, "event_id", "\"" + id + "\"");
    };
  }

  /** A fact with one field added or replaced. */
  private static String with(String fact, String field, String value) {
    String name = "\"" + field + "\":";
    int at = fact.indexOf(name);
    if (at < 0) return fact.substring(0, fact.length() - 1) + "," + name + value + "}";
    int end = at + name.length();
    while (fact.charAt(end) != ',' && fact.charAt(end) != '}') end++;
    return fact.substring(0, at) + name + value + fact.substring(end);
  }

  private static Arguments bad(String path, String fact, String field) {
    return arguments(path, fact, field);
  }

  private static Api.Answer post(String path, String type, String body) {
    return api.call("POST", "/api/v1/analytics/" + path)
        .as(SENDER)
        .body(type, Buffer.buffer(body))
        .now();
  }

  private static String counts(Api.Answer answer) {
    JsonNode counts = answer.json();
    return counts.get("accepted") + " " + counts.get("duplicate") + " " + counts.get("rejected");
  }

  private static long stored(String path) {
    return api.count(
        "SELECT count(*) FROM platform_"
            + (path.equals("activity") ? "activity" : path.substring(0, path.length() - 1)));
  }
}
