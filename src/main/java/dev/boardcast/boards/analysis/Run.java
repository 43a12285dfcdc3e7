package dev.boardcast.boards.analysis;

import dev.boardcast.spi.Page;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * An analysis run over the messages of a time window, as clients see it.
 *
 * @param triggerType {@code manual} or {@code scheduled}
 * @param scheduleId the schedule that asked for it; null for none
 * @param status {@code open} or {@code closed}
 * @param closedAt null while the run is open
 */
record Run(
    String id,
    Instant timeWindowStart,
    Instant timeWindowEnd,
    String triggerType,
    UUID scheduleId,
    String status,
    Instant openedAt,
    Instant closedAt) {
  static final String COLUMNS =
      "id, time_window_start, time_window_end, trigger_type, schedule_id, opened_at, closed_at";

  static Run of(Row row) {
    OffsetDateTime closed = row.getOffsetDateTime("closed_at");
    return new Run(
        row.getString("id"),
        row.getOffsetDateTime("time_window_start").toInstant(),
        row.getOffsetDateTime("time_window_end").toInstant(),
        row.getString("trigger_type"),
        row.getUUID("schedule_id"),
        closed == null ? "open" : "closed",
        row.getOffsetDateTime("opened_at").toInstant(),
        closed == null ? null : closed.toInstant());
  }

  Page.Cursor cursor() {
    return new Page.Cursor(openedAt, id);
  }
}
