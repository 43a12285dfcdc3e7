package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TasksApi.TASKS;
import static dev.boardcast.boards.tasks.TasksApi.create;
import static dev.boardcast.boards.tasks.TasksApi.events;
import static dev.boardcast.boards.tasks.TasksApi.path;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Principal;
import dev.boardcast.testing.Api;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TaskLifeIT {
  private static final String ANN = "ann;red,blue";

  private Api api;

  @BeforeEach
  void start() {
    api = TasksApi.start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void eachStepOfATaskIsAnsweredWithTheTaskAndLeavesOneEvent() throws Exception {
    var created =
        api.call("POST", TASKS).as(ANN).json("{\"title\":\"Fix it\",\"team_id\":\"red\"}").now();
    assertEquals(201, created.status());
    assertEquals("\"1\"", created.header("ETag"));
    var task = created.json();
    assertEquals(path(task), created.header("Location"));
    assertEquals("ann", task.get("owner_id").asText());
    assertEquals("pending", task.get("status").asText());
    assertTrue(task.get("description").isNull());
    assertEquals(task.get("created_at"), task.get("updated_at"));

    step("PATCH", path(task), "{\"description\":\"now\"}", 2, "pending");
    step("POST", path(task) + "/complete", "", 3, "completed");
    step("POST", path(task) + "/complete", "", 3, "completed");
    step("POST", path(task) + "/reopen", "", 4, "pending");
    step("POST", path(task) + "/share", "{\"user_id\":\"bob\"}", 5, "pending");
    step("POST", path(task) + "/share", "{\"user_id\":\"bob\"}", 5, "pending");
    step("PATCH", path(task), "{\"description\":null,\"title\":\"Fix it\"}", 6, "pending");
    step("PATCH", path(task), "{}", 6, "pending");
    assertEquals(204, api.call("DELETE", path(task)).as(ANN).now().status());
    assertEquals(404, api.call("GET", path(task)).as(ANN).now().status());

    assertEquals(
        List.of(
            "task_created -> user.ann team.red",
            "task_updated -> user.ann team.red",
            "task_completed -> user.ann team.red",
            "task_reopened -> user.ann team.red",
            "task_shared -> user.ann team.red user.bob",
            "task_updated -> user.ann team.red user.bob",
            "task_deleted -> user.ann team.red user.bob"),
        events(api));
    assertEquals(7, api.count("SELECT count(*) FROM outbox WHERE 'tasks' = ANY(streams)"));
    var last = data(6);
    assertEquals(task.get("id"), last.get("task_id"));
    assertEquals("ann", last.get("user_id").asText());
    assertEquals("red", last.get("team_id").asText());
    assertEquals("Fix it", last.get("title").asText());
    assertEquals(7, last.get("version").asInt());
  }

  @Test
  void aUserWhoLosesATaskGetsItsIdAndNothingElse() throws Exception {
    var task = create(api, ANN, "{\"title\":\"Secret\",\"team_id\":\"red\"}");
    patch(task, "{\"team_id\":\"blue\"}");
    patch(task, "{\"owner_id\":\"bob\",\"title\":\"Handed over\"}");

    assertEquals(
        List.of(
            "task_created -> user.ann team.red",
            "task_updated -> team.red",
            "task_updated -> user.ann team.blue",
            "task_updated -> user.ann",
            "task_updated -> user.bob team.blue"),
        events(api));
    for (int gone : new int[] {1, 3}) {
      assertEquals(
          Json.MAPPER.readTree(
              "{\"task_id\":%s,\"user_id\":\"ann\",\"team_id\":null,\"visible\":false}"
                  .formatted(task.get("id"))),
          data(gone));
    }
    assertTrue(data(4).get("visible").asBoolean());
  }

  @Test
  void aTaskIsUnsharedByItsOwnerOrByTheUser() {
    var task = create(api, ANN, "{\"title\":\"Ours\"}");
    for (String user : List.of("bob", "cid")) {
      step("POST", path(task) + "/share", "{\"user_id\":\"" + user + "\"}");
    }

    assertEquals(403, api.call("DELETE", path(task) + "/share/cid").as("bob").now().status());
    assertEquals(200, api.call("DELETE", path(task) + "/share/bob").as("bob").now().status());
    assertEquals(200, api.call("DELETE", path(task) + "/share/cid").as(ANN).now().status());

    assertEquals(404, api.call("GET", path(task)).as("bob").now().status());
    assertEquals(404, api.call("GET", path(task)).as("cid").now().status());
    assertEquals(
        List.of("task_updated -> user.cid", "task_updated -> user.ann"), events(api).subList(5, 7));
  }

  @Test
  void aPostIsRepeatedWithoutHarmEvenAfterTheTaskHasChanged() {
    String json = "{\"id\":\"%s\",\"title\":\"Once\"}".formatted(UUID.randomUUID());
    var task = create(api, ANN, json);
    patch(task, "{\"title\":\"Renamed\"}");

    var again = api.call("POST", TASKS).as(ANN).json(json).now();

    assertEquals(200, again.status());
    assertEquals("Renamed", again.json().get("title").asText());
    assertEquals(2, events(api).size());
    var other = api.call("POST", TASKS).as(ANN).json(json.replace("Once", "Twice")).now();
    assertEquals(409, other.status());
    assertEquals("id", other.fields());
    assertEquals(409, api.call("POST", TASKS).as("bob").json(json).now().status());
  }

  @Test
  void aRepeatedPostDoesNotShowAReassignedTask() {
    String json = "{\"id\":\"%s\",\"title\":\"Mine\"}".formatted(UUID.randomUUID());
    var task = create(api, ANN, json);
    patch(task, "{\"owner_id\":\"bob\"}");

    assertEquals(409, api.call("POST", TASKS).as(ANN).json(json).now().status());
  }

  @Test
  void aBatchKeepsGoodLinesAndNamesBadOnes() {
    String id = UUID.randomUUID().toString();
    String lines =
        """
        {"id":"%1$s","title":"one"}
        {"title":""}
        not json
        {"title":"two","team_id":"green"}
        {"title":"three","owner_id":"bob"}

        {"id":"%1$s","title":"one"}
        {"id":"%1$s","title":"other"}
        {"title":"four","team_id":"red"}"""
            .formatted(id);

    var answer =
        api.call("POST", TASKS).as(ANN).body("application/x-ndjson", Buffer.buffer(lines)).now();

    assertEquals(200, answer.status());
    var json = answer.json();
    assertEquals(2, json.get("accepted").asInt());
    assertEquals(1, json.get("duplicate").asInt());
    assertEquals(5, json.get("rejected").asInt());
    assertEquals(List.of("2 title", "3 body", "4 team_id", "5 owner_id", "8 id"), errors(json));
    assertEquals(
        List.of("task_created -> user.ann", "task_created -> user.ann team.red"), events(api));
  }

  @Test
  void anArrayIsStoredLikeLines() {
    var answer =
        api.call("POST", TASKS)
            .as(ANN)
            .json("[{\"title\":\"one\"},{\"title\":7},null,{\"title\":\"two\",\"team_id\":\"x\"}]")
            .now();

    assertEquals(1, answer.json().get("accepted").asInt());
    assertEquals(List.of("2 title", "3 body", "4 team_id"), errors(answer.json()));
    assertEquals(1, api.count("SELECT count(*) FROM task"));
  }

  @Test
  void anAdminWritesForOthers() {
    String root = "root;;admin";
    var task = create(api, root, "{\"title\":\"t\",\"owner_id\":\"bob\",\"team_id\":\"Group-5\"}");

    assertEquals(List.of("task_created -> user.bob team.Group-5"), events(api));
    assertEquals(200, api.call("GET", path(task)).as("bob").now().status());
    assertEquals(200, api.call("GET", path(task)).as("eve;Group-5").now().status());
  }

  @Test
  void aTransactionThatIsRolledBackLeavesNeitherTaskNorEvent() {
    var writer = new TaskWriter(api.parts().outbox());
    var ann = new Principal("ann", Set.of(), Set.of(), Instant.now(), Instant.MAX);
    var posted = List.of(new NewTask(null, "t", null, null, null, null, null, null, null, null));

    assertThrows(
        IllegalStateException.class,
        () ->
            Api.await(
                api.parts()
                    .pool()
                    .withTransaction(
                        tx ->
                            writer
                                .create(tx, ann, posted)
                                .compose(
                                    taken -> {
                                      assertEquals(1, taken.events().size());
                                      return Future.failedFuture(new IllegalStateException());
                                    }))));

    assertEquals(0, api.count("SELECT count(*) FROM task"));
    assertEquals(0, api.count("SELECT count(*) FROM outbox"));
  }

  @Test
  void aTaskWhoseEventCannotBeWrittenIsNotWrittenAndNothingInternalLeaks() {
    api.rows("ALTER TABLE outbox ADD CHECK (type <> 'task_completed')");
    var task = create(api, ANN, "{\"title\":\"t\"}");

    var answer =
        api.call("POST", path(task) + "/complete").as(ANN).with("Idempotency-Key", "k").now();

    assertEquals(500, answer.status());
    assertFalse(answer.text().contains("outbox"));
    assertEquals(
        "pending", api.call("GET", path(task)).as(ANN).now().json().get("status").asText());
    assertEquals(0, api.count("SELECT count(*) FROM idempotency"));
  }

  private void step(String method, String path, String body, int version, String status) {
    var answer = step(method, path, body);
    assertEquals(version, answer.json().get("version").asInt());
    assertEquals("\"" + version + "\"", answer.header("ETag"));
    assertEquals(status, answer.json().get("status").asText());
    assertEquals(status.equals("completed"), !answer.json().get("completed_at").isNull());
  }

  private Api.Answer step(String method, String path, String body) {
    var answer = api.call(method, path).as(ANN).json(body).now();
    assertEquals(200, answer.status(), answer.text());
    return answer;
  }

  private void patch(JsonNode task, String json) {
    step("PATCH", path(task), json);
  }

  private JsonNode data(int place) throws Exception {
    var rows = api.rows("SELECT data::text AS data FROM outbox ORDER BY id");
    return Json.MAPPER.readTree(rows.get(place).getString("data"));
  }

  private static List<String> errors(JsonNode summary) {
    var errors = new ArrayList<String>();
    for (JsonNode error : summary.get("errors")) {
      errors.add(error.get("line").asText() + " " + error.get("field").asText());
    }
    return errors;
  }
}
