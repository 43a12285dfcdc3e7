package dev.boardcast.auth.revocation;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.Revocation;
import dev.boardcast.bus.TypedBus;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Revokes the tokens of users who are erased, and takes their names out of all revocations: what
 * remains is a salted digest, which refuses the same tokens. Thread safe.
 *
 * <ul>
 *   <li>While a user is erased, and for an hour after it, no token is accepted.
 *   <li>Tokens that were issued before the end of the erasure stay refused for as long as a token
 *       can be valid. So it does no harm that removals from teams, which outweigh what older tokens
 *       claim, are deleted.
 * </ul>
 */
public final class ErasedUsers {
  private static final Duration PAUSE = Duration.ofHours(1);
  // For tokens that do not expire.
  private static final Duration FOR_EVER = Duration.ofDays(3650);
  private static final int SALT_BYTES = 16;

  private static final String REASON = "erased";
  private static final String BY = "(erasure)";

  // Renewed long before it ends: an erasure that waits runs again after ten minutes at the latest.
  private static final String SHUT_OUT =
      """
      WITH next AS (UPDATE revocation_version SET version = version + 1 RETURNING version)
      INSERT INTO revocation (id, version, user_id, reason, created_by, created_at, until, own)
      SELECT gen_random_uuid(), next.version, $1, $2, $3, clock_timestamp(), $4, false
      FROM next
      WHERE NOT EXISTS (SELECT FROM revocation WHERE user_id = $1 AND created_by = $3
                        AND until > clock_timestamp() + interval '30 minutes'
                        AND lifted_at IS NULL)
      RETURNING %s"""
          .formatted(RevocationStore.COLUMNS);
  private static final String ACTIVE =
      """
      SELECT count(*) FROM revocation
      WHERE NOT own AND until > clock_timestamp() AND lifted_at IS NULL""";

  // Every change of revocations waits for the row of revocation_version.
  private static final String LOCK = "SELECT version FROM revocation_version FOR UPDATE";
  private static final String SALT =
      "SELECT user_digest FROM revocation WHERE user_digest IS NOT NULL LIMIT 1";
  // One that the user has made would tell who the pseudonym is.
  private static final String FORGET =
      """
      WITH own AS (
        SELECT id, row_number() OVER (ORDER BY version) AS n FROM revocation WHERE user_id = $1
      ), next AS (
        UPDATE revocation_version SET version = version + (SELECT count(*) FROM own)
        RETURNING version - (SELECT count(*) FROM own) AS before
      )
      UPDATE revocation r
      SET version = next.before + own.n, user_id = 'erased-' || r.id, user_digest = $2, own = false,
          created_by = CASE WHEN r.created_by IN ($1, $3) THEN $4 ELSE r.created_by END,
          lifted_by = CASE WHEN r.lifted_by IN ($1, $3) THEN $4 ELSE r.lifted_by END,
          reason = replace(r.reason, $3, 'erased'),
          until = CASE WHEN r.created_by = $4 AND r.issued_before IS NULL
                       THEN least(r.until, $5) ELSE r.until END
      FROM own, next WHERE r.id = own.id
      RETURNING %s"""
          .formatted(RevocationStore.COLUMNS.replaceAll("(\\w+)", "r.$1"));
  private static final String REFUSE_OLDER =
      """
      WITH next AS (UPDATE revocation_version SET version = version + 1 RETURNING version)
      INSERT INTO revocation (id, version, user_id, user_digest, issued_before, reason, created_by,
                              created_at, until, own)
      SELECT id, next.version, 'erased-' || id, $1, $2, $3, $4, clock_timestamp(), $5, false
      FROM next, gen_random_uuid() AS id
      RETURNING %s"""
          .formatted(RevocationStore.COLUMNS);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Pool pool;
  private final TypedBus bus;
  private final AccessGuard guard;
  private final Duration keep;

  public ErasedUsers(Pool pool, TypedBus bus, AccessGuard guard, AuthConfig config) {
    this.pool = pool;
    this.bus = bus;
    this.guard = guard;
    this.keep = config.allowsNoExpiry() ? FOR_EVER : config.revocationDuration();
  }

  /**
   * Ends the sessions of a user and refuses all tokens until the user is forgotten. Running it
   * again is harmless.
   *
   * @return fails when there are {@link RevocationStore#MAX_ACTIVE} already
   */
  public Future<Void> shutOut(String user) {
    var values = Tuple.of(user, REASON, BY, utc(Instant.now().plus(keep)));
    return pool.withTransaction(
            tx ->
                tx.query(LOCK)
                    .execute()
                    .compose(locked -> tx.query(ACTIVE).execute())
                    .compose(
                        rows ->
                            rows.iterator().next().getLong(0) < RevocationStore.MAX_ACTIVE
                                ? tx.preparedQuery(SHUT_OUT).execute(values)
                                : Future.failedFuture(
                                    RevocationStore.MAX_ACTIVE
                                        + " revocations are in force; lift some")))
        .map(RevocationStore::all)
        .onSuccess(this::announce)
        .mapEmpty();
  }

  /**
   * Replaces the name in all revocations by a digest, and refuses tokens that were issued until
   * now.
   *
   * @param pseudonym what has taken the place of the user's name
   * @return what to {@link #announce} after the commit
   */
  public Future<List<Revocation>> forget(SqlClient tx, String user, String pseudonym) {
    Instant now = Instant.now();
    // Tokens tell their time in whole seconds.
    Instant next = now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    List<Revocation> changed = new ArrayList<>();
    return tx.query(LOCK)
        .execute()
        .compose(locked -> tx.query(SALT).execute())
        .map(
            rows -> {
              for (Row row : rows) return UserDigest.parse(row.getString(0)).salt();
              return randomSalt();
            })
        .map(salt -> UserDigest.of(salt, user).text())
        .compose(
            digest ->
                tx.preparedQuery(FORGET)
                    .execute(Tuple.of(user, digest, pseudonym, BY, utc(now.plus(PAUSE))))
                    .onSuccess(rows -> changed.addAll(RevocationStore.all(rows)))
                    .compose(
                        forgotten ->
                            tx.preparedQuery(REFUSE_OLDER)
                                .execute(
                                    Tuple.of(digest, utc(next), REASON, BY, utc(now.plus(keep))))))
        .onSuccess(rows -> changed.addAll(RevocationStore.all(rows)))
        // The planner's statistics have frequent values.
        .compose(refused -> tx.query("ANALYZE revocation").execute())
        .map(changed);
  }

  /** Tells all nodes; they would find out with their next heartbeat. */
  public void announce(List<Revocation> changed) {
    guard.apply(changed);
    changed.forEach(each -> bus.publish(Addresses.REVOCATIONS, each));
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  private static String randomSalt() {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return HexFormat.of().formatHex(salt);
  }
}
