package dev.boardcast.boards.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Api;
import dev.boardcast.testing.Api.Answer;
import dev.boardcast.testing.SettableClock;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topics, runs and feedback over HTTP, and the metrics they change. */
class RecordsIT {
  private static final Instant NOW = Instant.parse("2026-03-10T12:20:00Z");
  private static final String RUN =
      """
      {"time_window_start":"2026-03-01T00:00:00+01:00","time_window_end":"2026-03-02T00:00:00Z",
       "trigger_type":"manual"}""";

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
  void aTopicIsCreatedReadAndChanged() {
    var made = api.post("/api/v1/topics", "{\"name\":\"Sport\",\"description\":\"all of it\"}");
    assertEquals(201, made.status(), made.text());
    String path = made.header("Location");
    assertEquals("/api/v1/topics/" + made.json().get("id").asText(), path);
    assertEquals("2026-03-10T12:20:00.000Z", made.json().get("created_at").asText());
    assertEquals(made.json(), api.get(path).json());

    clock.set(NOW.plusSeconds(1));
    var renamed = api.patch(path, "{\"name\":\"Sports\"}");
    assertEquals(200, renamed.status(), renamed.text());
    assertEquals("Sports", renamed.json().get("name").asText());
    assertEquals("all of it", renamed.json().get("description").asText());
    assertEquals("2026-03-10T12:20:01.000Z", renamed.json().get("updated_at").asText());
    assertEquals("", api.patch(path, "{\"description\":\"\"}").json().get("description").asText());
    assertEquals("Sports", api.get(path).json().get("name").asText());
    assertEquals(1, api.numbers(NOW).get("topicCount").asInt());
  }

  @Test
  void namesAndIdsOfTopicsAreUniqueAndTheSamePostTwiceIsHarmless() {
    String topic = "{\"id\":\"s\",\"name\":\"Sport\",\"description\":\"d\"}";
    assertEquals(201, api.post("/api/v1/topics", topic).status());
    assertEquals(200, api.post("/api/v1/topics", topic).status());
    var sameId = api.post("/api/v1/topics", "{\"id\":\"s\",\"name\":\"Another\"}");
    assertEquals(409, sameId.status());
    assertEquals("id", sameId.fields());
    var sameName = api.post("/api/v1/topics", "{\"name\":\"Sport\"}");
    assertEquals(409, sameName.status());
    assertEquals("name", sameName.fields());
    api.topic("other");
    var renamed = api.patch("/api/v1/topics/other", "{\"name\":\"Sport\"}");
    assertEquals(409, renamed.status());
    assertEquals("name", renamed.fields());
    assertEquals(2, api.numbers(NOW).get("topicCount").asInt());
  }

  @Test
  void aKeyMakesARepeatedPostHarmless() {
    var calls = new ArrayList<Answer>();
    for (int i = 0; i < 2; i++) {
      calls.add(
          api.api
              .call("POST", "/api/v1/analysis/runs")
              .as(AnalysisApi.WRITER)
              .with("Idempotency-Key", "k")
              .json(RUN)
              .now());
    }
    assertEquals(calls.get(0).json(), calls.get(1).json());
    assertEquals("true", calls.get(1).header("Idempotency-Replayed"));
    assertEquals(1, api.numbers(NOW).get("activeAnalysisRuns").asInt());
  }

  @Test
  void pagesOfTopicsNeitherRepeatNorSkip() {
    var expected = new ArrayList<String>();
    for (int i = 0; i < 7; i++) {
      clock.set(NOW.plusMillis(i / 3));
      api.topic("t" + i);
      expected.add("t" + i);
    }
    var seen = new ArrayList<String>();
    String query = "?limit=3";
    while (query != null) {
      var page = api.get("/api/v1/topics" + query).json();
      page.get("items").forEach(topic -> seen.add(topic.get("id").asText()));
      var next = page.get("next");
      query = next.isNull() ? null : "?limit=3&cursor=" + next.asText();
      // Records created meanwhile are before the first page.
      clock.set(NOW.plusSeconds(60));
      api.topic("later" + seen.size());
    }
    Collections.reverse(expected);
    assertEquals(expected, seen);
  }

