package dev.boardcast.sources;

/** Follows a reading of a source. Called on the thread that reads. */
interface SyncProgress {
  /** Reports nothing. */
  SyncProgress NONE = new SyncProgress() {};

  /**
   * Rows of the table have been read.
   *
   * @param read rows, or blocks, so far
   * @param all an estimate of all; 0 if unknown
   */
  default void read(long read, long all) {}

  /** A count of all rows of a source that is read by a watermark begins. */
  default void counts() {}

  /** A step has ended, and the next begins: where a test may end the process. */
  default void step(String done) {}
}
