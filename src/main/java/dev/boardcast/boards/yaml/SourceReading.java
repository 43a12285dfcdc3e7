package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.Declaration.SourceTable;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;

/** Says in snapshots how, and up to when, the source of a board is read that has no triggers. */
final class SourceReading {
  private static final String READING =
      "SELECT mode, as_of, every_ms, lag_ms FROM source WHERE name = $1 AND mode <> 'triggers'";

  private SourceReading() {}

  /**
   * Adds the member {@link Declaration#SOURCE} to a snapshot. Boards of their own facts, and those
   * of sources with triggers, stay as they are.
   */
  static Future<RawJson> shown(SqlClient transaction, Declaration file, Future<RawJson> snapshot) {
    if (file.source().filter(SourceTable::isOnlyRead).isEmpty()) return snapshot;
    return transaction
        .preparedQuery(READING)
        .execute(Tuple.of(file.source().get().key()))
        .compose(
            rows ->
                snapshot.map(
                    data -> {
                      for (var row : rows) {
                        return with(
                            data,
                            row.getString("mode"),
                            row.getOffsetDateTime("as_of"),
                            (row.getLong("every_ms") + row.getLong("lag_ms")) / 1000);
                      }
                      return data;
                    }));
  }

  private static RawJson with(RawJson data, String mode, OffsetDateTime asOf, long delaySeconds) {
    Instant time = asOf == null ? null : asOf.toInstant();
    var reading = new LinkedHashMap<String, Object>();
    reading.put("mode", mode);
    reading.put("as_of", time);
    reading.put("delay_seconds", delaySeconds);
    String text = data.text();
    String separator = text.equals("{}") ? "" : ",";
    return RawJson.of(
        "%s%s%s:%s}"
            .formatted(
                text.substring(0, text.length() - 1),
                separator,
                Json.encode(Declaration.SOURCE),
                Json.encode(reading)));
  }
}
