package dev.boardcast.bus;

import java.time.Instant;

/**
 * All numbers of a board at one moment.
 *
 * @param version grows with every change of the numbers; a lower one is older news
 * @param computedAt when the numbers were folded and read
 * @param timestamp when this message was made: a heartbeat re-sends known numbers with a fresh one
 * @param stale whether the numbers could not be checked against the database at {@code timestamp}
 * @param data the numbers, one JSON object without {@code timestamp}, encoded once and passed on as
 *     bytes
 */
public record Snapshot(
    String board,
    long version,
    Instant computedAt,
    Instant timestamp,
    boolean stale,
    RawJson data) {

  /** The same numbers, sent again at {@code now}. */
  public Snapshot resent(Instant now, boolean stale) {
    return new Snapshot(board, version, computedAt, now, stale, data);
  }
}
