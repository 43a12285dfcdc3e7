package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TasksApi.TASKS;
import static dev.boardcast.boards.tasks.TasksApi.create;
import static dev.boardcast.boards.tasks.TasksApi.events;
import static dev.boardcast.boards.tasks.TasksApi.path;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Due time, priority, assignee and labels of tasks. */
@Timeout(60)
class TaskPlanIT {
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
  void theFieldsAreStoredToldAndCleared() throws Exception {
    var plain = create(api, "ann", "{\"title\":\"t\"}");
    for (String field : List.of("due_at", "priority", "assignee")) {
      assertTrue(plain.get(field).isNull(), field);
    }
    assertEquals("[]", plain.get("labels").toString());

    var made =
        create(
            api,
            "ann",
            """
            {"title":"t","due_at":"2026-03-01T12:00:00.1239+01:00","priority":"high",
             "assignee":"ann","labels":["b","a","b"]}""");
    assertEquals("2026-03-01T11:00:00.123Z", made.get("due_at").asText());
    assertEquals("high", made.get("priority").asText());
    assertEquals("ann", made.get("assignee").asText());
    assertEquals("[\"b\",\"a\"]", made.get("labels").toString());
    var data = lastEvent();
    for (String field : List.of("due_at", "priority", "assignee", "labels")) {
      assertEquals(made.get(field), data.get(field), field);
    }
    assertEquals(made, api.call("GET", path(made)).as("ann").now().json());

    // The same again is no change.
    var same = "{\"due_at\":\"2026-03-01T11:00:00.1234Z\",\"labels\":[\"b\",\"a\"]}";
    assertEquals(made, patch("ann", made, same, 200));
    var other = patch("ann", made, "{\"labels\":[\"c\"],\"priority\":\"low\"}", 200);
    assertEquals(2, other.get("version").asInt());
    assertEquals(made.get("due_at"), other.get("due_at"));
    var cleared =
        patch(
            "ann",
            made,
            "{\"due_at\":null,\"priority\":null,\"assignee\":null,\"labels\":null}",
            200);
    assertTrue(cleared.get("due_at").isNull());
    assertTrue(cleared.get("priority").isNull());
    assertTrue(cleared.get("assignee").isNull());
    assertEquals("[]", cleared.get("labels").toString());
    assertEquals(cleared.get("labels"), lastEvent().get("labels"));
  }

  @Test
  void aRepeatedPostWithAPlanIsKnown() {
    String id = "{\"id\":\"6b0d1f0e-2a1c-4d2e-9d7f-0a1b2c3d4e5f\",\"title\":\"t\",";
    String body = id + "\"priority\":\"low\",\"labels\":[\"x\"]}";
    create(api, "ann", body);
    assertEquals(200, api.call("POST", TASKS).as("ann").json(body).now().status());
    var differs = api.call("POST", TASKS).as("ann").json(id + "\"priority\":\"low\"}").now();
    assertEquals(409, differs.status());
  }

  @Test
  void aRepeatedPostIsKnownAfterItsAssigneeHasLeft() {
    api.rows("INSERT INTO team (id, name, created_by) VALUES ('red', 'n', 'ann')");
    api.rows("INSERT INTO team_member (user_id, team_id) VALUES ('bob', 'red')");
    String body =
        """
        {"id":"6b0d1f0e-2a1c-4d2e-9d7f-0a1b2c3d4e5f","title":"t","team_id":"red","assignee":"bob"}""";
    create(api, "ann;red", body);
    api.rows("UPDATE team_member SET removed_at = now()");
    assertEquals(200, api.call("POST", TASKS).as("ann;red").json(body).now().status());
    var other = api.call("POST", TASKS).as("ann;red").json(body.replace("6b0d", "7b0d")).now();
    assertEquals("assignee", other.fields());
  }

  /** A user who only has a task of the team shared with him may not ask who is in the team. */
  @Test
  void anAssignmentTellsNobodyOutsideWhoIsInTheTeam() {
    api.rows("INSERT INTO team (id, name, created_by) VALUES ('red', 'n', 'ann')");
    api.rows("INSERT INTO team_member (user_id, team_id) VALUES ('bob', 'red')");
    var task = create(api, "ann;red", "{\"title\":\"t\",\"team_id\":\"red\"}");
    api.call("POST", path(task) + "/share").as("ann;red").json("{\"user_id\":\"dan\"}").now();
    assertEquals("assignee", assign("dan", task, "bob", 409));
    assertEquals("assignee", assign("dan", task, "nobody", 409));
    assertEquals("dan", assign("dan", task, "dan", 200));
    assertEquals("ann", assign("dan", task, "ann", 200));
    // A change of another field keeps whom somebody else has assigned.
    assertEquals("bob", assign("ann;red", task, "bob", 200));
    assertEquals("bob", patch("dan", task, "{\"title\":\"u\"}", 200).get("assignee").asText());
  }

