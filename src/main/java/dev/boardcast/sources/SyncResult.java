package dev.boardcast.sources;

/**
 * The result of one reading of a source.
 *
 * @param hasNewFacts whether facts were committed
 * @param corrected facts that a count of all rows had to add; -1 without a count
 * @param cause why all rows were counted, or why there is a difference; null for no reason
 * @param isBusy whether another process reads the source
 * @param hasMore whether rows are left that could be read at once
 * @param needsCount whether all rows are to be counted, by another reading
 */
record SyncResult(
    boolean hasNewFacts,
    long corrected,
    String cause,
    boolean isBusy,
    boolean hasMore,
    boolean needsCount) {
  static final SyncResult BUSY = new SyncResult(false, -1, null, true);
  static final SyncResult NOTHING = new SyncResult(false, -1, null, false);
  static final SyncResult UNCOUNTED = NOTHING.uncounted();

  /** Of a reading that has left nothing. */
  SyncResult(boolean hasNewFacts, long corrected, String cause, boolean isBusy) {
    this(hasNewFacts, corrected, cause, isBusy, false);
  }

  SyncResult(boolean hasNewFacts, long corrected, String cause, boolean isBusy, boolean hasMore) {
    this(hasNewFacts, corrected, cause, isBusy, hasMore, false);
  }

  SyncResult uncounted() {
    return new SyncResult(hasNewFacts, corrected, cause, isBusy, hasMore, true);
  }
}
