package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Sql;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Scheduled runs and corrected labels on two nodes. */
class ScheduledRunsIT extends AccessCase {
  private static final String ADMIN = Person.of("root").with("admin").token();
  private static final String METRICS = "/api/v1/metrics";

  private final Sql sql = new Sql(db.postgresUri());

  @Test
  void eachRunIsOpenedOnceAndTheNumbersOfBothNodesHaveIt() throws Exception {
    Boardcast one = deploy();
    Boardcast two = deploy();
    for (int i = 0; i < 10; i++) {
      String daily = "{\"name\":\"s%d\",\"at\":\"08:00\",\"period\":\"day\"}".formatted(i);
      assertEquals(201, post(one, "/api/v1/analysis/schedules", ADMIN, daily).status());
    }
    await(one, "schedules", 10);
    sql.run("UPDATE analysis_schedule SET next_at = now() + interval '1 second'");
    // The fold of this topic learns of the new times.
    assertEquals(201, post(two, "/api/v1/topics", ADMIN, "{\"name\":\"t\"}").status());
    await(one, "activeAnalysisRuns", 10);
    await(two, "activeAnalysisRuns", 10);
    assertEquals(
        List.of("10 10 scheduled"),
        sql.column(
            "SELECT count(*) || ' ' || count(DISTINCT schedule_id) || ' ' || max(trigger_type)"
                + " FROM analysis_run"));
    assertEquals(
        List.of("10"),
        sql.column("SELECT count(*) FROM analysis_schedule WHERE next_at > now() + '1 s'"));
  }

  @Test
  void liveAndRangeAndCsvHaveTheCorrection() throws Exception {
    Boardcast node = deploy();
    String message =
        "{\"predicted_label\":\"a\",\"true_label\":\"b\",\"noise\":false,\"event_id\":\"e\"}";
    assertEquals(201, post(node, "/api/v1/messages", ADMIN, message).status());
    await(node, "labelled", 1);
    JsonNode found = get(node, "/api/v1/messages?event_id=e", ADMIN).json().at("/items/0");
    String path = "/api/v1/messages/" + found.get("id").asText() + "/label";
    assertEquals(200, send(node, "PUT", path, ADMIN, "{\"true_label\":\"a\"}").status());
    await(node, "confirmed", 1);
    JsonNode live = get(node, METRICS, ADMIN).json();
    assertEquals(100.0, live.at("/data/classificationAccuracy").asDouble());
    live.get("data")
        .properties()
        .forEach(each -> assertEquals(each.getValue(), live.get(each.getKey()), each.getKey()));
    String day = Instant.now().toString().substring(0, 10);
    JsonNode range = get(node, METRICS + "?from=" + day, ADMIN).json();
    for (String metric : List.of("labelled", "correct", "corrected", "confirmed", "confusion")) {
      assertEquals(live.at("/data/" + metric), range.at("/data/" + metric), metric);
    }
    String history = "/api/v1/boards/analysis/history?format=csv";
    Awaitility.await()
        .untilAsserted(
            () -> {
              String csv = csv(node, history + "&metric=confusion.*.*&metric=correctedAccuracy");
              List<String> lines = csv.lines().toList();
              assertTrue(lines.get(0).contains("confusion.a.a"), csv);
              String[] last = lines.get(lines.size() - 1).split(",");
              assertEquals(
                  "1", last[List.of(lines.get(0).split(",")).indexOf("confusion.a.a")], csv);
              assertTrue(csv.strip().endsWith(",100"), csv);
            });
  }

  private void await(Boardcast node, String metric, int value) {
    Awaitility.await()
        .untilAsserted(
            () -> assertEquals(value, get(node, METRICS, ADMIN).json().path(metric).asInt(-1)));
  }

  private static String csv(Boardcast node, String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .header("Authorization", "Bearer " + ADMIN)
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
