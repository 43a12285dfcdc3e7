package dev.boardcast.testing;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The task events that several clients of one node received, merged by task and version. Each
 * client must receive a task's versions in order and once, and all must receive the same.
 */
public final class TaskLedger implements AutoCloseable {
  private final Vertx vertx;
  private final List<Subscriber> subscribers = new ArrayList<>();
  private final Map<String, TreeMap<Long, JsonNode>> tasks = new TreeMap<>();
  private int size;

  private record Subscriber(String name, WsClient client, Map<String, Long> versions) {}

  public TaskLedger(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Adds a client of either dialect, which receives all later events of its user. */
  public void join(String node, Person person, boolean isNative) {
    var client =
        WsClient.connect(
            vertx,
            node + (isNative ? "/ws?topics=tasks" : "/api/ws"),
            Map.of("Authorization", "Bearer " + person.token()),
            List.of());
    client.next(isNative ? "subscribed" : "connection_ack");
    subscribers.add(new Subscriber(person.name(), client, new HashMap<>()));
  }

  /** Adds the events received so far. */
  public TaskLedger read() {
    for (Subscriber subscriber : subscribers)
      subscriber.client().drain().forEach(frame -> add(subscriber, frame));
    return this;
  }

  /** Adds all events sent so far. */
  public TaskLedger settle() {
    for (Subscriber subscriber : subscribers)
      subscriber.client().settle().forEach(frame -> add(subscriber, frame));
    return this;
  }

  /** The number of different events. */
  public int size() {
    return size;
  }

  /** The number of events by type. */
  public Map<String, Integer> byType() {
    var counts = new TreeMap<String, Integer>();
    tasks
        .values()
        .forEach(
            versions ->
                versions
                    .values()
                    .forEach(event -> counts.merge(WsClient.type(event), 1, Integer::sum)));
    return counts;
  }

  /** The events of each task, in the order of its versions. */
  public List<List<JsonNode>> histories() {
    return tasks.values().stream().map(versions -> List.copyOf(versions.values())).toList();
  }

  @Override
  public void close() {
    subscribers.forEach(subscriber -> subscriber.client().close());
  }

  private void add(Subscriber subscriber, JsonNode frame) {
    JsonNode data = frame.path("data");
    // An event that hides a task from a user has no version; another event has it.
    if (!WsClient.type(frame).startsWith("task_") || !data.get("visible").asBoolean()) return;
    String task = data.get("task_id").asText();
    long version = data.get("version").asLong();
    Long before = subscriber.versions().put(task, version);
    assertTrue(
        before == null || before < version,
        () -> subscriber.name() + " received " + task + " v" + version + " after v" + before);
    var event = frame.deepCopy();
    JsonNode known = tasks.computeIfAbsent(task, first -> new TreeMap<>()).put(version, event);
    if (known == null) size++;
    else assertNull(difference(known, event), "two events of one version");
  }

  private static String difference(JsonNode one, JsonNode other) {
    boolean same =
        one.get("data").equals(other.get("data"))
            && WsClient.type(one).equals(WsClient.type(other));
    return same ? null : one + " and " + other;
  }
}
