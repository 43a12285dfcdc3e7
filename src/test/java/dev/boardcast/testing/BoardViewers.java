package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Clients of one board on several paths, each with the newest snapshot that it received. */
public final class BoardViewers implements AutoCloseable {
  private static final Set<String> NO_SNAPSHOT = Set.of("connection_ack", "subscribed");

  private final Map<String, WsClient> clients = new LinkedHashMap<>();
  private final Map<String, JsonNode> newest = new LinkedHashMap<>();

  /**
   * @param paths relative to the node's address
   */
  public BoardViewers(Vertx vertx, String node, List<String> paths) {
    paths.forEach(path -> clients.put(path, WsClient.connect(vertx, node + path)));
  }

  /** The newest metrics by path, of those received since {@link #clear}. */
  public Map<String, JsonNode> newest() {
    clients.forEach(
        (path, client) -> {
          for (JsonNode frame : client.drain()) {
            if (!NO_SNAPSHOT.contains(WsClient.type(frame))) newest.put(path, metrics(frame));
          }
        });
    return newest;
  }

  /** Forgets what was received so far. */
  public void clear() {
    newest();
    newest.clear();
  }

  /** The metrics of a frame or response in any format, without their timestamp. */
  public static JsonNode metrics(JsonNode frame) {
    ObjectNode metrics = (frame.has("data") ? frame.get("data") : frame).deepCopy();
    metrics.remove("timestamp");
    return metrics;
  }

  @Override
  public void close() {
    clients.values().forEach(WsClient::close);
  }
}
