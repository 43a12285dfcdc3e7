package dev.boardcast.metrics.history;

import dev.boardcast.database.Lease;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the partitions of history ahead of time, and drops those in which everything is too old.
 *
 * <ul>
 *   <li>A turn is one transaction under the lease; a fold waits for it a fifth of a second at most.
 *   <li>Nothing is dropped that is not too old by the database's clock, too, and few at a time: a
 *       clock that is wrong for a moment does not cost a year.
 * </ul>
 */
public final class HistoryPartitions {
  private static final Duration LONGEST_WAIT = Duration.ofMillis(200);
  private static final int MAX_DROPPED = 2;
  private static final int AHEAD = 2;

  private static final String BEGIN =
      """
      SELECT set_config('lock_timeout', $1, true), clock_timestamp() AS now""";
  private static final String ALL =
      "SELECT name, starts, ends FROM board_history_part WHERE tier = $1 ORDER BY starts";
  private static final String CREATE = "CREATE TABLE %1$s (LIKE board_history_%2$d INCLUDING ALL)";
  // Attaching, other than creating in place, lets readers and writers go on.
  private static final String ATTACH =
      "ALTER TABLE board_history_%2$d ATTACH PARTITION %1$s FOR VALUES FROM ('%3$s') TO ('%4$s')";
  private static final String NOTE =
      "INSERT INTO board_history_part (tier, starts, ends, name) VALUES ($1, $2, $3, $4)";
  private static final String FORGET = "DELETE FROM board_history_part WHERE name = $1";

  private final Pool pool;
  private final Lease lease;
  private final List<HistoryTier> tiers;
  private final Clock clock;

  public HistoryPartitions(Pool pool, Lease lease, HistoryConfig config, Clock clock) {
    this.pool = pool;
    this.lease = lease;
    this.tiers = config.tiers();
    this.clock = clock;
  }

  private record Part(String name, Instant starts, Instant ends) {
    static Part of(Row row) {
      return new Part(
          row.getString("name"),
          row.getOffsetDateTime("starts").toInstant(),
          row.getOffsetDateTime("ends").toInstant());
    }
  }

  /**
   * One turn.
   *
   * @return how many partitions were made and dropped; fails with {@link Lease.Lost}, or when
   *     somebody else held a table for too long: then nothing has changed
   */
  public Future<Integer> turn(long token) {
    return pool.withTransaction(
        tx ->
            lease
                .renew(tx, token)
                .compose(
                    ours ->
                        tx.preparedQuery(BEGIN).execute(Tuple.of(LONGEST_WAIT.toMillis() + "ms")))
                .compose(
                    begun -> {
                      Instant now = clock.instant();
                      Instant theirs = begun.iterator().next().getOffsetDateTime("now").toInstant();
                      Instant sure = now.isBefore(theirs) ? now : theirs;
                      Future<Integer> sum = Future.succeededFuture(0);
                      for (HistoryTier tier : tiers) {
                        sum =
                            sum.compose(
                                before -> turn(tx, tier, now, sure).map(more -> before + more));
                      }
                      return sum;
                    }));
  }

  private Future<Integer> turn(SqlClient tx, HistoryTier tier, Instant now, Instant sure) {
    return tx.preparedQuery(ALL)
        .execute(Tuple.of((short) tier.id()))
        .map(HistoryPartitions::parts)
        .compose(
            parts -> {
              List<Future<?>> steps = new ArrayList<>();
              for (Part old : outdated(tier, parts, sure)) steps.add(drop(tx, old));
              for (Part missing : missing(tier, parts, now)) {
                steps.add(create(tx, tier, missing));
              }
              return Future.all(steps).map(done -> steps.size());
            });
  }

  private static Future<?> drop(SqlClient tx, Part old) {
    var dropped = tx.query("DROP TABLE " + old.name()).execute();
    var forgotten = tx.preparedQuery(FORGET).execute(Tuple.of(old.name()));
    return Future.all(dropped, forgotten);
  }

  private static Future<?> create(SqlClient tx, HistoryTier tier, Part part) {
    var made = tx.query(CREATE.formatted(part.name(), tier.id())).execute();
    var attached =
        tx.query(ATTACH.formatted(part.name(), tier.id(), part.starts(), part.ends())).execute();
    var noted =
        tx.preparedQuery(NOTE)
            .execute(
                Tuple.of(
                    (short) tier.id(),
                    part.starts().atOffset(ZoneOffset.UTC),
                    part.ends().atOffset(ZoneOffset.UTC),
                    part.name()));
    return Future.all(made, attached, noted);
  }

  /** A row is needed until the slot of the next tier in which it lies is over, and no longer. */
  private List<Part> outdated(HistoryTier tier, List<Part> parts, Instant sure) {
    var slack = tier.id() < tiers.size() ? tiers.get(tier.id()).step() : Duration.ZERO;
    Instant horizon = sure.minus(tier.keep()).minus(slack);
    return parts.stream().filter(part -> !part.ends().isAfter(horizon)).limit(MAX_DROPPED).toList();
  }

  /** What is not covered from the oldest row that may be written to some time ahead. */
  private static List<Part> missing(HistoryTier tier, List<Part> parts, Instant now) {
    List<Part> missing = new ArrayList<>();
    Instant end = tier.partition(now).plus(tier.span().multipliedBy(AHEAD + 1L));
    Instant from = tier.partition(now.minus(tier.keep()));
    while (from.isBefore(end)) {
      Instant begin = from;
      var covering =
          parts.stream()
              .filter(part -> !part.starts().isAfter(begin) && part.ends().isAfter(begin))
              .findFirst();
      if (covering.isPresent()) {
        from = covering.get().ends();
        continue;
      }
      Instant regular = tier.partition(begin).plus(tier.span());
      // Partitions that were made under another configuration stay as they are.
      Instant until =
          parts.stream()
              .map(Part::starts)
              .filter(start -> start.isAfter(begin) && start.isBefore(regular))
              .min(Instant::compareTo)
              .orElse(regular);
      missing.add(
          new Part("board_history_" + tier.id() + "_" + begin.toEpochMilli(), begin, until));
      from = until;
    }
    return missing;
  }

  private static List<Part> parts(RowSet<Row> rows) {
    List<Part> parts = new ArrayList<>();
    rows.forEach(row -> parts.add(Part.of(row)));
    return parts;
  }
}
