package dev.boardcast.boards.analysis;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.data.Numeric;
import java.math.BigDecimal;

/**
 * Sums over messages of one topic or of all topics. Percentages are null without data.
 *
 * @param labelled messages that have both a predicted and a true label
 * @param corrected messages whose true label a person has given
 * @param confirmed those of them that were classified correctly
 * @param scored messages of topics whose quality is known
 * @param scoreSum the sum over these topics of messages × share that is not noise × mean confidence
 *     of those that are not noise
 */
record MessageTotals(
    long messages,
    long noise,
    long labelled,
    long correct,
    long corrected,
    long confirmed,
    long scored,
    BigDecimal scoreSum) {

  static MessageTotals of(Row row) {
    return new MessageTotals(
        row.getLong("messages"),
        row.getLong("noise"),
        row.getLong("labelled"),
        row.getLong("correct"),
        row.getLong("corrected"),
        row.getLong("confirmed"),
        row.getLong("scored"),
        row.get(Numeric.class, "score_sum").bigDecimalValue());
  }

  BigDecimal noiseRatio() {
    return Percent.of(noise, messages);
  }

  BigDecimal accuracy() {
    return Percent.of(correct, labelled);
  }

  BigDecimal correctedAccuracy() {
    return Percent.of(confirmed, corrected);
  }

  BigDecimal quality() {
    return Percent.of(scoreSum, BigDecimal.valueOf(scored));
  }
}
