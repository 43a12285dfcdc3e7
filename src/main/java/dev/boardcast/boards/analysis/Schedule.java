package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.boardcast.spi.Json;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * When analysis runs are opened, as clients see it.
 *
 * @param nextAt when the next run is due
 * @param lastAt when the last run that was opened was due; null before the first
 * @param skippedAt when a run was due that was left out, because the one before was still open;
 *     null if none was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Schedule(
    UUID id,
    @JsonUnwrapped NewSchedule definition,
    Instant createdAt,
    Instant nextAt,
    Instant lastAt,
    Instant skippedAt) {
  static final String COLUMNS =
      "id, definition::text AS definition, created_at, next_at, last_at, skipped_at";

  static Schedule of(Row row) {
    return new Schedule(
        row.getUUID("id"),
        definition(row.getString("definition")),
        time(row, "created_at"),
        time(row, "next_at"),
        time(row, "last_at"),
        time(row, "skipped_at"));
  }

  private static NewSchedule definition(String json) {
    try {
      return Json.MAPPER.readValue(json, NewSchedule.class);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static Instant time(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
