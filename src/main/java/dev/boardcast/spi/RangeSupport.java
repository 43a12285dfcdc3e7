package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * How a board reads its metrics of a time range from its rollups, exactly. Ranges start and end at
 * the edges of rollup buckets.
 *
 * @param step the distance of bucket edges, counted from 1970-01-01 UTC
 * @param zone in which a date without time means midnight; its midnights must be bucket edges
 */
public record RangeSupport(Duration step, ZoneId zone, RangeReader reader) {
  /** Reads the metrics of a range. */
  @FunctionalInterface
  public interface RangeReader {
    /**
     * Reads the folded facts of a range.
     *
     * @param from inclusive, a bucket edge
     * @param to exclusive, a bucket edge
     * @return one JSON object with at least one number, without {@code from}, {@code to} and {@code
     *     timestamp}, and without metrics that exist for the present only
     */
    Future<RawJson> read(SqlClient client, Instant from, Instant to);
  }
}
