package dev.boardcast.spi;

/**
 * Another node holds the lease for a job now. The transaction that fails with it is rolled back,
 * and this node stops the job until it acquires the lease again. Not logged as an error.
 */
public final class LeaseLostException extends RuntimeException {
  /**
   * @param lease the lease's name, such as {@code board.routing}
   */
  public LeaseLostException(String lease) {
    super("lease " + lease + " was lost", null, false, false);
  }
}
