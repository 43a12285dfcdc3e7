package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TasksApi.TASKS;
import static dev.boardcast.boards.tasks.TasksApi.create;
import static dev.boardcast.boards.tasks.TasksApi.events;
import static dev.boardcast.boards.tasks.TasksApi.path;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Api;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Permissions on a task of owner ann, in team red, shared with sam. */
@Timeout(60)
class TaskEntitlementIT {
  private static Api api;

  @BeforeAll
  static void start() {
    api = TasksApi.start();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        //                                     owner member sharee outsider admin nobody
        "GET    |                |                     | 200 | 200 | 200 | 404 | 200 | 401",
        "PATCH  |                | {\"title\":\"new\"} | 200 | 200 | 200 | 404 | 200 | 401",
        "PATCH  |                | {\"team_id\":null}  | 200 | 403 | 403 | 404 | 200 | 401",
        "PATCH  |                | {\"team_id\":\"x\"} | 403 | 403 | 403 | 404 | 200 | 401",
        "PATCH  |                | {\"owner_id\":\"z\"}| 200 | 403 | 403 | 404 | 200 | 401",
        "DELETE |                |                     | 204 | 403 | 403 | 404 | 204 | 401",
        "POST   | /complete      |                     | 200 | 200 | 200 | 404 | 200 | 401",
        "POST   | /reopen        |                     | 200 | 200 | 200 | 404 | 200 | 401",
        "POST   | /share         | {\"user_id\":\"z\"} | 200 | 403 | 403 | 404 | 200 | 401",
        "DELETE | /share/sam     |                     | 200 | 403 | 200 | 404 | 200 | 401",
      })
  void eachCallerGetsWhatItIsEntitledTo(
      String method,
      String suffix,
      String body,
      int owner,
      int member,
      int sharee,
      int outsider,
      int admin,
      int nobody) {
    attempt(method, suffix, body, "ann;red", owner);
    attempt(method, suffix, body, "max;red", member);
    attempt(method, suffix, body, "sam", sharee);
    attempt(method, suffix, body, "eve;blue;ingest,publish", outsider);
    attempt(method, suffix, body, "root;;admin", admin);
    attempt(method, suffix, body, null, nobody);
  }

  @ParameterizedTest(name = "{0} sees {1}")
  @CsvSource(
      delimiter = '|',
      value = {"ann2;red2 | 1", "max2;red2 | 1", "sam2 | 1", "eve2;blue | 0"})
  void listAndStatisticsShowWhatTheCallerSees(String token, int seen) {
    String owner = "ann2-" + token.hashCode() + ";red2";
    String team = token.startsWith("eve") || token.startsWith("sam") ? "null" : "\"red2\"";
    var task = create(api, owner, "{\"title\":\"t\",\"team_id\":" + team + "}");
    if (token.startsWith("sam")) {
      api.call("POST", path(task) + "/share").as(owner).json("{\"user_id\":\"sam2\"}").now();
    }

    var list = api.call("GET", TASKS).as(token).now().json();
    var statistics = api.call("GET", TASKS + "/statistics").as(token).now().json();

    boolean listed = list.get("items").findValuesAsText("id").contains(task.get("id").asText());
    assertEquals(seen == 1, listed);
    assertEquals(list.get("items").size(), statistics.get("total").asInt());
    assertEquals(401, api.call("GET", TASKS).now().status());
    assertEquals(401, api.call("GET", TASKS + "/statistics").now().status());
    assertEquals(401, api.call("POST", TASKS).json("{\"title\":\"t\"}").now().status());
  }

  private void attempt(String method, String suffix, String body, String token, int expected) {
    JsonNode task = create(api, "ann;red", "{\"title\":\"t\",\"team_id\":\"red\"}");
    api.call("POST", path(task) + "/share").as("ann").json("{\"user_id\":\"sam\"}").now();
    String before = TasksApi.contents(api);
    int events = events(api).size();

    var call = api.call(method, path(task) + (suffix == null ? "" : suffix));
    if (token != null) call.as(token);
    if (body != null) call.json(body);
    var answer = call.now();

    assertEquals(expected, answer.status(), token + ": " + answer.text());
    if (expected >= 400) {
      assertEquals(before, TasksApi.contents(api));
      assertEquals(events, events(api).size());
      assertEquals("application/problem+json", answer.header("Content-Type"));
    }
  }
}
