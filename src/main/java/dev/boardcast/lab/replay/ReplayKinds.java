package dev.boardcast.lab.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sends the facts of a board with several kinds: a line is of the first kind whose field it has.
 */
final class ReplayKinds implements ReplayBoard {
  private final Map<String, ReplayBoard> kinds = new LinkedHashMap<>();

  private ReplayKinds() {}

  /** Transactions in order, as a later one replaces an earlier one; the rest in parallel. */
  static ReplayKinds platform() {
    return new ReplayKinds()
        .with("transaction_id", inOrder("/api/v1/analytics/transactions", "occurred_at"))
        .with("content_id", new ReplayBatches("/api/v1/analytics/views", "viewed_at"))
        .with("user_id", new ReplayBatches("/api/v1/analytics/activity", "at"));
  }

  static ReplayKinds pipeline() {
    var samples = new ReplayBatches("/api/v1/monitoring/quality-samples", "sampled_at");
    return new ReplayKinds()
        .with("status", new ReplayBatches("/api/v1/monitoring/scrape-runs", "finished_at"))
        .with("geocoding_attempts", samples)
        .with("checks", samples);
  }

  /** A topic is created before the messages that follow it are sent. */
  static ReplayKinds analysis() {
    return new ReplayKinds()
        .with("noise", new ReplayBatches("/api/v1/messages", "sent_at"))
        .with("name", new ReplayReferences("/api/v1/topics"));
  }

  @Override
  public List<String> timeFields() {
    return kinds.values().stream().flatMap(kind -> kind.timeFields().stream()).distinct().toList();
  }

  @Override
  public void add(ReplayLines.ReplayLine line, Consumer<ReplayRequest> out) {
    JsonNode fact = parse(line.text());
    for (var kind : kinds.entrySet()) {
      if (!fact.has(kind.getKey())) continue;
      kind.getValue().add(line, out);
      return;
    }
    throw new IllegalArgumentException("expected one of " + String.join(", ", kinds.keySet()));
  }

  @Override
  public void flush(Consumer<ReplayRequest> out) {
    kinds.values().stream().distinct().forEach(kind -> kind.flush(out));
  }

  /** Parses one JSON object. */
  static ObjectNode parse(byte[] text) {
    try {
      if (Json.MAPPER.readTree(text) instanceof ObjectNode object) return object;
    } catch (IOException malformed) {
      // Reported below.
    }
    throw new IllegalArgumentException("expected one JSON object");
  }

  private static ReplayBatches inOrder(String path, String timeField) {
    return new ReplayBatches(path, timeField).inOrder();
  }

  private ReplayKinds with(String field, ReplayBoard kind) {
    kinds.put(field, kind);
    return this;
  }
}
