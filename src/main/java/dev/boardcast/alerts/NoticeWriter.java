package dev.boardcast.alerts;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.Notices;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Writes messages of boards to the outbox of alerts. Thread safe. */
final class NoticeWriter implements Notices {
  // Each is a group of its own: none waits for another. Of its channels several may lead to one
  // receiver, which takes what has the same id for the same message.
  private static final String INSERT =
      """
      INSERT INTO alert_delivery
        (id, channel, kind, group_key, transitions, created_at, due_at, notice)
      SELECT md5($1::uuid || ' ' || c.id)::uuid, c.id, 'notice', 'notice ' || $1::uuid, '{}', $2, $2,
             $4::text::jsonb
      FROM alert_channel c WHERE c.id = ANY ($3::text[])""";

  /** What a message tells that tells no transition. */
  record Stored(String kind, String text, Instant at, RawJson data) {}

  @Override
  public Future<Void> append(SqlClient transaction, List<Notice> notices) {
    List<Tuple> rows = new ArrayList<>();
    for (Notice each : notices) {
      if (each.channels().isEmpty()) continue;
      var stored = new Stored(each.kind(), each.text(), each.at(), each.data());
      rows.add(
          Tuple.of(each.id(), Sql.utc(Instant.now()))
              .addArrayOfString(each.channels().toArray(String[]::new))
              .addString(Json.encode(stored)));
    }
    if (rows.isEmpty()) return Future.succeededFuture();
    return transaction.preparedQuery(INSERT).executeBatch(rows).mapEmpty();
  }
}
