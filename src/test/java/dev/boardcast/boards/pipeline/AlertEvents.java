package dev.boardcast.boards.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Sql;
import java.util.ArrayList;
import java.util.List;

/** Reads the events of alerts from the outbox, each once. */
final class AlertEvents {
  static final String NONE = "";

  private final Sql sql;
  private long seen;

  AlertEvents(Sql sql) {
    this.sql = sql;
  }

  /** Events since the last call. */
  List<JsonNode> events() throws Exception {
    var events = new ArrayList<JsonNode>();
    for (String row :
        sql.column(
            """
            SELECT json_build_object('id', id, 'type', type, 'streams', streams, 'data', data)
            FROM outbox WHERE id > %d ORDER BY id"""
                .formatted(seen))) {
      JsonNode event = Json.MAPPER.readTree(row);
      assertEquals("[\"alerts\"]", event.get("streams").toString());
      seen = event.get("id").asLong();
      events.add(event);
    }
    return events;
  }

  /** The events since the last call as texts, sorted and joined. */
  String next() {
    var texts = new ArrayList<String>();
    try {
      for (JsonNode event : events()) {
        JsonNode alert = event.get("data");
        texts.add(
            String.join(
                " ",
                event.get("type").asText(),
                alert.get("source").asText(),
                alert.get("rule").asText(),
                alert.get("severity").asText()));
      }
    } catch (Exception broken) {
      throw new AssertionError(broken);
    }
    texts.sort(null);
    return String.join(", ", texts);
  }
}
