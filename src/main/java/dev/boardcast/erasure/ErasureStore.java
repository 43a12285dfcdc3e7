package dev.boardcast.erasure;

import dev.boardcast.auth.revocation.UserDigest;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
  // One that has to wait lets others pass.
  private static final String NEXT =
      """
      SELECT * FROM erasure WHERE finished_at IS NULL
        AND (retry_at IS NULL OR retry_at <= clock_timestamp())
      ORDER BY retry_at NULLS FIRST, requested_at LIMIT 1""";
  private static final String GET = "SELECT * FROM erasure WHERE id = $1";
  private static final String LIST =
      """
      SELECT * FROM erasure
      WHERE $1::uuid IS NULL
         OR (requested_at, id) < (SELECT requested_at, id FROM erasure WHERE id = $1)
      ORDER BY requested_at DESC, id DESC LIMIT $2""";
  private static final String CHANGED =
      """
      UPDATE erasure SET rows = jsonb_set(rows, ARRAY[$2::text],
          to_jsonb(coalesce((rows ->> $2::text)::bigint, 0) + $3::bigint)),
        stale = ARRAY(SELECT DISTINCT b FROM unnest(stale || $4::text[]) AS b)
      WHERE id = $1""";
  private static final String AT_LEAST =
      """
      UPDATE erasure SET at_least = array_append(array_remove(at_least, $2), $2) WHERE id = $1""";
  private static final String RESET =
      "UPDATE erasure SET rows = '{}', at_least = '{}' WHERE id = $1";
  private static final String BEGIN =
      "UPDATE erasure SET running = NOT dry_run, retry_at = NULL WHERE id = $1";
  // The longer it has waited, the longer the pause.
  private static final String POSTPONE =
      """
      UPDATE erasure SET running = $2, retry_at = clock_timestamp()
        + greatest(interval '10 seconds',
                   least(interval '10 minutes', (clock_timestamp() - requested_at) / 8))
      WHERE id = $1""";
  private static final String STALE = "SELECT stale, waits FROM erasure WHERE id = $1";
  private static final String SET_STALE = "UPDATE erasure SET stale = $2, waits = $3 WHERE id = $1";
  // The name goes, and with the pseudonym every way from one to the other.
  private static final String FINISH =
      """
      UPDATE erasure SET finished_at = clock_timestamp(), error = $2, user_id = NULL,
        pseudonym = NULL, running = false, stale = '{}', waits = '{}', retry_at = NULL,
        requested_by = CASE WHEN requested_by = user_id THEN pseudonym ELSE requested_by END
      WHERE id = $1""";

  private static final SecureRandom RANDOM = new SecureRandom();

  private ErasureStore() {}

  /**
   * Requests an erasure.
   *
   * @param texts whether the name is also replaced where it is a word of a longer text; by default
   *     unless it is a number or the like
   * @return empty when {@link #MAX_OPEN} others are not finished
   */
  public static Future<Optional<Erasure>> add(
      SqlClient client, String user, boolean dryRun, Optional<Boolean> texts, String by) {
    String salt = random(16);
    return client
        .preparedQuery(ADD)
        .execute(
            Tuple.of(
                    UUID.randomUUID(),
                    user,
                    "erased-" + random(6),
                    salt,
                    UserDigest.of(salt, user).hash())
                .addBoolean(dryRun)
                .addBoolean(texts.orElse(!NamePattern.isCommon(user)))
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

  /**
   * Adds to the changed rows of a table, in the transaction of the change.
   *
   * @param boards that count them
   */
  static Future<Void> changed(
      SqlClient transaction, UUID id, String table, long rows, Set<String> boards) {
    return transaction
        .preparedQuery(CHANGED)
        .execute(Tuple.of(id, table, rows).addArrayOfString(boards.toArray(String[]::new)))
        .mapEmpty();
  }

  /** Adds to the rows of a table that were found. */
  static Future<Void> counted(SqlClient client, UUID id, String table, long rows) {
    return changed(client, id, table, rows, Set.of());
  }

  /** A table has more rows than were found. */
  static Future<Void> atLeast(SqlClient client, UUID id, String table) {
    return client.preparedQuery(AT_LEAST).execute(Tuple.of(id, table)).mapEmpty();
  }

  /** A node begins, or goes on. */
  static Future<Void> begin(SqlClient client, UUID id) {
    return client.preparedQuery(BEGIN).execute(Tuple.of(id)).mapEmpty();
  }

  /**
   * Sets an erasure aside for a while: others pass.
   *
   * @param running whether facts may have been changed of which nothing is stored
   */
  static Future<Void> postpone(SqlClient client, UUID id, boolean running) {
    return client.preparedQuery(POSTPONE).execute(Tuple.of(id, running)).mapEmpty();
  }

  /**
   * What an erasure waits for.
   *
   * @param stale boards that are still to be recomputed
   * @param waits why it waits, by board or other name
   */
  record Waiting(Set<String> stale, Map<String, String> waits) {}

  /** What an erasure waits for. */
  static Future<Waiting> waiting(SqlClient client, UUID id) {
    return client
        .preparedQuery(STALE)
        .execute(Tuple.of(id))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              return new Waiting(
                  new TreeSet<>(Arrays.asList(row.getArrayOfStrings("stale"))), waits(row));
            });
  }

  /** Stores what an erasure waits for. */
  static Future<Void> setWaiting(SqlClient client, UUID id, Waiting waiting) {
    return client
        .preparedQuery(SET_STALE)
        .execute(
            Tuple.of(id)
                .addArrayOfString(waiting.stale().toArray(String[]::new))
                .addJsonObject(new JsonObject(new TreeMap<>(waiting.waits()))))
        .mapEmpty();
  }

  /**
   * Ends an erasure and forgets the user.
   *
   * @param error null if it succeeded
   */
  static Future<Void> finish(SqlClient client, UUID id, String error) {
    return client.preparedQuery(FINISH).execute(Tuple.of(id, error)).mapEmpty();
  }

  private static Map<String, String> waits(Row row) {
    Map<String, String> waits = new TreeMap<>();
    row.get(JsonObject.class, "waits")
        .forEach(each -> waits.put(each.getKey(), (String) each.getValue()));
    return waits;
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
              counts,
              List.of(row.getArrayOfStrings("at_least")),
              waits(row)));
    }
    return all;
  }

  private static Instant time(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
