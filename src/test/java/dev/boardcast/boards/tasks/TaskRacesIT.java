package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TasksApi.TASKS;
import static dev.boardcast.boards.tasks.TasksApi.create;
import static dev.boardcast.boards.tasks.TasksApi.path;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Api;
import dev.boardcast.testing.Api.Answer;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TaskRacesIT {
  private static Api api;

  @BeforeAll
  static void start() {
    api = TasksApi.start();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @RepeatedTest(10)
  void ofWritersWithOneVersionExactlyOneWins() {
    var task = create(api, "ann", "{\"title\":\"t\"}");

    var answers =
        together(
            4,
            i ->
                api.call("PATCH", path(task))
                    .as("ann")
                    .with("If-Match", "\"1\"")
                    .json("{\"title\":\"writer " + i + "\"}"));

    assertEquals(List.of(200, 412, 412, 412), statuses(answers));
    answers.stream()
        .filter(answer -> answer.status() == 412)
        .forEach(answer -> assertEquals("If-Match", answer.fields()));
    assertEquals(2, events(task.get("id").asText()));
  }

  @Test
  void aLostRaceIsLostForEveryKindOfChange() {
    var task = create(api, "ann", "{\"title\":\"t\"}");
    api.call("POST", path(task) + "/complete").as("ann").with("If-Match", "\"1\"").now();

    for (String change : List.of("/complete", "/reopen", "/share")) {
      var answer =
          api.call("POST", path(task) + change)
              .as("ann")
              .with("If-Match", "\"1\"")
              .json("{\"user_id\":\"bob\"}")
              .now();
      assertEquals(412, answer.status(), change);
    }
    var delete = api.call("DELETE", path(task)).as("ann");
    assertEquals(412, delete.with("If-Match", "\"1\", W/\"2\"").now().status());
    var matching = api.call("DELETE", path(task)).as("ann");
    assertEquals(204, matching.with("If-Match", "\"1\", \"2\"").now().status());
  }

  @Test
  void aKnownVersionIsNotSentAgain() {
    var task = create(api, "ann", "{\"title\":\"t\"}");

    for (String known : List.of("\"1\"", "W/\"1\"", "\"0\", \"1\"", "*")) {
      var answer = api.call("GET", path(task)).as("ann").with("If-None-Match", known).now();
      assertEquals(304, answer.status());
      assertEquals("", answer.text());
      assertEquals("\"1\"", answer.header("ETag"));
    }
    var other = api.call("GET", path(task)).as("ann").with("If-None-Match", "\"2\"").now();
    assertEquals(200, other.status());
  }

  @Test
  void aRepeatedKeyGetsTheFirstAnswerThoughTheTaskHasChanged() {
    var key = UUID.randomUUID().toString();
    var first = post(key, "{\"title\":\"once\"}").now();
    var task = first.json();
    api.call("POST", path(task) + "/complete").as("ann").now();

    var again = post(key, "{\"title\":\"once\"}").now();

    assertEquals(201, first.status());
    assertNull(first.header("Idempotency-Replayed"));
    assertEquals(201, again.status());
    assertEquals(first.text(), again.text());
    assertEquals(first.header("ETag"), again.header("ETag"));
    assertEquals(first.header("Location"), again.header("Location"));
    assertEquals("true", again.header("Idempotency-Replayed"));
    assertEquals(2, events(task.get("id").asText()));
  }

  @Test
  void aKeyOfAnotherRequestIsRejected() {
    var key = UUID.randomUUID().toString();
    var task = post(key, "{\"title\":\"once\"}").now().json();

    var otherBody = post(key, "{\"title\":\"twice\"}").now();
    var otherPath =
        api.call("POST", path(task) + "/complete").as("ann").with("Idempotency-Key", key).now();
    var otherCaller =
        api.call("POST", TASKS)
            .as("bob")
            .with("Idempotency-Key", key)
            .json("{\"title\":\"once\"}")
            .now();

    assertEquals(422, otherBody.status());
    assertEquals("Idempotency-Key", otherBody.fields());
    assertEquals(422, otherPath.status());
    assertEquals(201, otherCaller.status());
    assertNotEquals(task.get("id"), otherCaller.json().get("id"));
  }

  @RepeatedTest(10)
  void ofRequestsWithOneKeyAtOnceOneRunsAndTheOthersGetItsAnswer() {
    var key = UUID.randomUUID().toString();

    var answers = together(6, i -> post(key, "{\"title\":\"" + key + "\"}"));

    assertEquals(List.of(201, 201, 201, 201, 201, 201), statuses(answers));
    assertEquals(1, answers.stream().map(Answer::text).distinct().count());
    assertEquals(5, answers.stream().filter(a -> a.header("Idempotency-Replayed") != null).count());
    assertEquals(1, api.count("SELECT count(*) FROM task WHERE title = '" + key + "'"));
  }

  @Test
  void aFailedRequestLeavesItsKeyFree() {
    var key = UUID.randomUUID().toString();
    var task = create(api, "ann", "{\"title\":\"t\"}");
    var call = api.call("POST", path(task) + "/complete").as("ann");
    call.with("Idempotency-Key", key).with("If-Match", "\"7\"");
    assertEquals(412, call.now().status());

    assertEquals(412, call.now().status());
    assertEquals(0, api.count("SELECT count(*) FROM idempotency WHERE key = '" + key + "'"));
  }

  @Test
  void anExpiredKeyCanBeUsedAgain() {
    var key = UUID.randomUUID().toString();
    post(key, "{\"title\":\"old\"}").now();
    api.rows(
        "UPDATE idempotency SET created_at = now() - interval '25 hours' WHERE key = '%s'"
            .formatted(key));

    var answer = post(key, "{\"title\":\"new\"}").now();

    assertEquals(201, answer.status());
    assertEquals("new", answer.json().get("title").asText());
    assertEquals("true", post(key, "{\"title\":\"new\"}").now().header("Idempotency-Replayed"));
  }

  @Test
  void anArrayWithAKeyIsWrittenOnceAsAWhole() {
    var key = UUID.randomUUID().toString();
    String array =
        IntStream.range(0, 1200).mapToObj(i -> "{\"title\":\"" + key + "\"}").toList().toString();

    var first = post(key, array).now();
    var again = post(key, array).now();

    assertEquals(1200, first.json().get("accepted").asInt());
    assertEquals(first.text(), again.text());
    assertEquals("true", again.header("Idempotency-Replayed"));
    assertEquals(1200, api.count("SELECT count(*) FROM task WHERE title = '" + key + "'"));
  }

  @RepeatedTest(5)
  void ofConcurrentPostsWithOneIdOneCreatesTheTask() {
    var id = UUID.randomUUID().toString();
    String json = "{\"id\":\"%s\",\"title\":\"t\"}".formatted(id);

    var answers = together(6, i -> api.call("POST", TASKS).as("ann").json(json));

    assertEquals(List.of(200, 200, 200, 200, 200, 201), statuses(answers));
    assertEquals(1, events(id));
  }

  @Test
  void oneTasksEventsLieInTheOrderOfItsVersions() {
    var task = create(api, "ann", "{\"title\":\"t\"}");

    together(
        24, i -> api.call("PATCH", path(task)).as("ann").json("{\"title\":\"writer " + i + "\"}"));

    var versions =
        api
            .rows(
                "SELECT (data->>'version')::int FROM outbox WHERE data->>'task_id' = '%s' ORDER BY id"
                    .formatted(task.get("id").asText()))
            .stream()
            .map(row -> row.getInteger(0))
            .toList();
    assertEquals(IntStream.rangeClosed(1, 25).boxed().toList(), versions);
    assertTrue(versions.size() > 1);
  }

  private static Api.Call post(String key, String json) {
    return api.call("POST", TASKS).as("ann").with("Idempotency-Key", key).json(json);
  }

  private static List<Answer> together(int count, IntFunction<Api.Call> call) {
    var running = IntStream.range(0, count).mapToObj(i -> call.apply(i).start()).toList();
    Api.await(Future.join(running));
    return running.stream().map(Future::result).toList();
  }

  private static List<Integer> statuses(List<Answer> answers) {
    return answers.stream().map(Answer::status).sorted().toList();
  }

  private static long events(String id) {
    return api.count("SELECT count(*) FROM outbox WHERE data->>'task_id' = '%s'".formatted(id));
  }
}
