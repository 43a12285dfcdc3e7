package dev.boardcast.spi;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One dashboard: its facts, how they fold into rollups, and the numbers read from these.
 *
 * <p>The mechanism is the same for all: in one transaction, under the board's lease, every {@link
 * #fold} statement runs over the facts that are new, the watermark moves, and {@link #snapshot}
 * reads the rollups; {@link #settle} writes what follows. Implementations hold no state.
 */
public interface Board {
  /** Unique, lower case, safe in a URL: {@code routing}. */
  String name();

  /** What native clients subscribe to; the name, except where older clients know another. */
  default String topic() {
    return name();
  }

  /** The board's name for people. */
  String title();

  /** Every number of the snapshot. */
  List<MetricDescription> metrics();

  /** How clients of the older paths get this board's snapshot. */
  default Wire wire() {
    return Wire.BARE;
  }

  /** The older HTTP path that answers with the numbers, where clients know one. */
  default Optional<String> path() {
    return Optional.empty();
  }

  /** How {@link #path} answers. */
  default Wire answer() {
    return Wire.BARE;
  }

  /** The tables that {@link #fold} reads facts from, each with an indexed column {@code tx}. */
  List<String> facts();

  /**
   * SQL statements that add new facts to the rollups; {@code $1} is the watermark. A statement
   * takes {@code WHERE is_fresh(tx, $1)} from a table of {@link #facts} whose column {@code tx xid8
   * DEFAULT pg_current_xact_id()} is indexed, and upserts into a rollup table. Run with {@code $1}
   * before all history on empty rollups they are the recomputation. A fact whose meaning changes is
   * a new row that takes the old one's numbers back. They write to {@link #rollups} only, and name
   * all tables without a schema: an audit runs them on temporary tables of the same names.
   */
  List<String> fold();

  /**
   * The rollup tables that {@link #fold} fills; a recomputation empties them first. Their rows
   * follow from the facts alone: no generated keys, no times of writing.
   */
  List<String> rollups();

  /** How a part of the rollups can be audited where there are too many facts to take them all. */
  default Optional<Sample> sample() {
    return Optional.empty();
  }

  /** How the numbers of a range of time are told; empty where rollups do not know time. */
  default Optional<RangeSupport> ranges() {
    return Optional.empty();
  }

  /**
   * Reads all numbers, and changes nothing.
   *
   * @param transaction one in which all facts are folded
   * @param now for numbers that depend on the time of day
   * @return one JSON object without {@code timestamp}
   */
  Future<RawJson> snapshot(SqlClient transaction, Instant now);

  /**
   * Writes what follows from the numbers, such as alerts that begin or end and their events, and
   * reads them: the fold's last step, in its transaction and under the board's lease. Takes effect
   * with the watermark or not at all, so what it writes is written once, whoever folds and however
   * often; a transaction that fails is run again, with what it left behind gone.
   *
   * @param now as in {@link #snapshot}; never before that of the last fold, but where a clock was
   *     set back
   * @return as {@link #snapshot}, which is all it does by default
   */
  default Future<RawJson> settle(SqlClient transaction, Instant now) {
    return snapshot(transaction, now);
  }

  /**
   * When the numbers next change by time alone, asked in the transaction of {@link #settle}:
   * midnight, the end of somebody's five minutes. They are computed again then.
   *
   * @return later than {@code now}; empty when they change with new facts only
   */
  default Future<Optional<Instant>> nextTick(SqlClient transaction, Instant now) {
    return Future.succeededFuture(Optional.empty());
  }

  /**
   * Whether this is a guest in tables that other boards own, by statements nobody has measured: it
   * has connections of its own to compute with, and leaves facts as they are.
   */
  default boolean isGuest() {
    return false;
  }

  /**
   * Other boards whose new facts are news here too, beside those that own one of {@link #facts}.
   */
  default Set<String> hints() {
    return Set.of();
  }

  /** Least time between two computations, where that is more than for all boards. */
  default Duration refresh() {
    return Duration.ZERO;
  }

  /**
   * Whether this node may compute it, asked each time before it takes the lease or keeps it. Where
   * that may change, {@link #settle} makes sure of it.
   */
  default Future<Boolean> isOurs(SqlClient client) {
    return Future.succeededFuture(true);
  }

  /** The shape of the numbers for clients of the older paths. */
  enum Wire {
    /** The numbers and {@code timestamp} at the top level. */
    BARE {
      @Override
      public Object of(Snapshot snapshot) {
        return snapshot.bare();
      }
    },
    /** {@code {"type":"metrics","data":{…}}}, with {@code timestamp} among the numbers. */
    TYPED {
      @Override
      public Object of(Snapshot snapshot) {
        return new Typed("metrics", snapshot.bare());
      }
    },
    /** {@code {"type":"metrics:update","data":{…},"timestamp":…}}, as on {@code /ws}. */
    UPDATE {
      @Override
      public Object of(Snapshot snapshot) {
        return new Update(
            "metrics:update",
            snapshot.data(),
            snapshot.timestamp(),
            snapshot.stale() ? Boolean.TRUE : null,
            snapshot.stale() ? snapshot.ageMillis() : null);
      }
    };

    private record Typed(String type, RawJson data) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Update(
        String type, RawJson data, Instant timestamp, Boolean stale, Long ageMs) {}

    /** What is encoded as JSON. */
    public abstract Object of(Snapshot snapshot);
  }

  /**
   * A bucket of time that can be recomputed alone: all facts with a time in it, and no others, make
   * the rollup rows of that bucket.
   *
   * @param time an SQL expression over a row of each of {@link #facts}, such as {@code decided_at}
   * @param rollup one of {@link #rollups}
   * @param bucket its column with the beginning of the bucket; rows outside of time are not taken
   * @param length how long a bucket is
   */
  record Sample(String time, String rollup, String bucket, Duration length) {}
}
