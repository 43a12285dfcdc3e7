package dev.boardcast.alerts;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.boardcast.spi.Json;
import io.vertx.sqlclient.Row;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Conversions between columns and values. */
final class Sql {
  private Sql() {}

  static OffsetDateTime utc(Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  static Instant time(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  static BigDecimal number(Row row, String column) {
    var number = row.getNumeric(column);
    return number == null ? null : number.bigDecimalValue();
  }

  /** A value of JSON that this package wrote. */
  static <T> T json(String text, Class<T> type) {
    try {
      return Json.MAPPER.readValue(text, type);
    } catch (JsonProcessingException defect) {
      throw new IllegalStateException("stored JSON cannot be read as " + type, defect);
    }
  }
}
