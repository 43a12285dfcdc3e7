package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Clients of one board by several paths, each with the newest numbers that it was sent. */
public final class BoardViewers implements AutoCloseable {
  private static final Set<String> NO_NUMBERS = Set.of("connection_ack", "subscribed");

  private final Map<String, WsClient> clients = new LinkedHashMap<>();
  private final Map<String, JsonNode> newest = new LinkedHashMap<>();

  /**
   * @param paths below the node's address
   */
  public BoardViewers(Vertx vertx, String node, List<String> paths) {
    paths.forEach(path -> clients.put(path, WsClient.connect(vertx, node + path)));
  }

  /** Path to numbers; those that have come since {@link #forget}. */
  public Map<String, JsonNode> newest() {
    clients.forEach(
        (path, client) -> {
          for (JsonNode frame : client.drain()) {
            if (!NO_NUMBERS.contains(WsClient.type(frame))) newest.put(path, numbers(frame));
          }
        });
    return newest;
  }

  /** What came until now does not count. */
  public void forget() {
    newest();
    newest.clear();
  }

  /** The numbers of a frame or an answer, whatever its shape, without the time they were sent. */
  public static JsonNode numbers(JsonNode frame) {
    ObjectNode numbers = (frame.has("data") ? frame.get("data") : frame).deepCopy();
    numbers.remove("timestamp");
    return numbers;
  }

  @Override
  public void close() {
    clients.values().forEach(WsClient::close);
  }
}
