package dev.boardcast.events;

import dev.boardcast.database.PartitionManager;
import dev.boardcast.database.PartitionManager.Changes;
import dev.boardcast.database.PartitionManager.Partition;
import dev.boardcast.database.PartitionManager.Plan;
import dev.boardcast.database.PartitionManager.Statement;
import dev.boardcast.database.PartitionManager.Step;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Creates the partitions of the event log ahead of its heads, and drops the oldest ones when the
 * log is too old or too large.
 *
 * <ul>
 *   <li>Of several nodes, one does it at a time; the others change nothing.
 *   <li>In each shard the oldest partition is dropped first, never the one that is written to, and
 *       at most {@value #MAX_DROPPED} per run.
 *   <li>While partitions are missing, events go to the default partitions ({@code _rest}); those
 *       rows are deleted with the next partition that is dropped.
 * </ul>
 */
final class EventLogPartitions {
  private static final int AHEAD = 2;
  private static final int MAX_DROPPED = 4;
  // A partition holds about this share of the time, or of the size, that is kept.
  private static final int PORTIONS = 16;
  private static final long MAX_EVENTS = 10_000_000;

  private static final String LOCK = "SELECT 1 FROM event_retention FOR UPDATE SKIP LOCKED";
  // A partition is as old as its last event. One that was never filled, because the log was set
  // back, is as old as its table.
  private static final String PARTS =
      """
      SELECT p.shard::int, p.starts, p.ends, s.head,
             pg_total_relation_size(format('event_log_%s_%s', p.shard, p.starts)::regclass)
               + pg_total_relation_size(format('event_stream_%s_%s', p.shard, p.starts)::regclass),
             extract(epoch FROM clock_timestamp() - coalesce(
               (SELECT at FROM event_log l WHERE l.shard = p.shard AND l.sequence = p.ends - 1),
               p.made_at))::float8 AS age,
             extract(epoch FROM clock_timestamp() - p.made_at)::float8 AS made
      FROM event_part p JOIN event_shard s USING (shard)
      ORDER BY p.shard, p.starts""";
  private static final String RECORD =
      "INSERT INTO event_part (shard, starts, ends) VALUES ($1, $2, $3)";
  private static final String FORGET = "DELETE FROM event_part WHERE shard = $1 AND starts = $2";
  private static final String DELETE_REST =
      "DELETE FROM %s_rest WHERE shard = $1 AND sequence < $2";
  private static final List<String> TABLES = List.of("event_log", "event_stream");

  private final PartitionManager manager;
  private final RetentionConfig config;
  private final long firstPart;

  EventLogPartitions(Pool pool, RetentionConfig config) {
    this(pool, config, 100_000);
  }

  /**
   * @param firstPart events of a shard's first partition; later ones follow the traffic
   */
  EventLogPartitions(Pool pool, RetentionConfig config, long firstPart) {
    this.manager = new PartitionManager(pool);
    this.config = config;
    this.firstPart = firstPart;
  }

  private record Part(
      int shard, long starts, long ends, long head, long bytes, double age, double made) {
    static Part of(Row row) {
      return new Part(
          row.getInteger(0),
          row.getLong(1),
          row.getLong(2),
          row.getLong(3),
          row.getLong(4),
          row.getDouble(5),
          row.getDouble(6));
    }

    boolean isFull() {
      return head >= ends - 1;
    }

    long events() {
      return ends - starts;
    }
  }

  /** Drops and creates what is due; fails when a lock was not granted in time. */
  Future<Changes> maintain() {
    return manager.apply(this::plan);
  }

  private Future<Plan> plan(SqlClient tx) {
    return tx.query(LOCK)
        .execute()
        .compose(
            locked ->
                locked.size() == 0
                    ? Future.succeededFuture(Plan.NOTHING)
                    : tx.query(PARTS)
                        .execute()
                        .map(rows -> plan(rows.stream().map(Part::of).toList())));
  }

  private Plan plan(List<Part> parts) {
    var creates = new ArrayList<Step>();
    for (int shard = 0; shard < Shards.COUNT; shard++) {
      int of = shard;
      List<Part> ofShard = parts.stream().filter(part -> part.shard() == of).toList();
      for (long[] range : missing(ofShard)) creates.add(create(shard, range[0], range[1]));
    }
    return new Plan(outdated(parts).stream().map(EventLogPartitions::drop).toList(), creates);
  }

  /** Those that are too old, then the oldest ones while the log is too large. */
  private List<Part> outdated(List<Part> parts) {
    long bytes = parts.stream().mapToLong(Part::bytes).sum();
    var old = new ArrayList<Part>();
    var done = new boolean[Shards.COUNT];
    var byAge =
        parts.stream()
            .filter(Part::isFull)
            .sorted(Comparator.comparingDouble(Part::age).reversed())
            .toList();
    // In order within a shard: ages come from the clocks of writers.
    for (Part part : byAge) {
      if (old.size() == MAX_DROPPED) break;
      Part first = oldest(parts, old, part.shard());
      boolean due = first.age() * 1000 > config.keep().toMillis() || bytes > config.maxBytes();
      if (done[part.shard()] || !first.isFull() || !due) {
        done[part.shard()] = true;
        continue;
      }
      old.add(first);
      bytes -= first.bytes();
    }
    return old;
  }

  private static Part oldest(List<Part> parts, List<Part> dropped, int shard) {
    return parts.stream()
        .filter(part -> part.shard() == shard && !dropped.contains(part))
        .min(Comparator.comparingLong(Part::starts))
        .orElseThrow();
  }

  /** Ranges of sequences to create, so that some partitions lie ahead of the head. */
  private List<long[]> missing(List<Part> parts) {
    if (parts.isEmpty()) return List.of();
    Part last = parts.get(parts.size() - 1);
    long ahead = parts.stream().filter(part -> part.starts() > part.head()).count();
    var missing = new ArrayList<long[]>();
    // Beyond the events that went to the default partition.
    long events = length(parts);
    long starts = Math.max(last.ends(), last.head() < last.ends() ? 0 : last.head() + events);
    for (; ahead < AHEAD; ahead++) {
      missing.add(new long[] {starts, starts + events});
      starts += events;
    }
    return missing;
  }

  /**
   * The number of events in the next partition: twice that of the last full one if it was filled
   * quickly, half if slowly; at most a portion of the size.
   */
  private long length(List<Part> parts) {
    Part full = null;
    for (Part part : parts) {
      if (part.isFull()) full = part;
    }
    if (full == null) return firstPart;
    double filled = Math.max(0, full.made() - full.age());
    double portion = config.keep().toSeconds() / (double) PORTIONS;
    long events = full.events();
    if (filled < portion / 2) events *= 2;
    if (filled > portion * 2) events /= 2;
    long fitting = config.maxBytes() / PORTIONS / Shards.COUNT;
    long bytes = Math.max(1, full.bytes() / full.events());
    long max = Math.max(firstPart, Math.min(MAX_EVENTS, fitting / bytes));
    return Math.max(Math.max(1, firstPart / 10), Math.min(max, events));
  }

  private static Step drop(Part part) {
    var statements = new ArrayList<Statement>();
    // Rows in the default partition are older still: the log must not keep a gap.
    for (String table : TABLES) {
      statements.add(
          new Statement(DELETE_REST.formatted(table), Tuple.of(part.shard(), part.ends())));
    }
    statements.add(new Statement(FORGET, Tuple.of(part.shard(), part.starts())));
    return new Step(partitions(part.shard(), part.starts(), part.ends()), statements);
  }

  private static Step create(int shard, long starts, long ends) {
    return new Step(
        partitions(shard, starts, ends),
        List.of(new Statement(RECORD, Tuple.of(shard, starts, ends))));
  }

  private static List<Partition> partitions(int shard, long starts, long ends) {
    String bounds = "FROM (%1$d, %2$d) TO (%1$d, %3$d)".formatted(shard, starts, ends);
    return TABLES.stream()
        .map(table -> new Partition(table, table + "_" + shard + "_" + starts, bounds))
        .toList();
  }
}
