package dev.boardcast.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients of several users on several nodes that follow the tasks board in both dialects. Checks
 * that each received every event of the tasks that its user may see, once, in the log's order, and
 * no other event.
 */
public final class TaskSubscribers implements AutoCloseable {
  private final Vertx vertx;
  private final List<Subscriber> subscribers = new ArrayList<>();

  private record Subscriber(Person person, boolean isNative, String gateway, WsClient client) {}

  public TaskSubscribers(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Adds a client, which must receive all later events. */
  public void join(URI gateway, Person person, boolean isNative) {
    String path = isNative ? "/ws?topics=tasks&token=" : "/api/ws?token=";
    var client = WsClient.connect(vertx, gateway + path + person.token());
    client.next(isNative ? "subscribed" : "connection_ack");
    subscribers.add(new Subscriber(person, isNative, gateway.toString(), client));
  }

  /** Waits until every client has the expected number of events, then compares them. */
  public void assertEachReceivedExactlyItsOwn(Sql db) throws Exception {
    List<JsonNode> log = new ArrayList<>();
    for (String row :
        db.column(
            "SELECT json_build_object('type', type, 'data', data) FROM event_log"
                + " WHERE shard = 0 ORDER BY sequence")) {
      log.add(Json.MAPPER.readTree(row));
    }
    for (Subscriber subscriber : subscribers) {
      List<String> own =
          log.stream()
              .filter(event -> maySee(event.get("data"), subscriber.person()))
              .map(event -> line(event.get("type").asText(), event.get("data")))
              .toList();
      List<String> received = new ArrayList<>();
      while (received.size() < own.size()) keep(subscriber.client().next(), received);
      subscriber.client().settle().forEach(frame -> keep(frame, received));
      assertEquals(own, received, () -> subscriber.person().name() + " at " + subscriber.gateway());
    }
  }

  public int size() {
    return subscribers.size();
  }

  @Override
  public void close() {
    subscribers.forEach(subscriber -> subscriber.client().close());
  }

  /** Decided by the task itself, not by the streams of its event. */
  private static boolean maySee(JsonNode data, Person person) {
    if (data.get("owner_id").asText().equals(person.name())) return true;
    if (person.teams().contains(data.path("team_id").asText())) return true;
    for (JsonNode user : data.get("shared_with")) {
      if (user.asText().equals(person.name())) return true;
    }
    return false;
  }

  private static void keep(JsonNode frame, List<String> received) {
    String type = WsClient.type(frame);
    if (type.startsWith("task_")) received.add(line(type, frame.get("data")));
  }

  private static String line(String type, JsonNode data) {
    return type + " " + data.get("task_id").asText() + " v" + data.get("version").asText();
  }
}
