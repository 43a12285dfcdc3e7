package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.AlertReceiver;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.WsClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reminders of tasks on two nodes: each once, to the assignee, and by a channel. */
class TaskRemindersIT extends AlertCase {
  private static final String TASKS = "/api/v1/tasks";
  private static final String ANN = Person.of("ann", "red").token();
  private static final String BOB = Person.of("bob", "red").token();

  private Boardcast one;
  private Boardcast two;

  @Override
  BoardcastOptions options() {
    return super.options()
        .set("tasks-due-soon", "10m")
        .set("tasks-reminder-channels", "hook,unknown");
  }

  @BeforeEach
  void start() throws Exception {
    one = deploy();
    two = deploy();
    channel(one, "hook", receiver.url("/hook"));
    String team = "{\"id\":\"red\",\"name\":\"Red\"}";
    assertEquals(201, post(one, "/api/v1/teams", ANN, team).status());
    assertEquals(
        201, post(one, "/api/v1/teams/red/members", ANN, "{\"user_id\":\"bob\"}").status());
  }

  @Test
  void eachReminderIsToldOnceToTheAssigneeAndByTheChannel() throws Exception {
    WsClient ann = socket(two, "user.ann", ANN);
    WsClient bob = socket(two, "user.bob", BOB);
    session(ann);
    session(bob);
    var expected = new HashSet<String>();
    for (int i = 0; i < 20; i++) {
      // Due in a moment: told as due soon at once, and then as overdue.
      JsonNode task = task("bob", Instant.now().plusMillis(2500), "red");
      expected.add("task_due_soon " + task.get("id").asText());
      expected.add("task_overdue " + task.get("id").asText());
    }
    String mine = task(null, Instant.now().minusSeconds(5), null).get("id").asText();

    var told = reminders(bob, 40);
    assertEquals(expected, new HashSet<>(told));
    assertEquals(List.of("task_overdue " + mine), reminders(ann, 1));
    Awaitility.await().until(() -> receiver.accepted("/hook").size() >= 41);
    assertEquals(List.of("0"), sql.column("SELECT count(*) FROM task_reminder"));
    // Nothing more is to come: each event and message is there once.
    String events =
        "SELECT count(*) || ' ' || count(DISTINCT (type, data ->> 'task_id')) FROM event_log"
            + " WHERE type IN ('task_due_soon', 'task_overdue')";
    assertEquals(List.of("41 41"), sql.column(events));
    var messages = receiver.accepted("/hook");
    var ids = new HashSet<String>();
    for (AlertReceiver.Received each : messages) {
      ids.add(each.json().get("id").asText());
      assertEquals("notice", each.json().get("kind").asText());
      assertTrue(each.json().at("/notice/kind").asText().startsWith("task_"));
      assertTrue(each.json().at("/notice/data/task_id").isTextual());
    }
    assertEquals(41, ids.size());
    assertEquals(41, messages.size());
    assertTrue(messages.get(0).json().get("text").asText().contains("Look"), messages::toString);
  }

  @Test
  void whatIsCompletedOrMovedIsNotToldAndWhoHasLeftIsNotReminded() throws Exception {
    WsClient ann = socket(two, "user.ann", ANN);
    session(ann);
    JsonNode done = task("bob", Instant.now().plusSeconds(3600), "red");
    JsonNode later = task("bob", Instant.now().plusSeconds(3600), "red");
    JsonNode left = task("bob", Instant.now().plusSeconds(3600), "red");
    post(one, path(done) + "/complete", ANN, "{}");
    assertEquals(
        200,
        send(one, "PATCH", path(later), ANN, "{\"due_at\":\"2199-01-01T00:00:00Z\"}").status());
    delete(one, "/api/v1/teams/red/members/bob", ANN);
    String soon = "{\"due_at\":\"" + Instant.now().plusSeconds(60) + "\"}";
    assertEquals(200, send(one, "PATCH", path(left), ANN, soon).status());

    assertEquals(List.of("task_due_soon " + left.get("id").asText()), reminders(ann, 1));
    assertEquals(
        List.of(later.get("id").asText() + " 2", left.get("id").asText() + " 1"),
        sql.column(
            "SELECT task_id || ' ' || count(*) FROM task_reminder JOIN task ON id = task_id"
                + " GROUP BY task_id, created_at ORDER BY created_at"));
    assertTrue(
        sql.column(
                "SELECT data ->> 'due_at' FROM event_log WHERE type = 'task_due_soon'"
                    + " AND 'user.bob' = ANY (streams)")
            .isEmpty());
  }

  private JsonNode task(String assignee, Instant due, String team) throws Exception {
    String json =
        "{\"title\":\"Look\",\"assignee\":%s,\"due_at\":\"%s\",\"team_id\":%s}"
            .formatted(quoted(assignee), due, quoted(team));
    Answer made = post(one, TASKS, ANN, json);
    assertEquals(201, made.status(), made.json()::toString);
    return made.json();
  }

  private static String quoted(String text) {
    return text == null ? "null" : "\"" + text + "\"";
  }

  private static String path(JsonNode task) {
    return TASKS + "/" + task.get("id").asText();
  }

  /** The types and tasks of the next reminders of a client. */
  private static List<String> reminders(WsClient client, int count) {
    var told = new ArrayList<String>();
    while (told.size() < count) {
      JsonNode frame = client.next();
      String type = WsClient.type(frame);
      if (!type.equals("task_due_soon") && !type.equals("task_overdue")) continue;
      assertTrue(frame.at("/data/user_id").isNull());
      told.add(type + " " + frame.at("/data/task_id").asText());
    }
    return told;
  }
}
