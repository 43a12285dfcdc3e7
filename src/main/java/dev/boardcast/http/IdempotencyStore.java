package dev.boardcast.http;

import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.StoredResponse;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;

/** SQL of the table {@code idempotency}. Thread safe. */
final class IdempotencyStore {
  // Waits for a transaction that holds the key; claims the key if that rolled back or is expired.
  private static final String CLAIM =
      """
      INSERT INTO idempotency AS i (principal, key, request) VALUES ($1, $2, $3)
      ON CONFLICT (principal, key) DO UPDATE
        SET request = $3, created_at = now(), status = NULL, etag = NULL, location = NULL, body = NULL
        WHERE i.created_at < now() - $4 * interval '1 millisecond'
      RETURNING key""";
  private static final String READ =
      "SELECT request, status, etag, location, body FROM idempotency WHERE principal = $1 AND key = $2";
  private static final String KEEP =
      """
      UPDATE idempotency SET status = $3, etag = $4, location = $5, body = $6
      WHERE principal = $1 AND key = $2""";

  private final double maxAgeMillis;

  IdempotencyStore(Duration maxAge) {
    maxAgeMillis = maxAge.toMillis();
  }

  record Kept(byte[] request, StoredResponse response) {}

  /**
   * Claims the key for this transaction.
   *
   * @return the response stored under it; empty when the key was free and is claimed now
   */
  Future<Optional<Kept>> claim(SqlClient tx, String principal, String key, byte[] request) {
    return tx.preparedQuery(CLAIM)
        .execute(Tuple.of(principal, key, Buffer.buffer(request), maxAgeMillis))
        .compose(
            claimed ->
                claimed.size() > 0
                    ? Future.succeededFuture(Optional.empty())
                    : tx.preparedQuery(READ)
                        .execute(Tuple.of(principal, key))
                        .map(rows -> Optional.of(kept(rows.iterator().next()))));
  }

  Future<Void> keep(SqlClient tx, String principal, String key, StoredResponse response) {
    return tx.preparedQuery(KEEP)
        .execute(
            Tuple.of(
                principal,
                key,
                response.status(),
                response.etag().orElse(null),
                response.location().orElse(null),
                response.body().map(RawJson::text).orElse(null)))
        .mapEmpty();
  }

  private static Kept kept(Row row) {
    return new Kept(
        row.getBuffer("request").getBytes(),
        new StoredResponse(
            row.getInteger("status"),
            Optional.ofNullable(row.getString("etag")),
            Optional.ofNullable(row.getString("location")),
            Optional.ofNullable(row.getString("body")).map(RawJson::of)));
  }
}
