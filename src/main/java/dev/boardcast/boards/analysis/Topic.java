package dev.boardcast.boards.analysis;

import dev.boardcast.spi.Page;
import io.vertx.sqlclient.Row;
import java.time.Instant;

/**
 * A topic of messages, as clients see it.
 *
 * @param name unique; the label that a prediction of this topic is compared by
 * @param description may be empty
 */
record Topic(String id, String name, String description, Instant createdAt, Instant updatedAt) {
  static final String COLUMNS = "id, name, description, created_at, updated_at";

  static Topic of(Row row) {
    return new Topic(
        row.getString("id"),
        row.getString("name"),
        row.getString("description"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("updated_at").toInstant());
  }

  Page.Cursor cursor() {
    return new Page.Cursor(createdAt, id);
  }
}
