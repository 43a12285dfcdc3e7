package dev.boardcast.boards.analysis;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.data.Numeric;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * A message with the label that counts, as clients see it.
 *
 * @param trueLabel the one that a person gave, or else the one that came with the message
 * @param sentTrueLabel the one that came with the message; null without
 * @param correct null without a predicted or a true label
 * @param correctedBy null if no person has given a label
 */
record StoredMessage(
    String id,
    String eventId,
    String topicId,
    String predictedTopicId,
    String predictedLabel,
    String trueLabel,
    String sentTrueLabel,
    Boolean correct,
    BigDecimal confidence,
    boolean noise,
    Instant sentAt,
    String correctedBy,
    Instant correctedAt) {
  /** To be read from {@code analysis_message AS m LEFT JOIN analysis_label AS l}. */
  static final String COLUMNS =
      """
      m.id, m.event_id, m.topic_id, m.predicted_topic_id, m.predicted_label,
      coalesce(l.true_label, m.true_label) AS true_label, m.true_label AS sent_true_label,
      coalesce(l.correct, m.correct) AS correct, m.confidence, m.noise, m.at, l.corrected_by,
      l.corrected_at""";

  static StoredMessage of(Row row) {
    Numeric confidence = row.get(Numeric.class, "confidence");
    OffsetDateTime corrected = row.getOffsetDateTime("corrected_at");
    return new StoredMessage(
        row.getLong("id").toString(),
        row.getString("event_id"),
        row.getString("topic_id"),
        row.getString("predicted_topic_id"),
        row.getString("predicted_label"),
        row.getString("true_label"),
        row.getString("sent_true_label"),
        row.getBoolean("correct"),
        confidence == null ? null : confidence.bigDecimalValue(),
        row.getBoolean("noise"),
        row.getOffsetDateTime("at").toInstant(),
        row.getString("corrected_by"),
        corrected == null ? null : corrected.toInstant());
  }
}
