package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TasksApi.create;
import static dev.boardcast.boards.tasks.TasksApi.events;
import static dev.boardcast.boards.tasks.TasksApi.path;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TaskCommentsIT {
  private Api api;
  private JsonNode task;
  private String comments;

  @BeforeEach
  void start() {
    api = TasksApi.start();
    task = create(api, "ann;red", "{\"title\":\"t\",\"team_id\":\"red\"}");
    comments = path(task) + "/comments";
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void commentsAreListedInTheirOrderAndToldToAllWhoSeeTheTask() throws Exception {
    var first = add("ann;red", "{\"text\":\"one\"}", 201);
    var second = add("max;red", "{\"text\":\"two\\nlines\"}", 201);
    assertEquals("max", second.get("author").asText());
    assertEquals(task.get("id"), second.get("task_id"));

    assertEquals(List.of(first, second), list("max;red"));
    assertEquals(
        List.of("task_commented -> user.ann team.red", "task_commented -> user.ann team.red"),
        events(api).subList(1, 3));
    var data = event(2);
    assertEquals("max", data.get("user_id").asText());
    assertEquals("two\nlines", data.at("/comment/text").asText());
    assertEquals(second.get("id"), data.at("/comment/id"));
    assertEquals(1, api.call("GET", path(task)).as("ann").now().json().get("version").asInt());
  }

  @Test
  void readersReadAndEditorsComment() {
    String rights = "{\"team_access\":\"read\"}";
    api.call("PATCH", path(task)).as("ann;red").json(rights).now();
    add("ann;red", "{\"text\":\"one\"}", 201);
    add("max;red", "{\"text\":\"no\"}", 403);
    add("eve", "{\"text\":\"no\"}", 404);
    assertEquals(1, list("max;red").size());
    assertEquals(404, api.call("GET", comments).as("eve").now().status());
  }

  @Test
  void aCommentThatIsSentAgainIsAddedOnce() {
    String body = "{\"id\":\"6b0d1f0e-2a1c-4d2e-9d7f-0a1b2c3d4e5f\",\"text\":\"t\"}";
    var added = add("ann;red", body, 201);
    assertEquals(added, add("ann;red", body, 200));
    add("ann;red", body.replace("\"t\"", "\"u\""), 409);
    add("max;red", body, 409);

    var call = api.call("POST", comments).as("ann;red").with("Idempotency-Key", "k");
    var keyed = call.json("{\"text\":\"k\"}").now();
    var again =
        api.call("POST", comments)
            .as("ann;red")
            .with("Idempotency-Key", "k")
            .json("{\"text\":\"k\"}")
            .now();
    assertEquals(keyed.text(), again.text());
    assertEquals(2, list("ann;red").size());
    assertEquals(2, events(api).stream().filter(each -> each.startsWith("task_commented")).count());
  }

  @Test
  void theAuthorAndTheOwnerDeleteAComment() throws Exception {
    var ofMax = add("max;red", "{\"text\":\"secret\"}", 201);
    var ofAnn = add("ann;red", "{\"text\":\"two\"}", 201);
    assertEquals(403, delete("max;red", ofAnn));
    assertEquals(204, delete("max;red", ofMax));
    assertEquals(404, delete("max;red", ofMax));
    var more = add("max;red", "{\"text\":\"three\"}", 201);
    assertEquals(204, delete("ann;red", more));
    assertEquals(204, delete("root;;admin", ofAnn));
    assertEquals(List.of(), list("ann;red"));
    var deleted = event(3);
    assertEquals("max", deleted.get("user_id").asText());
    assertFalse(deleted.toString().contains("secret"));
    // Of another task.
    var other = create(api, "ann", "{\"title\":\"t\"}");
    var last = add("ann;red", "{\"text\":\"t\"}", 201);
    String wrong = path(other) + "/comments/" + last.get("id").asText();
    assertEquals(404, api.call("DELETE", wrong).as("ann").now().status());
    assertEquals(204, api.call("DELETE", path(task)).as("ann").now().status());
    assertEquals(0, api.count("SELECT count(*) FROM task_comment"));
  }

  @Test
  void commentsKeepTheirOrderWhenTheClockIsSetBack() {
    api.rows(
        """
        INSERT INTO task_comment (id, task_id, author, text, created_at)
        SELECT gen_random_uuid(), id, 'ann', '0', now() + interval '1 hour' FROM task""");
    for (int i = 1; i <= 9; i++) add("ann;red", "{\"text\":\"" + i + "\"}", 201);
    var texts = list("ann;red").stream().map(each -> each.get("text").asText()).toList();
    assertEquals("0123456789", String.join("", texts));
  }

  @Test
  void aTaskHasABoundedNumberOfCommentsUnderConcurrentWriters() {
    api.rows(
        """
        INSERT INTO task_comment (id, task_id, author, text, created_at)
        SELECT gen_random_uuid(), id, 'ann', 't', now() FROM task, generate_series(1, %d)"""
            .formatted(CommentStore.MAX - 3));
    var calls = new ArrayList<Future<Api.Answer>>();
    for (int i = 0; i < 8; i++) {
      calls.add(api.call("POST", comments).as("ann;red").json("{\"text\":\"t\"}").start());
    }
    long added = calls.stream().map(Api::await).filter(each -> each.status() == 201).count();
    assertEquals(3, added);
    assertEquals(
        "text", api.call("POST", comments).as("ann;red").json("{\"text\":\"t\"}").now().fields());

    var seen = new ArrayList<String>();
    String next = "";
    while (next != null) {
      var page = api.call("GET", comments + "?limit=200" + next).as("ann;red").now().json();
      seen.addAll(page.get("items").findValuesAsText("id"));
      next = page.get("next").isNull() ? null : "&cursor=" + page.get("next").asText();
    }
    assertEquals(CommentStore.MAX, seen.stream().distinct().count());
    assertTrue(seen.size() == CommentStore.MAX);
  }

  private JsonNode add(String token, String json, int status) {
    var answer = api.call("POST", comments).as(token).json(json).now();
    assertEquals(status, answer.status(), answer.text());
    return answer.json();
  }

  private int delete(String token, JsonNode comment) {
    String at = comments + "/" + comment.get("id").asText();
    return api.call("DELETE", at).as(token).now().status();
  }

  private List<JsonNode> list(String token) {
    var found = new ArrayList<JsonNode>();
    api.call("GET", comments).as(token).now().json().get("items").forEach(found::add);
    return found;
  }

  private JsonNode event(int place) throws Exception {
    var row = api.rows("SELECT data::text AS data FROM outbox ORDER BY id").get(place);
    return Json.MAPPER.readTree(row.getString("data"));
  }
}