  @Test
  void theAssigneeIsSomebodyWhoSeesTheTask() {
    api.rows(
        """
        INSERT INTO team (id, name, created_by) VALUES ('red', 'n', 'ann'), ('blue', 'n', 'ann')""");
    api.rows(
        """
        INSERT INTO team_member (user_id, team_id) VALUES ('bob', 'red'), ('cat', 'blue')""");
    var task = create(api, "ann;red", "{\"title\":\"t\",\"team_id\":\"red\"}");
    assertEquals("bob", assign("ann;red", task, "bob", 200));
    assertEquals("assignee", assign("ann;red", task, "cat", 409));
    assertEquals("ann", assign("bob;red", task, "ann", 200));
    // Members by token alone are known as such when they ask.
    assertEquals("assignee", assign("ann;red", task, "max", 409));
    assertEquals("max", assign("max;red", task, "max", 200));
    assertEquals("", assign("eve", task, "eve", 404));
    api.call("POST", path(task) + "/share").as("ann").json("{\"user_id\":\"dan\"}").now();
    assertEquals("dan", assign("ann;red", task, "dan", 200));
    api.call("POST", path(task) + "/share")
        .as("ann")
        .json("{\"user_id\":\"dan\",\"access\":\"read\"}")
        .now();
    assertEquals(
        403, api.call("PATCH", path(task)).as("dan").json("{\"assignee\":\"dan\"}").now().status());

    var at = api.call("POST", TASKS).as("ann;red");
    assertEquals(
        409, at.json("{\"title\":\"t\",\"team_id\":\"red\",\"assignee\":\"cat\"}").now().status());
    assertEquals(
        "bob",
        create(api, "ann;red", "{\"title\":\"t\",\"team_id\":\"red\",\"assignee\":\"bob\"}")
            .get("assignee")
            .asText());
    assertEquals(
        "max",
        create(api, "max;red", "{\"title\":\"t\",\"team_id\":\"red\",\"assignee\":\"max\"}")
            .get("assignee")
            .asText());
  }

  @Test
  void whoLosesSightOfATaskIsNotAssignedAnyMore() {
    api.rows("INSERT INTO team (id, name, created_by) VALUES ('red', 'n', 'ann')");
    api.rows("INSERT INTO team_member (user_id, team_id) VALUES ('bob', 'red')");
    var task = create(api, "ann;red", "{\"title\":\"t\",\"team_id\":\"red\",\"assignee\":\"bob\"}");
    assertEquals("bob", patch("ann;red", task, "{\"title\":\"u\"}", 200).get("assignee").asText());
    assertTrue(patch("ann;red", task, "{\"team_id\":null}", 200).get("assignee").isNull());

    api.call("POST", path(task) + "/share").as("ann").json("{\"user_id\":\"bob\"}").now();
    assertEquals("bob", assign("ann;red", task, "bob", 200));
    var unshared = api.call("DELETE", path(task) + "/share/bob").as("ann").now().json();
    assertTrue(unshared.get("assignee").isNull());

    assertEquals("ann", assign("ann", task, "ann", 200));
    assertTrue(patch("ann", task, "{\"owner_id\":\"bob\"}", 200).get("assignee").isNull());
  }

  @Test
  void listsAreFilteredByThePlan() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    var late = task("late", now.minusSeconds(60), "high", "\"a\",\"b\"");
    var soon = task("soon", now.plusSeconds(3600), "urgent", "\"b\"");
    var done = task("done", now.minusSeconds(90), null, "");
    var free = task("free", null, null, "");
    api.call("POST", path(done) + "/complete").as("ann").now();
    patch("ann", soon, "{\"assignee\":\"ann\"}", 200);

    assertEquals(List.of("late"), titles("overdue=true"));
    assertEquals(List.of("soon", "late"), titles("label=b"));
    assertEquals(List.of("late"), titles("label=a"));
    assertEquals(List.of("soon"), titles("priority=urgent"));
    assertEquals(List.of("free", "done"), titles("priority=none"));
    assertEquals(List.of("soon"), titles("assignee=me"));
    assertEquals(List.of("soon"), titles("assignee=ann&status=pending"));
    assertEquals(List.of(), titles("assignee=bob"));
    assertEquals(List.of("free", "done", "late"), titles("unassigned=true"));
    assertEquals(List.of("soon"), titles("due_after=" + now));
    assertEquals(List.of("done", "late"), titles("due_before=" + now));
    assertEquals(
        List.of("late"), titles("due_after=" + late.get("due_at").asText() + "&due_before=" + now));
    assertEquals(List.of("done", "late", "soon", "free"), titles("sort=due_at"));
    assertEquals(List.of("soon", "late", "free", "done"), titles("sort=priority"));
    assertEquals(List.of("late", "soon", "free"), titles("sort=due_at&status=pending"));
    assertNotNull(free);
  }

  private JsonNode task(String title, Instant due, String priority, String labels) {
    return create(
        api,
        "ann",
        "{\"title\":\"%s\",\"due_at\":%s,\"priority\":%s,\"labels\":[%s]}"
            .formatted(title, text(due), text(priority), labels));
  }

  private static String text(Object value) {
    return value == null ? "null" : "\"" + value + "\"";
  }

  private List<String> titles(String query) {
    var page = api.call("GET", TASKS + "?" + query).as("ann").now();
    assertEquals(200, page.status(), page.text());
    return page.json().get("items").findValuesAsText("title");
  }

  /** The assignee after that, or the field that a problem names. */
  private String assign(String token, JsonNode task, String user, int status) {
    var answer =
        api.call("PATCH", path(task)).as(token).json("{\"assignee\":\"" + user + "\"}").now();
    assertEquals(status, answer.status(), answer.text());
    return status == 200 ? answer.json().get("assignee").asText() : answer.fields();
  }

  private JsonNode patch(String token, JsonNode task, String json, int status) {
    var answer = api.call("PATCH", path(task)).as(token).json(json).now();
    assertEquals(status, answer.status(), answer.text());
    return answer.json();
  }

  private JsonNode lastEvent() throws Exception {
    assertTrue(!events(api).isEmpty());
    var row = api.rows("SELECT data::text AS data FROM outbox ORDER BY id DESC LIMIT 1").get(0);
    return Json.MAPPER.readTree(row.getString("data"));
  }
}