  @Test
  void aRunIsOpenUntilItIsClosedOnce() {
    var opened = api.post("/api/v1/analysis/runs", RUN);
    assertEquals(201, opened.status(), opened.text());
    var run = opened.json();
    assertEquals("2026-02-28T23:00:00.000Z", run.get("time_window_start").asText());
    assertEquals("manual", run.get("trigger_type").asText());
    assertEquals("open", run.get("status").asText());
    assertTrue(run.get("closed_at").isNull());
    String path = opened.header("Location");
    assertEquals(1, api.numbers(NOW).get("activeAnalysisRuns").asInt());

    var closes = new ArrayList<Future<Answer>>();
    for (int i = 0; i < 8; i++) {
      closes.add(api.api.call("POST", path + "/close").as(AnalysisApi.WRITER).start());
    }
    for (var close : closes) assertEquals(200, Api.await(close).status());
    assertEquals(0, api.numbers(NOW).get("activeAnalysisRuns").asInt());
    clock.set(NOW.plusSeconds(9));
    var again = api.post(path + "/close", "");
    assertEquals(200, again.status());
    assertEquals("closed", again.json().get("status").asText());
    assertEquals("2026-03-10T12:20:00.000Z", again.json().get("closed_at").asText());
    assertEquals(0, api.numbers(NOW).get("activeAnalysisRuns").asInt());
    assertEquals(api.get(path).json(), again.json());
  }

  @Test
  void runsAreListedByStatus() {
    String first = api.post("/api/v1/analysis/runs", RUN).json().get("id").asText();
    clock.set(NOW.plusSeconds(1));
    String second =
        api.post("/api/v1/analysis/runs", RUN.replace("manual", "scheduled"))
            .json()
            .get("id")
            .asText();
    api.post("/api/v1/analysis/runs/" + first + "/close", "");
    assertEquals(List.of(second, first), ids("/api/v1/analysis/runs"));
    assertEquals(List.of(second), ids("/api/v1/analysis/runs?status=open"));
    assertEquals(List.of(first), ids("/api/v1/analysis/runs?status=closed"));
    var page = api.get("/api/v1/analysis/runs?limit=1").json();
    String next = page.get("next").asText();
    assertEquals(List.of(first), ids("/api/v1/analysis/runs?limit=1&cursor=" + next));
  }

  @Test
  void ofEachUserTheLatestVerdictCounts() {
    assertEquals(404, api.get("/api/v1/proposals/p-1/feedback").status());
    verdict("ann", "p-1", "approved");
    verdict("bob", "p-1", "approved");
    verdict("ann", "p-1", "approved");
    verdict("ann", "p-2", "rejected");
    var last = verdict("bob", "p-1", "rejected");
    assertEquals(
        AnalysisApi.read("{\"proposal_id\":\"p-1\",\"approved\":1,\"rejected\":1}"), last.json());
    assertEquals(last.json(), api.get("/api/v1/proposals/p-1/feedback").json());
    var numbers = api.numbers(NOW);
    assertEquals(AnalysisApi.read("{\"approved\":1,\"rejected\":2}"), numbers.get("feedback"));
    assertEquals(numbers, api.recomputed(NOW));
  }

