package dev.boardcast.metrics.history;

import dev.boardcast.database.Lease;
import dev.boardcast.database.PartitionManager;
import dev.boardcast.database.PartitionManager.Changes;
import dev.boardcast.database.PartitionManager.Partition;
import dev.boardcast.database.PartitionManager.Plan;
import dev.boardcast.database.PartitionManager.Statement;
import dev.boardcast.database.PartitionManager.Step;
import dev.boardcast.spi.LeaseLostException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Creates the partitions of the board history ahead of time, and drops those whose rows are all too
 * old.
 *
 * <p>Nothing is dropped that is not too old by the database's clock, too, and at most {@value
 * #MAX_DROPPED} partitions per tier and run: a node whose clock is wrong for a moment does not
 * delete a year.
 */
final class HistoryPartitions {
  private static final int MAX_DROPPED = 2;
  private static final int AHEAD = 2;

  private static final String NOW = "SELECT clock_timestamp() AS now";
  private static final String ALL =
      "SELECT name, starts, ends FROM board_history_part WHERE tier = $1 ORDER BY starts";
  private static final String RECORD =
      "INSERT INTO board_history_part (tier, starts, ends, name) VALUES ($1, $2, $3, $4)";
  private static final String FORGET = "DELETE FROM board_history_part WHERE name = $1";

  private final PartitionManager manager;
  private final Lease lease;
  private final List<HistoryTier> tiers;
  private final Clock clock;

  public HistoryPartitions(Pool pool, Lease lease, HistoryConfig config, Clock clock) {
    this.manager = new PartitionManager(pool);
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

    Partition of(HistoryTier tier) {
      return new Partition(
          "board_history_" + tier.id(), name, "FROM ('%s') TO ('%s')".formatted(starts, ends));
    }
  }

  /**
   * Drops and creates what is due.
   *
   * @param token of the lease
   * @return fails with {@link LeaseLostException}, or when a lock was not granted in time
   */
  public Future<Changes> maintain(long token) {
    return manager.apply(tx -> plan(tx, token));
  }

  private Future<Plan> plan(SqlClient tx, long token) {
    return lease
        .renew(tx, token)
        .compose(ours -> tx.query(NOW).execute())
        .compose(
            rows -> {
              Instant now = clock.instant();
              Instant ofDatabase = rows.iterator().next().getOffsetDateTime("now").toInstant();
              Instant safe = now.isBefore(ofDatabase) ? now : ofDatabase;
              var drops = new ArrayList<Step>();
              var creates = new ArrayList<Step>();
              Future<?> planned = Future.succeededFuture();
              for (HistoryTier tier : tiers) {
                planned =
                    planned
                        .compose(before -> parts(tx, tier))
                        .map(
                            parts -> {
                              for (Part old : outdated(tier, parts, safe))
                                drops.add(drop(tier, old));
                              for (Part part : missing(tier, parts, now)) {
                                creates.add(create(tier, part));
                              }
                              return parts;
                            });
              }
              return planned.map(done -> new Plan(drops, creates));
            });
  }

  private static Future<List<Part>> parts(SqlClient tx, HistoryTier tier) {
    return tx.preparedQuery(ALL)
        .execute(Tuple.of((short) tier.id()))
        .map(rows -> rows.stream().map(Part::of).toList());
  }

  private static Step drop(HistoryTier tier, Part old) {
    return new Step(List.of(old.of(tier)), List.of(new Statement(FORGET, Tuple.of(old.name()))));
  }

  private static Step create(HistoryTier tier, Part part) {
    var recorded =
        Tuple.of(
            (short) tier.id(),
            part.starts().atOffset(ZoneOffset.UTC),
            part.ends().atOffset(ZoneOffset.UTC),
            part.name());
    return new Step(List.of(part.of(tier)), List.of(new Statement(RECORD, recorded)));
  }

  /** A row is needed until its slot of the next tier is over. */
  private List<Part> outdated(HistoryTier tier, List<Part> parts, Instant safe) {
    var slack = tier.id() < tiers.size() ? tiers.get(tier.id()).step() : Duration.ZERO;
    Instant horizon = safe.minus(tier.keep()).minus(slack);
    return parts.stream().filter(part -> !part.ends().isAfter(horizon)).limit(MAX_DROPPED).toList();
  }

  /** The ranges without a partition, from the oldest row that may be written to some time ahead. */
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
      // Partitions that were created with another configuration stay as they are.
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
}
