package dev.boardcast.metrics.audit;

/** Watermarks of folds: PostgreSQL snapshots ({@code pg_snapshot}) as text. */
public final class Watermark {
  /** Before all transactions: every fact is new. */
  public static final String BEFORE_ALL = "1:1:";

  private Watermark() {}
}
