package dev.boardcast.events;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Origin;
import dev.boardcast.spi.RawJson;
import io.vertx.sqlclient.Row;
import java.util.List;

/** Maps columns {@code sequence, event_id, type, streams, data::text, at, origin} to an event. */
final class EventRowMapper {
  private EventRowMapper() {}

  /**
   * Maps one row.
   *
   * @param first position of {@code sequence} among the columns
   */
  static LoggedEvent event(Row row, int first) {
    return new LoggedEvent(
        row.getLong(first),
        row.getUUID(first + 1),
        row.getString(first + 2),
        List.of(row.getArrayOfStrings(first + 3)),
        RawJson.of(row.getString(first + 4)),
        row.getOffsetDateTime(first + 5).toInstant(),
        Origin.parse(row.getString(first + 6)));
  }
}
