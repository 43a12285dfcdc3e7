package dev.boardcast.erasure;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Stores requests to erase users, and their receipts. */
public final class ErasureStore {
  /** Most requests that are not finished. */
  public static final int MAX_OPEN = 100;

  private static final String ADD =
      """
      INSERT INTO erasure
        (id, user_id, pseudonym, salt, user_digest, dry_run, texts, requested_by)
      SELECT $1, $2, $3, $4, $5, $6, $7, $8
      WHERE (SELECT count(*) FROM erasure WHERE finished_at IS NULL) < %d
      RETURNING *"""
          .formatted(MAX_OPEN);
  private static final String NEXT =
      "SELECT * FROM erasure WHERE finished_at IS NULL ORDER BY requested_at LIMIT 1";
  private static final String GET = "SELECT * FROM erasure WHERE id = $1";
  private static final String LIST =
      """
      SELECT * FROM erasure
      WHERE $1::uuid IS NULL
         OR (requested_at, id) < (SELECT requested_at, id FROM erasure WHERE id = $1)
      ORDER BY requested_at DESC, id DESC LIMIT $2""";
  private static final String COUNT =
      """
      UPDATE erasure SET rows = jsonb_set(rows, ARRAY[$2::text],
        to_jsonb(coalesce((rows ->> $2::text)::bigint, 0) + $3::bigint)) WHERE id = $1""";
  private static final String RESET = "UPDATE erasure SET rows = '{}' WHERE id = $1";
  // The name goes, and with the pseudonym every way from one to the other.
  private static final String FINISH =
      """
      UPDATE erasure SET finished_at = clock_timestamp(), error = $2, user_id = NULL,
        pseudonym = NULL,
        requested_by = CASE WHEN requested_by = user_id THEN pseudonym ELSE requested_by END
      WHERE id = $1""";

  private static final SecureRandom RANDOM = new SecureRandom();

  private ErasureStore() {}

  /**
   * Requests an erasure.
   *
   * @return empty when {@link #MAX_OPEN} others are not finished
   */
  public static Future<Optional<Erasure>> add(
      SqlClient client, String user, boolean dryRun, boolean texts, String by) {
    String salt = random(16);
    return client
        .preparedQuery(ADD)
        .execute(
            Tuple.of(UUID.randomUUID(), user, "erased-" + random(6), salt, digest(salt, user))
                .addBoolean(dryRun)
                .addBoolean(texts)
                .addString(by))
        .map(ErasureStore::first);
  }

  /** The oldest request that is not finished. */
  static Future<Optional<Erasure>> next(SqlClient client) {
    return client.query(NEXT).execute().map(ErasureStore::first);
  }

  /** A request or receipt. */
  public static Future<Optional<Erasure>> get(SqlClient client, UUID id) {
    return client.preparedQuery(GET).execute(Tuple.of(id)).map(ErasureStore::first);
  }

  /**
   * Requests and receipts, the newest first.
   *
   * @param after the last one of the page before; null for the first page
   */
  static Future<List<Erasure>> list(SqlClient client, UUID after, int limit) {
    return client.preparedQuery(LIST).execute(Tuple.of(after, limit)).map(ErasureStore::all);
  }

  /** Forgets what was counted, before all is counted again. */
  static Future<Void> reset(SqlClient client, UUID id) {
    return client.preparedQuery(RESET).execute(Tuple.of(id)).mapEmpty();
  }

  /** Adds to the changed rows of a table, in the transaction of the change. */
  static Future<Void> count(SqlClient transaction, UUID id, String table, long rows) {
    return transaction.preparedQuery(COUNT).execute(Tuple.of(id, table, rows)).mapEmpty();
  }

  /**
   * Ends an erasure and forgets the user.
   *
   * @param error null if it succeeded
   */
  static Future<Void> finish(SqlClient client, UUID id, String error) {
    return client.preparedQuery(FINISH).execute(Tuple.of(id, error)).mapEmpty();
  }

  /** SHA-256 of salt and user, in hexadecimal. */
  public static String digest(String salt, String user) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest((salt + user).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException everyPlatformHasIt) {
      throw new IllegalStateException(everyPlatformHasIt);
    }
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private static Optional<Erasure> first(RowSet<Row> rows) {
    return all(rows).stream().findFirst();
  }

  private static List<Erasure> all(RowSet<Row> rows) {
    List<Erasure> all = new ArrayList<>();
    for (Row row : rows) {
      Map<String, Long> counts = new TreeMap<>();
      row.get(JsonObject.class, "rows")
          .forEach(each -> counts.put(each.getKey(), ((Number) each.getValue()).longValue()));
      all.add(
          new Erasure(
              row.getUUID("id"),
              row.getString("user_id"),
              row.getString("pseudonym"),
              row.getString("salt"),
              row.getString("user_digest"),
              row.getBoolean("dry_run"),
              row.getBoolean("texts"),
              row.getString("requested_by"),
              time(row, "requested_at"),
              time(row, "finished_at"),
              row.getString("error"),
              counts));
    }
    return all;
  }

  private static Instant time(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
