package dev.boardcast.spi;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.temporal.TemporalAmount;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One dashboard: the tables of its facts, the SQL that folds new facts into rollups, and the
 * snapshot read from the rollups.
 *
 * <p>One node at a time computes a board, under its lease. A computation is one repeatable-read
 * transaction: every {@link #fold} statement runs over the facts that are new, the watermark moves,
 * and {@link #afterFold} reads the snapshot. Implementations are stateless, must not block, and are
 * called on event loops of the nodes that compute or serve the board.
 */
public interface Board {
  /** The unique name: lower case, safe in a URL, such as {@code routing}. */
  String name();

  /** The topic that clients of {@code /ws} subscribe to: the name, unless overridden. */
  default String topic() {
    return name();
  }

  /** The title that pages show. */
  String title();

  /** A description of every metric in the snapshot. */
  List<MetricDescription> metrics();

  /** The shape in which the board's own WebSocket paths send the snapshot. */
  default Format socketFormat() {
    return Format.BARE;
  }

  /** An HTTP path besides {@code /api/v1/boards/<name>} that serves the snapshot, if any. */
  default Optional<String> httpPath() {
    return Optional.empty();
  }

  /** The shape in which {@link #httpPath} serves the snapshot. */
  default Format httpFormat() {
    return Format.BARE;
  }

  /** The fact tables that {@link #fold} reads. Each has an indexed column {@code tx}. */
  List<String> facts();

  /**
   * SQL statements that add new facts to the rollups; {@code $1} is the watermark.
   *
   * <p>A statement selects {@code WHERE is_fresh(tx, $1)} from a table of {@link #facts} whose
   * column {@code tx xid8 NOT NULL DEFAULT pg_current_xact_id()} is indexed, and upserts into a
   * table of {@link #rollups}. With empty rollups and {@code $1} before all history, the same
   * statements are the recomputation. A fact is never updated: a change of its meaning is a new row
   * that subtracts the old values. Statements write to {@link #rollups} only, and name tables
   * without a schema, because an audit runs them on temporary tables of the same names.
   */
  List<String> fold();

  /**
   * The rollup tables that {@link #fold} writes. Their rows depend on the facts alone: no generated
   * keys, no time of writing. A recomputation empties them first.
   */
  List<String> rollups();

  /**
   * The time bucket that an audit recomputes when there are too many facts to recompute all; empty
   * if no bucket can be recomputed alone.
   */
  default Optional<Sample> sample() {
    return Optional.empty();
  }

  /** How metrics of a time range are read; empty if the rollups have no time buckets. */
  default Optional<RangeSupport> ranges() {
    return Optional.empty();
  }

  /**
   * How long before a snapshot the previous value of a metric is: as long as the time that the
   * metric covers, so that the sum of this month stands beside that of the same part of last month.
   * A day by default, which is right for a metric of today and for one without an end. By the clock
   * of the board's zone; where the earlier month has no such day, its last.
   *
   * @param metric a {@link MetricDescription#path} of {@link #metrics}
   */
  default TemporalAmount previous(String metric) {
    return Period.ofDays(1);
  }

  /**
   * What metrics are to reach, by their paths in the snapshot, with keys in place of stars: clients
   * compare with them by {@code ?compare=target}.
   */
  default Map<String, BigDecimal> targets() {
    return Map.of();
  }

  /**
   * The facts behind a metric, which clients may read with {@code GET /api/v1/boards/<name>/facts}.
   * They show more than the metrics do: who may read them is a setting of its own.
   *
   * @param metric a {@link MetricDescription#path} of {@link #metrics}
   * @return empty if this board shows no facts
   */
  default Optional<MetricFacts> rows(String metric) {
    return Optional.empty();
  }

  /** The parameters by which viewers choose a part of the facts; empty if it has none. */
  default Optional<BoardParts> parts() {
    return Optional.empty();
  }

  /**
   * Reads the snapshot. Writes nothing.
   *
   * @param transaction in which all facts have been folded
   * @param now the time that metrics depending on the time of day refer to
   * @return one JSON object without {@code timestamp}
   */
  Future<RawJson> snapshot(SqlClient transaction, Instant now);

  /**
   * Writes what follows from the metrics, such as alerts and their events, and reads the snapshot:
   * the last step of a fold. By default it only reads the {@link #snapshot}.
   *
   * <p>It runs in the fold's transaction, under the board's lease: what it writes is committed with
   * the watermark or not at all. A failed transaction is rolled back and run again.
   *
   * @param now as in {@link #snapshot}; not before the previous fold's, unless a clock was set back
   * @return one JSON object without {@code timestamp}
   */
  default Future<RawJson> afterFold(SqlClient transaction, Instant now) {
    return snapshot(transaction, now);
  }

  /**
   * The next time at which metrics change without new facts, such as midnight or the end of a
   * window. The board is computed again then. Asked in the transaction of {@link #afterFold}.
   *
   * @return a time after {@code now}; empty if metrics change with new facts only
   */
  default Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    return Future.succeededFuture(Optional.empty());
  }

  /**
   * How facts that are older than the operator wants are dropped, while what they made of the
   * {@link #rollups} is kept as sealed sums; empty if they must stay.
   *
   * <p>Only where {@link #fold} computes the same rollups in whatever portions facts come, by
   * statements that also work on views of the rollups, and where no snapshot reads facts.
   */
  default Optional<Sealing> sealing() {
    return Optional.empty();
  }

  /**
   * Whether this board reads fact tables of other boards with SQL of unknown cost. It is computed
   * on a separate connection pool, and its fold does not touch the facts.
   */
  default boolean isForeignSql() {
    return false;
  }

  /**
   * Names of other boards whose new facts cause a computation of this one, besides the boards that
   * own a table of {@link #facts}.
   */
  default Set<String> triggers() {
    return Set.of();
  }

  /** The least time between two computations; the node's own minimum applies where it is longer. */
  default Duration minInterval() {
    return Duration.ZERO;
  }

  /**
   * Whether this node may compute the board, asked before it acquires or renews the lease. If the
   * answer can change, {@link #afterFold} must check it again in its transaction and fail with
   * {@link LeaseLostException}.
   */
  default Future<Boolean> mayCompute(SqlClient client) {
    return Future.succeededFuture(true);
  }

  /** The JSON shape of a snapshot on the paths that a board has besides the general API. */
  enum Format {
    /** The metrics and {@code timestamp} at the top level. */
    BARE {
      @Override
      public Object of(Snapshot snapshot) {
        return snapshot.bare();
      }
    },
    /** {@code {"type":"metrics","data":{…}}}, with {@code timestamp} among the metrics. */
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
    },
    /** As {@link #UPDATE}, with the metrics at the top level too, where older clients look. */
    UPDATE_AND_METRICS {
      @Override
      public Object of(Snapshot snapshot) {
        String update = RawJson.encode(UPDATE.of(snapshot)).text();
        String metrics = snapshot.data().text().strip();
        // Both are objects; their texts are joined, so numbers stay as they are.
        String members = metrics.substring(1, metrics.length() - 1).strip();
        if (members.isEmpty()) return RawJson.of(update);
        return RawJson.of(update.substring(0, update.length() - 1) + "," + members + "}");
      }
    };

    private record Typed(String type, RawJson data) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Update(
        String type, RawJson data, Instant timestamp, Boolean stale, Long ageMs) {}

    /** The value to encode with {@link Json#MAPPER}. */
    public abstract Object of(Snapshot snapshot);
  }

  /**
   * A time bucket that can be recomputed alone: the facts with a time in it, and no others, make
   * the rollup rows of that bucket.
   *
   * @param time an SQL expression over a row of each table of {@link #facts}, such as {@code
   *     decided_at}
   * @param rollup a table of {@link #rollups}
   * @param bucket its column with the start of the bucket; rows with an infinite start are ignored
   * @param length the length of a bucket
   */
  record Sample(String time, String rollup, String bucket, Duration length) {}

  /**
   * Which facts may be dropped.
   *
   * @param time the column with a fact's own time, in each table of {@link #facts}
   * @param before an SQL expression of a time: only facts of before may be dropped, whatever their
   *     age
   */
  record Sealing(String time, String before) {
    /** Of any age. */
    public static Sealing by(String time) {
      return new Sealing(time, "timestamptz 'infinity'");
    }
  }
}
