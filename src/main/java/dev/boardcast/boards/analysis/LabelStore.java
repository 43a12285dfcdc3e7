package dev.boardcast.boards.analysis;

import dev.boardcast.spi.Page;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.stream.StreamSupport;

/**
 * Stores labels that people give to messages in place of those that came with them. Each change is
 * two facts of the board at most, written by the same statement: one takes back what counted, one
 * adds what counts. Thread safe.
 */
final class LabelStore {
  private static final String FROM =
      " FROM analysis_message m LEFT JOIN analysis_label l ON l.message_id = m.id ";
  private static final String FIND = "SELECT " + StoredMessage.COLUMNS + FROM + "WHERE m.id = $1";
  private static final String FIND_EVENT =
      "SELECT " + StoredMessage.COLUMNS + FROM + "WHERE m.event_id = $1";

  // The replaced label is read under the lock of the upsert, so it is taken back once. The same
  // label again changes nothing.
  private static final String CORRECT =
      """
      WITH m AS (
        SELECT *, $2 = predicted_label OR coalesce($2 = predicted_topic_id, false) AS is_right
        FROM analysis_message WHERE id = $1 AND predicted_label IS NOT NULL),
      l AS (
        INSERT INTO analysis_label AS l
          (message_id, true_label, correct, corrected_by, corrected_at)
        SELECT id, $2, is_right, $3, $4 FROM m
        ON CONFLICT (message_id) DO UPDATE
          SET replaced = l.true_label, replaced_correct = l.correct,
              true_label = excluded.true_label, correct = excluded.correct,
              corrected_by = excluded.corrected_by,
              corrected_at = greatest(l.corrected_at, excluded.corrected_at)
          WHERE l.true_label <> excluded.true_label
        RETURNING *)
      INSERT INTO analysis_correction
        (sign, message_id, topic_id, predicted, actual, correct, is_corrected, at)
      SELECT v.sign, m.id, m.topic_id, m.predicted_label,
             CASE WHEN v.correct THEN m.predicted_label ELSE v.label END, v.correct,
             v.is_corrected, m.at
      FROM m JOIN l ON l.message_id = m.id
        CROSS JOIN LATERAL (
          VALUES (1, l.true_label, l.correct, true),
                 (-1, coalesce(l.replaced, m.true_label), coalesce(l.replaced_correct, m.correct),
                  l.replaced IS NOT NULL)) AS v (sign, label, correct, is_corrected)
      WHERE v.label IS NOT NULL""";
  private static final String WITHDRAW =
      """
      WITH l AS (DELETE FROM analysis_label WHERE message_id = $1 RETURNING *)
      INSERT INTO analysis_correction
        (sign, message_id, topic_id, predicted, actual, correct, is_corrected, at)
      SELECT v.sign, m.id, m.topic_id, m.predicted_label,
             CASE WHEN v.correct THEN m.predicted_label ELSE v.label END, v.correct,
             v.is_corrected, m.at
      FROM l JOIN analysis_message m ON m.id = l.message_id
        CROSS JOIN LATERAL (
          VALUES (-1, l.true_label, l.correct, true),
                 (1, m.true_label, m.correct, false)) AS v (sign, label, correct, is_corrected)
      WHERE v.label IS NOT NULL""";

  private final Clock clock;

  LabelStore(Clock clock) {
    this.clock = clock;
  }

  /** Finds a message; fails with 404 when it does not exist. */
  Future<StoredMessage> find(SqlClient client, long id) {
    return client
        .preparedQuery(FIND)
        .execute(Tuple.of(id))
        .map(
            rows -> {
              if (rows.size() == 0) throw Problem.notFound("message " + id);
              return StoredMessage.of(rows.iterator().next());
            });
  }

  /** The message with an event id, or none. */
  Future<Page<StoredMessage>> withEventId(SqlClient client, String eventId) {
    return client
        .preparedQuery(FIND_EVENT)
        .execute(Tuple.of(eventId))
        .map(
            rows ->
                new Page<>(
                    StreamSupport.stream(rows.spliterator(), false).map(StoredMessage::of).toList(),
                    null));
  }

  /**
   * Gives a message a label in place of an earlier one; fails with 404 when the message does not
   * exist, 409 when nothing was predicted of it.
   */
  Future<StoredMessage> correct(SqlClient tx, long id, Principal person, String label) {
    return find(tx, id)
        .compose(
            message -> {
              if (message.predictedLabel() == null) {
                throw Problem.of(
                    409,
                    "Not classified",
                    "message %d has neither a predicted topic nor a predicted label".formatted(id));
              }
              return tx.preparedQuery(CORRECT)
                  .execute(
                      Tuple.of(id, label, person.user(), clock.instant().atOffset(ZoneOffset.UTC)));
            })
        .compose(corrected -> find(tx, id));
  }

  /**
   * Withdraws the label that a person gave, so that the one counts again that came with the
   * message. Without a correction nothing changes. Fails with 404 when the message does not exist.
   */
  Future<StoredMessage> withdraw(SqlClient tx, long id) {
    return tx.preparedQuery(WITHDRAW).execute(Tuple.of(id)).compose(withdrawn -> find(tx, id));
  }
}
