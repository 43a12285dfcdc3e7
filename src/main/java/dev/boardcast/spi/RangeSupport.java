package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * How a board tells its numbers of a range of time, exactly: from the same rollups as its snapshot,
 * so between two edges of their buckets.
 *
 * @param step what edges are whole multiples of, since 1970 in UTC
 * @param zone whose days may stand for their start, where that is such an edge
 */
public record RangeSupport(Duration step, ZoneId zone, Reading reading) {
  /** Reads what is folded of a range. */
  @FunctionalInterface
  public interface Reading {
    /**
     * @param to exclusive
     * @return one JSON object with at least one number, without {@code from}, {@code to} and {@code
     *     timestamp}; without what makes sense of now only
     */
    Future<RawJson> read(SqlClient client, Instant from, Instant to);
  }
}
