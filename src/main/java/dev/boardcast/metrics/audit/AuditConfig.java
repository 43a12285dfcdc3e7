package dev.boardcast.metrics.audit;

import java.time.Duration;

/**
 * Configures the audits that compare rollups with the facts they were folded from.
 *
 * @param every pause between two audits of a board, longer where an audit takes more than a
 *     twentieth of it; default 10 min, 0 for no audits
 * @param timeout an audit that takes longer is given up; default 1 min
 * @param maxFacts with more facts than this, one bucket of time is compared instead of all, where
 *     the board supports it; default 1000000
 */
public record AuditConfig(Duration every, Duration timeout, int maxFacts) {
  public static final AuditConfig DEFAULTS =
      new AuditConfig(Duration.ofMinutes(10), Duration.ofMinutes(1), 1_000_000);

  public AuditConfig {
    if (every.isNegative()) {
      throw new IllegalArgumentException("audit-every must not be negative, was " + every);
    }
    if (timeout.toMillis() < 1) {
      throw new IllegalArgumentException("audit-timeout must be at least 1ms, was " + timeout);
    }
    if (maxFacts < 0) {
      throw new IllegalArgumentException("audit-max-facts must be at least 0, was " + maxFacts);
    }
  }
}
