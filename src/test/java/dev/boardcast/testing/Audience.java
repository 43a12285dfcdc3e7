package dev.boardcast.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients of several people on several nodes that follow the tasks board, in both dialects, and the
 * ledger of what each must have got: every event of a task that is theirs to see, in the log's
 * order, once, and nothing else.
 */
public final class Audience implements AutoCloseable {
  private final Vertx vertx;
  private final List<Seat> seats = new ArrayList<>();

  private record Seat(Person person, boolean isNative, String where, WsClient client) {}

  public Audience(Vertx vertx) {
    this.vertx = vertx;
  }

  /** One more client; from here on it must get everything. */
  public void join(URI gateway, Person person, boolean isNative) {
    String path = isNative ? "/ws?topics=tasks&token=" : "/api/ws?token=";
    var client = WsClient.connect(vertx, gateway + path + person.token());
    client.next(isNative ? "subscribed" : "connection_ack");
    seats.add(new Seat(person, isNative, gateway.toString(), client));
  }

  /** Waits until every client has as many events as are its own, then compares each, in order. */
  public void assertEachGotExactlyItsOwn(Sql db) throws Exception {
    List<JsonNode> log = new ArrayList<>();
    for (String row :
        db.column(
            "SELECT json_build_object('type', type, 'data', data) FROM event_log"
                + " WHERE shard = 0 ORDER BY sequence")) {
      log.add(Json.MAPPER.readTree(row));
    }
    for (Seat seat : seats) {
      List<String> own =
          log.stream()
              .filter(event -> isTheirs(event.get("data"), seat.person()))
              .map(event -> line(event.get("type").asText(), event.get("data")))
              .toList();
      List<String> got = new ArrayList<>();
      while (got.size() < own.size()) keep(seat.client().next(), got);
      seat.client().settle().forEach(frame -> keep(frame, got));
      assertEquals(own, got, () -> seat.person().name() + " at " + seat.where());
    }
  }

  public int size() {
    return seats.size();
  }

  @Override
  public void close() {
    seats.forEach(seat -> seat.client().close());
  }

  /** From the task itself, not from the streams the product chose for it. */
  private static boolean isTheirs(JsonNode data, Person person) {
    if (data.get("owner_id").asText().equals(person.name())) return true;
    if (person.teams().contains(data.path("team_id").asText())) return true;
    for (JsonNode user : data.get("shared_with")) {
      if (user.asText().equals(person.name())) return true;
    }
    return false;
  }

  private static void keep(JsonNode frame, List<String> got) {
    String type = WsClient.type(frame);
    if (type.startsWith("task_")) got.add(line(type, frame.get("data")));
  }

  private static String line(String type, JsonNode data) {
    return type + " " + data.get("task_id").asText() + " v" + data.get("version").asText();
  }
}
