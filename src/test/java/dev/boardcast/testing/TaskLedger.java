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
 * What several clients of one node heard of tasks, put together by task and version. Each must hear
 * a task's versions in order and once; all who hear of a version must hear the same.
 */
public final class TaskLedger implements AutoCloseable {
  private final Vertx vertx;
  private final List<Seat> seats = new ArrayList<>();
  private final Map<String, TreeMap<Long, JsonNode>> tasks = new TreeMap<>();
  private int size;

  private record Seat(String name, WsClient client, Map<String, Long> heard) {}

  public TaskLedger(Vertx vertx) {
    this.vertx = vertx;
  }

  /** One more client; from here on it hears of all that is its own, in either dialect. */
  public void join(String node, Person person, boolean isNative) {
    var client =
        WsClient.connect(
            vertx,
            node + (isNative ? "/ws?topics=tasks" : "/api/ws"),
            Map.of("Authorization", "Bearer " + person.token()),
            List.of());
    client.next(isNative ? "subscribed" : "connection_ack");
    seats.add(new Seat(person.name(), client, new HashMap<>()));
  }

  /** Takes in what has come. */
  public TaskLedger read() {
    for (Seat seat : seats) seat.client().drain().forEach(frame -> keep(seat, frame));
    return this;
  }

  /** Takes in everything that was sent until now. */
  public TaskLedger settle() {
    for (Seat seat : seats) seat.client().settle().forEach(frame -> keep(seat, frame));
    return this;
  }

  /** How many different events there were. */
  public int size() {
    return size;
  }

  /** How many events there were of each type. */
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
    seats.forEach(seat -> seat.client().close());
  }

  private void keep(Seat seat, JsonNode frame) {
    JsonNode data = frame.path("data");
    // A task that is taken from somebody has no version: it is the news of another event.
    if (!WsClient.type(frame).startsWith("task_") || !data.get("visible").asBoolean()) return;
    String task = data.get("task_id").asText();
    long version = data.get("version").asLong();
    Long before = seat.heard().put(task, version);
    assertTrue(
        before == null || before < version,
        () -> seat.name() + " heard " + task + " v" + version + " after v" + before);
    var event = frame.deepCopy();
    JsonNode known = tasks.computeIfAbsent(task, first -> new TreeMap<>()).put(version, event);
    if (known == null) size++;
    else assertNull(difference(known, event), "two stories of one version");
  }

  private static String difference(JsonNode one, JsonNode other) {
    boolean same =
        one.get("data").equals(other.get("data"))
            && WsClient.type(one).equals(WsClient.type(other));
    return same ? null : one + " and " + other;
  }
}
