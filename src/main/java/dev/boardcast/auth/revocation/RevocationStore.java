package dev.boardcast.auth.revocation;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.Revocation;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.RowExpiryVerticle;
import dev.boardcast.spi.AuditLog;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * Writes and reads revocations. What it has committed is in force on this node at once, and is
 * announced to the others. Thread safe.
 */
public final class RevocationStore {
  /** Most revocations of operators in force at one time: every node keeps them in memory. */
  public static final int MAX_ACTIVE = 50_000;

  /** Most users who have signed out everywhere; each takes half a kilobyte on every node. */
  public static final int MAX_SIGNED_OUT = 100_000;

  /** Rows of revocations that have ended. */
  public static final RowExpiryVerticle.Expiry EXPIRY =
      new RowExpiryVerticle.Expiry("revocation", "until", Duration.ofDays(1));

  static final String COLUMNS =
      "id, version, user_id, session, token_id, key_id, issued_before, reason, created_by,"
          + " created_at, until, lifted_by, lifted_at, own, user_digest";

  // The lock on the row of revocation_version is held until the commit.
  private static final String NEXT =
      "WITH next AS (UPDATE revocation_version SET version = version + 1 RETURNING version) ";

  // Users cannot use up what operators have.
  private static final String VALUES =
      """
      INSERT INTO revocation AS r
        (id, version, user_id, session, token_id, key_id, issued_before, reason, created_by,
         created_at, until, own)
      SELECT $1, next.version, $2, $3, $4, $5, $6, $7, $8, clock_timestamp(), $9, $10
      FROM next
      WHERE ($10 AND EXISTS (SELECT FROM revocation WHERE own AND user_id = $2))
         OR (SELECT count(*) FROM revocation
             WHERE own = $10 AND until > clock_timestamp() AND lifted_at IS NULL) < $11
      """;

  private static final String ADD = NEXT + VALUES + "RETURNING " + COLUMNS;

  private static final String SIGN_OUT =
      NEXT
          + VALUES
          + """
             ON CONFLICT (user_id) WHERE own DO UPDATE
               SET version = excluded.version,
                   issued_before = greatest(r.issued_before, excluded.issued_before),
                   created_at = excluded.created_at, until = excluded.until,
                   lifted_at = NULL, lifted_by = NULL
            RETURNING\s"""
          + COLUMNS.replaceAll("(\\w+)", "r.$1");

  private static final String LIFT =
      """
      WITH next AS (
        UPDATE revocation_version SET version = version + 1
        WHERE EXISTS (
          SELECT FROM revocation
          WHERE id = $1 AND lifted_at IS NULL AND until > clock_timestamp())
        RETURNING version)
      UPDATE revocation AS r
      SET version = next.version, lifted_at = clock_timestamp(), lifted_by = $2
      FROM next
      WHERE r.id = $1 AND r.lifted_at IS NULL AND r.until > clock_timestamp()
      RETURNING\s"""
          + COLUMNS.replaceAll("(\\w+)", "r.$1");

  private static final String LIST =
      "SELECT "
          + COLUMNS
          + " FROM revocation"
          + " WHERE until > clock_timestamp() AND lifted_at IS NULL AND version < $1"
          + " ORDER BY version DESC LIMIT $2";

  private final Pool pool;
  private final TypedBus bus;
  private final AccessGuard guard;
  private final Duration keep;

  /**
   * @param keep how long a revocation lasts that names no end
   */
  public RevocationStore(Pool pool, TypedBus bus, AccessGuard guard, Duration keep) {
    this.pool = pool;
    this.bus = bus;
    this.guard = guard;
    this.keep = keep;
  }

  /** What to revoke; a criterion that is null does not matter, the others must all fit. */
  public record Criteria(
      String user, String session, String tokenId, String keyId, Instant issuedBefore) {}

  /**
   * Adds a revocation.
   *
   * @param until when it ends; empty for the configured duration
   * @param audit of the request; its row is committed with the revocation
   * @return empty when there are {@link #MAX_ACTIVE} already
   */
  public Future<Optional<Revocation>> add(
      Criteria criteria, String reason, String by, Optional<Instant> until, AuditLog audit) {
    return write(ADD, criteria, reason, by, until.orElseGet(this::end), false, audit);
  }

  /**
   * Revokes a user's tokens that were issued before a time, in the user's own name; replaces the
   * user's earlier one, which is always possible.
   *
   * @return empty when there are {@link #MAX_SIGNED_OUT} of other users already
   */
  public Future<Optional<Revocation>> signOut(String user, Instant issuedBefore, AuditLog audit) {
    var criteria = new Criteria(user, null, null, null, issuedBefore);
    return write(SIGN_OUT, criteria, "signed out everywhere", user, end(), true, audit);
  }

  /**
   * Ends a revocation.
   *
   * @return whether there was one in force
   */
  public Future<Boolean> lift(UUID id, String by, AuditLog audit) {
    return change(LIFT, Tuple.of(id, by), audit::append).map(Optional::isPresent);
  }

  /**
   * Lists revocations in force, the latest first.
   *
   * @param before only those with a lower version
   */
  public Future<List<Revocation>> list(long before, int limit) {
    return pool.preparedQuery(LIST).execute(Tuple.of(before, limit)).map(RevocationStore::all);
  }

  private Future<Optional<Revocation>> write(
      String sql,
      Criteria criteria,
      String reason,
      String by,
      Instant until,
      boolean own,
      AuditLog audit) {
    return change(sql, values(criteria, reason, by, until, own), audit::append);
  }

  private static Tuple values(
      Criteria criteria, String reason, String by, Instant until, boolean own) {
    return Tuple.of(UUID.randomUUID(), criteria.user(), criteria.session(), criteria.tokenId())
        .addString(criteria.keyId())
        .addOffsetDateTime(utc(criteria.issuedBefore()))
        .addString(reason)
        .addString(by)
        .addOffsetDateTime(utc(until))
        .addBoolean(own)
        .addInteger(own ? MAX_SIGNED_OUT : MAX_ACTIVE);
  }

  private Future<Optional<Revocation>> change(
      String sql, Tuple parameters, Function<SqlClient, Future<Void>> append) {
    return pool.withTransaction(
            tx ->
                tx.preparedQuery(sql)
                    .execute(parameters)
                    .map(RevocationStore::first)
                    .compose(
                        changed ->
                            changed.isEmpty()
                                ? Future.succeededFuture(changed)
                                : append.apply(tx).map(changed)))
        .onSuccess(changed -> changed.ifPresent(this::announce));
  }

  private void announce(Revocation revocation) {
    guard.apply(List.of(revocation));
    bus.publish(Addresses.REVOCATIONS, revocation);
  }

  private Instant end() {
    return Instant.now().plus(keep);
  }

  private static Optional<Revocation> first(RowSet<Row> rows) {
    return all(rows).stream().findFirst();
  }

  static List<Revocation> all(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(RevocationStore::revocation)
        .toList();
  }

  private static Revocation revocation(Row row) {
    return new Revocation(
        row.getUUID("id"),
        row.getLong("version"),
        row.getString("user_id"),
        row.getString("session"),
        row.getString("token_id"),
        row.getString("key_id"),
        instant(row, "issued_before"),
        row.getString("reason"),
        row.getString("created_by"),
        instant(row, "created_at"),
        instant(row, "until"),
        row.getString("lifted_by"),
        instant(row, "lifted_at"),
        row.getBoolean("own"),
        row.getString("user_digest"));
  }

  private static Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  private static OffsetDateTime utc(Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }
}
