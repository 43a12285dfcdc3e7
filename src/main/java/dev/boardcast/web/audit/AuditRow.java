package dev.boardcast.web.audit;

import io.vertx.sqlclient.Tuple;
import java.util.Locale;

/**
 * One row of the audit trail, without what the database and the node add.
 *
 * @param bulk whether it is of a request that wrote facts or events
 * @param actor the user; null for a caller without a valid token
 * @param userAgent null if unknown
 * @param target empty for none
 * @param outcome one of {@link Outcome}
 * @param status of the response; null while there is none
 * @param reason of a refusal; null for none
 * @param requestId null if there is none
 * @param count how many acts it stands for
 */
record AuditRow(
    boolean bulk,
    String actor,
    String address,
    String userAgent,
    String action,
    String target,
    Outcome outcome,
    Integer status,
    String reason,
    String requestId,
    int count) {
  static final int MAX_TARGET = 512;
  private static final int MAX_TEXT = 200;
  private static final int REPLACEMENT = 0xfffd;

  /** What became of an act. */
  enum Outcome {
    /** The node was about to act, and has not told yet what became of it. */
    BEGUN,
    DONE,
    /** By a status from 400 to 499. */
    REFUSED,
    /** By a status from 500 on: it is not known whether it was done. */
    FAILED;

    static Outcome of(int status) {
      if (status < 400) return DONE;
      return status < 500 ? REFUSED : FAILED;
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  AuditRow {
    actor = shortened(actor, MAX_TEXT);
    userAgent = shortened(userAgent, MAX_TEXT);
    target = shortened(target, MAX_TARGET);
    reason = shortened(reason, MAX_TEXT);
  }

  AuditRow withCount(int other) {
    return new AuditRow(
        bulk, actor, address, userAgent, action, target, outcome, status, reason, requestId, other);
  }

  /** Adds the parameters of {@link AuditSql}. */
  Tuple bind(Tuple parameters, String node) {
    return parameters
        .addBoolean(bulk)
        .addString(actor)
        .addString(address)
        .addString(userAgent)
        .addString(action)
        .addString(target)
        .addString(outcome.text())
        .addInteger(status)
        .addString(reason)
        .addString(requestId)
        .addString(node)
        .addInteger(count);
  }

  /** Without control characters and halves of surrogate pairs, which cannot be stored. */
  private static String shortened(String text, int length) {
    if (text == null) return null;
    String kept = text.length() <= length ? text : text.substring(0, length);
    if (kept.chars().allMatch(c -> c >= ' ' && c < 0x7f)) return kept;
    return kept.codePoints()
        .map(c -> Character.isISOControl(c) || isHalf(c) ? REPLACEMENT : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
