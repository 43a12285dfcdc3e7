package dev.boardcast.events;

import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes the partitions of the event log ahead of its heads, and drops the oldest where the log is
 * too old or too large.
 *
 * <ul>
 *   <li>A turn is one transaction; of several nodes one does it. An emitter waits for it a fifth of
 *       a second at most.
 *   <li>Of each shard the oldest goes first, never the part that is written to, and few at a time.
 *   <li>Where making partitions was not possible the log goes on in its rest, and that goes row by
 *       row, with the next part that goes.
 * </ul>
 */
final class EventLogPartitions {
  private static final Duration LONGEST_WAIT = Duration.ofMillis(200);
  private static final int AHEAD = 2;
  private static final int MAX_DROPPED = 4;
  private static final int PORTIONS = 16;
  private static final long MOST_EVENTS = 10_000_000;

  private static final String BEGIN =
      """
      SELECT set_config('lock_timeout', $1, true) FROM event_retention FOR UPDATE SKIP LOCKED""";
  // The last event of a part tells its age; one that was never filled, because history was set
  // back, is as old as it was made.
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
  private static final String CREATE = "CREATE TABLE %1$s_%2$d_%3$d (LIKE %1$s INCLUDING ALL)";
  // Attaching, other than creating in place, lets readers and writers go on.
  private static final String ATTACH =
      """
      ALTER TABLE %1$s ATTACH PARTITION %1$s_%2$d_%3$d
        FOR VALUES FROM (%2$d, %3$d) TO (%2$d, %4$d)""";
  private static final String NOTE =
      "INSERT INTO event_part (shard, starts, ends) VALUES ($1, $2, $3)";
  private static final String FORGET = "DELETE FROM event_part WHERE shard = $1 AND starts = $2";
  private static final List<String> TABLES = List.of("event_log", "event_stream");

  private final Pool pool;
  private final RetentionConfig config;

  EventLogPartitions(Pool pool, RetentionConfig config) {
    this.pool = pool;
    this.config = config;
  }

  /** What a turn changed. */
  record Turn(int made, int dropped) {}

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

  /**
   * One turn; nothing when another node is at it.
   *
   * @return fails when somebody else held a table for too long: then nothing has changed
   */
  Future<Turn> turn() {
    return pool.withTransaction(
        tx ->
            tx.preparedQuery(BEGIN)
                .execute(Tuple.of(LONGEST_WAIT.toMillis() + "ms"))
                .compose(
                    ours ->
                        ours.size() == 0
                            ? Future.succeededFuture(new Turn(0, 0))
                            : tx.query(PARTS)
                                .execute()
                                .compose(rows -> turn(tx, rows.stream().map(Part::of).toList()))));
  }

  private Future<Turn> turn(SqlClient tx, List<Part> parts) {
    List<Part> old = outdated(parts);
    Future<?> steps = Future.succeededFuture();
    for (Part part : old) steps = steps.compose(before -> drop(tx, part));
    int made = 0;
    for (int shard = 0; shard < Shards.COUNT; shard++) {
      int of = shard;
      List<Part> theirs = parts.stream().filter(part -> part.shard() == of).toList();
      for (long[] range : missing(theirs)) {
        made++;
        steps = steps.compose(before -> create(tx, of, range[0], range[1]));
      }
    }
    return steps.map(new Turn(made, old.size()));
  }

  /** Those past their time, then the oldest of all as long as there is too much. */
  private List<Part> outdated(List<Part> parts) {
    long bytes = parts.stream().mapToLong(Part::bytes).sum();
    var old = new ArrayList<Part>();
    var open = new boolean[Shards.COUNT];
    var byAge =
        parts.stream()
            .filter(Part::isFull)
            .sorted(Comparator.comparingDouble(Part::age).reversed())
            .toList();
    // Within a shard in order, whatever the clocks of writers said.
    for (Part part : byAge) {
      if (old.size() == MAX_DROPPED) break;
      Part first = oldest(parts, old, part.shard());
      boolean due = first.age() * 1000 > config.keep().toMillis() || bytes > config.maxBytes();
      if (open[part.shard()] || !first.isFull() || !due) {
        open[part.shard()] = true;
        continue;
      }
      old.add(first);
      bytes -= first.bytes();
    }
    return old;
  }

  private static Part oldest(List<Part> parts, List<Part> gone, int shard) {
    return parts.stream()
        .filter(part -> part.shard() == shard && !gone.contains(part))
        .min(Comparator.comparingLong(Part::starts))
        .orElseThrow();
  }

  /** Ranges to make, so that some lie ahead of the head. */
  private List<long[]> missing(List<Part> parts) {
    if (parts.isEmpty()) return List.of();
    Part last = parts.get(parts.size() - 1);
    long ahead = parts.stream().filter(part -> part.starts() > part.head()).count();
    var missing = new ArrayList<long[]>();
    // Beyond what fell into the rest while nobody made any.
    long events = length(parts);
    long starts = Math.max(last.ends(), last.head() < last.ends() ? 0 : last.head() + events);
    for (; ahead < AHEAD; ahead++) {
      missing.add(new long[] {starts, starts + events});
      starts += events;
    }
    return missing;
  }

  /**
   * Twice the last full one when it was filled quickly, half when slowly; a portion of the size.
   */
  private long length(List<Part> parts) {
    Part full = null;
    for (Part part : parts) {
      if (part.isFull()) full = part;
    }
    if (full == null) return config.firstPart();
    double filled = Math.max(0, full.made() - full.age());
    double portion = config.keep().toSeconds() / (double) PORTIONS;
    long events = full.events();
    if (filled < portion / 2) events *= 2;
    if (filled > portion * 2) events /= 2;
    long fitting = config.maxBytes() / PORTIONS / Shards.COUNT;
    long bytes = Math.max(1, full.bytes() / full.events());
    long most = Math.max(config.firstPart(), Math.min(MOST_EVENTS, fitting / bytes));
    return Math.max(Math.max(1, config.firstPart() / 10), Math.min(most, events));
  }

  private static Future<?> drop(SqlClient tx, Part part) {
    Future<?> steps = Future.succeededFuture();
    for (String table : TABLES) {
      String name = table + "_" + part.shard() + "_" + part.starts();
      // What fell into the rest before it is older still: nothing may stay before what has gone.
      String rest = "DELETE FROM " + table + "_rest WHERE shard = $1 AND sequence < $2";
      steps =
          steps
              .compose(before -> tx.query("DROP TABLE " + name).execute())
              .compose(gone -> tx.preparedQuery(rest).execute(Tuple.of(part.shard(), part.ends())));
    }
    return steps.compose(
        gone -> tx.preparedQuery(FORGET).execute(Tuple.of(part.shard(), part.starts())));
  }

  private static Future<?> create(SqlClient tx, int shard, long starts, long ends) {
    Future<?> steps = Future.succeededFuture();
    for (String table : TABLES) {
      String made = CREATE.formatted(table, shard, starts);
      String attached = ATTACH.formatted(table, shard, starts, ends);
      steps =
          steps
              .compose(before -> tx.query(made).execute())
              .compose(there -> tx.query(attached).execute());
    }
    return steps.compose(there -> tx.preparedQuery(NOTE).execute(Tuple.of(shard, starts, ends)));
  }
}
