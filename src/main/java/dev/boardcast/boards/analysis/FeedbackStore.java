package dev.boardcast.boards.analysis;

import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.ZoneOffset;

/**
 * Stores verdicts on proposals. A proposal is known by its verdicts only. Each change is a fact of
 * the board, written by the same statement. Thread safe.
 */
final class FeedbackStore {
  // The replaced verdict is read under the lock of the upsert, so it is subtracted once.
  private static final String GIVE =
      """
      WITH f AS (
        INSERT INTO analysis_feedback AS f (proposal_id, user_id, verdict, given_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (proposal_id, user_id) DO UPDATE
          SET replaced = f.verdict, verdict = excluded.verdict,
              given_at = greatest(f.given_at, excluded.given_at)
        RETURNING verdict, replaced, given_at)
      INSERT INTO analysis_change (counter, delta, at)
      SELECT v.counter, v.delta, f.given_at
      FROM f CROSS JOIN LATERAL (VALUES (f.verdict, 1), (f.replaced, -1)) AS v (counter, delta)
      WHERE v.counter IS NOT NULL""";
  private static final String COUNT =
      """
      SELECT count(*) FILTER (WHERE verdict = 'approved') AS approved,
             count(*) FILTER (WHERE verdict = 'rejected') AS rejected
      FROM analysis_feedback WHERE proposal_id = $1""";

  private final Clock clock;

  FeedbackStore(Clock clock) {
    this.clock = clock;
  }

  /** The number of users per verdict. */
  record Proposal(String proposalId, long approved, long rejected) {}

  /** Stores a user's verdict in place of an earlier one. */
  Future<Proposal> give(SqlClient tx, String proposal, Principal user, Feedback.Verdict verdict) {
    return tx.preparedQuery(GIVE)
        .execute(
            Tuple.of(
                proposal, user.user(), verdict.stored(), clock.instant().atOffset(ZoneOffset.UTC)))
        .compose(given -> find(tx, proposal));
  }

  /** Finds a proposal; fails with 404 when it has no verdicts. */
  Future<Proposal> find(SqlClient client, String id) {
    return client
        .preparedQuery(COUNT)
        .execute(Tuple.of(id))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              var found = new Proposal(id, row.getLong("approved"), row.getLong("rejected"));
              if (found.approved() + found.rejected() == 0) {
                throw Problem.notFound("feedback on " + id);
              }
              return found;
            });
  }
}
