package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.PipelineFixture.RUNS;
import static dev.boardcast.boards.pipeline.PipelineFixture.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.config.Settings;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.Api.Answer;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PipelineIngestIT {
  private static final String JSON = "application/json";
  private static final String NDJSON = "application/x-ndjson";
  private static final String RUN =
      """
      {"source":"tx","status":"success","records":893,"started_at":"2026-03-10T12:00:00Z",
       "finished_at":"2026-03-10T12:00:20Z"}"""
          .replace("\n", "");
  private static final String SAMPLE =
      """
      {"source":"tx","geocoding_attempts":800,"geocoding_successes":103,
       "validation_attempts":264,"validation_passes":257}"""
          .replace("\n", "");

  private static PipelineFixture pipeline;

  @BeforeAll
  static void start() {
    pipeline =
        new PipelineFixture(
            Settings.defaults(PipelineConfig.class),
            Settings.of(
                HttpConfig.class,
                "http-max-body=65536",
                "http-max-line=4096",
                "http-batch=50",
                "http-max-rejections=3"),
            Visibility.PUBLIC);
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @BeforeEach
  void empty() throws Exception {
    pipeline.sql.run("TRUNCATE scrape_run, quality_sample");
  }

  static Stream<Arguments> badFacts() {
    String tooLong = '"' + "x".repeat(101) + '"';
    return Stream.of(
        run("source", null, "source"),
        run("source", "null", "source"),
        run("source", "\"\"", "source"),
        run("source", "\" \"", "source"),
        run("source", tooLong, "source"),
        run("source", "7", "source"),
        run("source", "\"a\\u0000\"", "source"),
        run("status", null, "status"),
        run("status", "\"OK\"", "status"),
        run("status", "\"SUCCESS\"", "status"),
        run("status", "0", "status"),
        run("status", "true", "status"),
        run("records", null, "records"),
        run("records", "null", "records"),
        run("records", "-1", "records"),
        run("records", "1.5", "records"),
        run("records", "\"5\"", "records"),
        run("records", "1000000001", "records"),
        run("records", "NaN", "body"),
        run("started_at", null, "started_at"),
        run("started_at", "\"2026-03-10\"", "started_at"),
        run("started_at", "\"2026-03-10T12:00:00\"", "started_at"),
        run("started_at", "1773144000", "started_at"),
        run("started_at", "\"2199-01-01T00:00:00Z\"", "started_at"),
        run("finished_at", null, "finished_at"),
        run("finished_at", "\"2199-01-01T00:00:00Z\"", "finished_at"),
        run("finished_at", "\"2026-03-10T11:59:59.999Z\"", "finished_at"),
        run("error", "\"\"", "error"),
        run("error", '"' + "x".repeat(2001) + '"', "error"),
        run("error", "{}", "error"),
        run("event_id", "\"\"", "event_id"),
        run("event_id", '"' + "x".repeat(201) + '"', "event_id"),
        run("event_id", "5", "event_id"),
        run("duration", "5", "duration"),
        sample("source", null, "source"),
        sample("source", tooLong, "source"),
        sample("geocoding_attempts", null, "geocoding_attempts"),
        sample("geocoding_attempts", "-1", "geocoding_attempts"),
        sample("geocoding_attempts", "102", "geocoding_successes"),
        sample("geocoding_attempts", "1000000001", "geocoding_attempts"),
        sample("geocoding_successes", null, "geocoding_successes"),
        sample("geocoding_successes", "801", "geocoding_successes"),
        sample("geocoding_successes", "0.5", "geocoding_successes"),
        sample("validation_attempts", null, "validation_attempts"),
        sample("validation_attempts", "256", "validation_passes"),
        sample("validation_passes", null, "validation_passes"),
        sample("validation_passes", "265", "validation_passes"),
        sample("validation_passes", "-1", "validation_passes"),
        sample("validation_passes", "\"1\"", "validation_passes"),
        sample("sampled_at", "\"yesterday\"", "sampled_at"),
        sample("sampled_at", "\"2199-01-01T00:00:00Z\"", "sampled_at"),
        sample("event_id", "\"\"", "event_id"),
        sample("rate", "0.13", "rate"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("badFacts")
  void aBadFactIsRejectedNamingTheField(String path, String json, String field) {
    var alone = post(path, JSON, json);
    assertEquals(400, alone.status(), alone.text());
    assertTrue(alone.header("Content-Type").startsWith("application/problem+json"));
    assertEquals(field, alone.json().at("/errors/0/field").asText(), alone.text());
    assertTrue(alone.json().at("/errors/0/expected").asText().length() > 3);

    String good = path.equals(RUNS) ? RUN : SAMPLE;
    var lines = post(path, NDJSON, good + "\n" + json + "\r\n\n" + good);
    assertEquals(200, lines.status(), lines.text());
    assertSummary(lines, 2, 0, 1);
    assertEquals(2, lines.json().at("/errors/0/line").asInt());
    assertEquals(field, lines.json().at("/errors/0/field").asText());
    assertEquals(2, rows());
  }

  @Test
  void aBodyThatIsNotOneObjectIsRejected() {
    for (String path : List.of(RUNS, SAMPLES)) {
      for (String json : List.of("", "null", "\"x\"", "7", "{source:1}", "{\"source\":\"tx\"")) {
        assertEquals(400, post(path, JSON, json).status(), json);
      }
      assertEquals(415, post(path, "text/csv", "a,b").status());
      assertEquals(413, post(path, JSON, " ".repeat(1 << 17) + RUN).status());
    }
    assertEquals(0, rows());
  }

  @Test
  void aRunIsStoredOnceAndUnchanged() throws Exception {
    String failure =
        """
        {"source":"la ❄","status":"failure","started_at":"2026-03-10T12:00:00+01:00",
         "finished_at":"2026-03-10T11:00:00Z","error":"no\\nanswer","event_id":"e1"}""";
    var first = post(RUNS, JSON, failure);
    assertEquals(201, first.status(), first.text());
    assertSummary(first, 1, 0, 0);
    var second = post(RUNS, JSON, failure);
    assertEquals(200, second.status());
    assertSummary(second, 0, 1, 0);
    assertEquals(
        List.of("e1|la ❄|failure||1773140400.000000|1773140400.000000|no\nanswer"),
        pipeline.sql.column(
            """
            SELECT event_id || '|' || source || '|' || status || '|' || coalesce(records::text, '')
                   || '|' || extract(epoch FROM started_at) || '|'
                   || extract(epoch FROM at) || '|' || error
            FROM scrape_run"""));
  }

  @Test
  void aSampleWithoutATimeIsOfNow() throws Exception {
    assertEquals(201, post(SAMPLES, JSON, SAMPLE).status());
    assertEquals(
        List.of("t"),
        pipeline.sql.column("SELECT abs(extract(epoch FROM now() - at)) < 60 FROM quality_sample"));
  }

  @Test
  void ofAMixedArrayTheGoodOnesAreKeptAndKnownAgain() {
    String array =
        "["
            + String.join(",", with(RUN, "event_id", "\"a\""), RUN, with(RUN, "records", "-1"))
            + ",7,"
            + String.join(",", with(RUN, "event_id", "\"a\""), with(RUN, "event_id", "\"b\""))
            + ","
            + with(RUN, "finished_at", "\"2026-03-10T11:00:00Z\"")
            + "]";
    assertSummary(post(RUNS, JSON, array), 3, 1, 3);
    assertSummary(post(RUNS, JSON, array), 1, 3, 3);
    assertEquals(4, rows());
  }

  @Test
  void onlyCallersWithTheRoleMayWrite() {
    for (String path : List.of(RUNS, SAMPLES)) {
      String good = path.equals(RUNS) ? RUN : SAMPLE;
      var nobody = pipeline.api.call("POST", path).json(good).now();
      assertEquals(401, nobody.status());
      assertEquals(403, pipeline.api.call("POST", path).as("u;;publish").json(good).now().status());
      assertEquals(201, pipeline.api.call("POST", path).as("u;;ingest").json(good).now().status());
    }
    assertEquals(2, rows());
  }

  private static Answer post(String path, String type, String body) {
    return pipeline
        .api
        .call("POST", path)
        .as(PipelineFixture.SENDER)
        .body(type, Buffer.buffer(body))
        .now();
  }

  private static void assertSummary(Answer answer, int accepted, int duplicate, int rejected) {
    JsonNode summary = answer.json();
    assertEquals(
        List.of(accepted, duplicate, rejected),
        Stream.of("accepted", "duplicate", "rejected")
            .map(count -> summary.get(count).asInt())
            .toList(),
        answer.text());
  }

  private static Arguments run(String field, String value, String named) {
    return arguments(RUNS, with(RUN, field, value), named);
  }

  private static Arguments sample(String field, String value, String named) {
    return arguments(SAMPLES, with(SAMPLE, field, value), named);
  }

  /**
   * The valid fact with another value of one field; without the field when {@code value} is null.
   */
  private static String with(String good, String field, String value) {
    try {
      var fact = (ObjectNode) Json.MAPPER.readTree(good);
      fact.remove(field);
      if (value == null) return fact.toString();
      String rest = fact.toString();
      return "{\"" + field + "\":" + value + "," + rest.substring(1);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException(good, broken);
    }
  }

  private static long rows() {
    return pipeline.api.count(
        "SELECT (SELECT count(*) FROM scrape_run) + (SELECT count(*) FROM quality_sample)");
  }
}
