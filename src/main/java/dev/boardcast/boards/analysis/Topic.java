package dev.boardcast.boards.analysis;

import io.vertx.sqlclient.Row;
import java.time.Instant;

/**
 * What messages are about.
 *
 * @param name unique, and the label by which a prediction of this topic is told right or wrong
 * @param description maybe empty
 */
public record Topic(
    String id, String name, String description, Instant createdAt, Instant updatedAt) {
  static final String COLUMNS = "id, name, description, created_at, updated_at";

  static Topic of(Row row) {
    return new Topic(
        row.getString("id"),
        row.getString("name"),
        row.getString("description"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("updated_at").toInstant());
  }

  Page.Cursor place() {
    return new Page.Cursor(createdAt, id);
  }
}