  @Test
  void verdictsOfOneUserAtOnceLeaveOne() {
    var given = new ArrayList<Future<Answer>>();
    for (int i = 0; i < 20; i++) {
      given.add(
          api.api
              .call("POST", "/api/v1/proposals/p/feedback")
              .as(AnalysisApi.WRITER)
              .json("{\"verdict\":\"" + (i % 2 == 0 ? "approved" : "rejected") + "\"}")
              .start());
    }
    for (var each : given) assertEquals(200, Api.await(each).status());
    var feedback = api.numbers(NOW).get("feedback");
    var proposal = api.get("/api/v1/proposals/p/feedback").json();
    assertEquals(1, feedback.get("approved").asInt() + feedback.get("rejected").asInt());
    assertEquals(proposal.get("approved"), feedback.get("approved"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST|/api/v1/topics|{}|name",
        "POST|/api/v1/topics|{\"name\":\" \"}|name",
        "POST|/api/v1/topics|{\"name\":7}|name",
        "POST|/api/v1/topics|{\"name\":\"a\",\"description\":{}}|description",
        "POST|/api/v1/topics|{\"name\":\"a\",\"id\":\"a/b\"}|id",
        "POST|/api/v1/topics|{\"name\":\"a\",\"color\":\"red\"}|color",
        "POST|/api/v1/topics|[]|body",
        "PATCH|/api/v1/topics/known|{}|body",
        "PATCH|/api/v1/topics/known|{\"name\":\"\"}|name",
        "PATCH|/api/v1/topics/known|{\"id\":\"other\"}|id",
        "PATCH|/api/v1/topics/k%20n|{\"name\":\"a\"}|id",
        "GET|/api/v1/topics?limit=0||limit",
        "GET|/api/v1/topics?cursor=x||cursor",
        "GET|/api/v1/topics?cursor=MTIz||cursor",
        "GET|/api/v1/topics?page=2||page",
        "GET|/api/v1/analysis/runs?status=gone||status",
        "POST|/api/v1/analysis/runs|{}|time_window_end,time_window_start,trigger_type",
        "POST|/api/v1/analysis/runs|{\"time_window_start\":\"2026-01-02T00:00:00Z\","
            + "\"time_window_end\":\"2026-01-02T00:00:00Z\",\"trigger_type\":\"manual\"}"
            + "|time_window_end",
        "POST|/api/v1/analysis/runs|{\"time_window_start\":\"2026-01-02T00:00:00Z\","
            + "\"time_window_end\":\"2026-01-03T00:00:00Z\",\"trigger_type\":\"cron\"}"
            + "|trigger_type",
        "POST|/api/v1/analysis/runs|{\"time_window_start\":\"soon\"}|time_window_start",
        "POST|/api/v1/proposals/p/feedback|{}|verdict",
        "POST|/api/v1/proposals/p/feedback|{\"verdict\":\"maybe\"}|verdict",
        "POST|/api/v1/proposals/p/feedback|{\"verdict\":null}|verdict",
        "POST|/api/v1/proposals/p%20q/feedback|{\"verdict\":\"approved\"}|id"
      })
  void badInputIsRejectedNamingTheField(String method, String path, String body, String field) {
    api.topic("known");
    var call = api.api.call(method, path).as(AnalysisApi.WRITER);
    var answer = (body == null ? call : call.json(body)).now();
    assertEquals(400, answer.status(), answer.text());
    assertEquals(field, answer.fields());
    assertEquals(1, api.api.count("SELECT count(*) FROM analysis_change"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/api/v1/topics/none",
    "PATCH,/api/v1/topics/none",
    "GET,/api/v1/analysis/runs/none",
    "POST,/api/v1/analysis/runs/none/close"
  })
  void whatDoesNotExistIsNotFound(String method, String path) {
    var answer = api.api.call(method, path).as(AnalysisApi.WRITER).json("{\"name\":\"a\"}").now();
    assertEquals(404, answer.status(), answer.text());
  }

  private Answer verdict(String user, String proposal, String verdict) {
    var answer =
        api.api
            .call("POST", "/api/v1/proposals/" + proposal + "/feedback")
            .as(user + ";;ingest")
            .json("{\"verdict\":\"" + verdict + "\"}")
            .now();
    assertEquals(200, answer.status(), answer.text());
    return answer;
  }

  private List<String> ids(String path) {
    var ids = new ArrayList<String>();
    api.get(path).json().get("items").forEach(item -> ids.add(item.get("id").asText()));
    return ids;
  }
}
