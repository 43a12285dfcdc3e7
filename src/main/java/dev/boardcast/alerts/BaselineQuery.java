package dev.boardcast.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.BoardPart;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads from the history of a board what is usual at this time of day. Three moments of each former
 * day are read, half an hour apart; what is found is used for a quarter of an hour. Thread safe.
 */
final class BaselineQuery {
  // A state holds until the next one, so the last before a moment is the one of that moment.
  private static final String SQL =
      """
      SELECT h.found::text AS found
      FROM unnest($3::timestamptz[]) AS moment (at)
      CROSS JOIN LATERAL (
        SELECT data #> $2::text[] AS found FROM board_history
        WHERE board = $1 AND at <= moment.at ORDER BY at DESC LIMIT 1) AS h
      WHERE h.found IS NOT NULL""";

  private static final Duration USED = Duration.ofMinutes(15);
  private static final Duration APART = Duration.ofMinutes(30);

  /** Most rules whose baselines are kept. */
  static final int MAX_RULES = 1_000;

  private record Known(long version, long slot, Map<String, Baseline> baselines) {}

  private final Map<UUID, Known> known = new ConcurrentHashMap<>();

  /** What is usual for each value of a rule, by key. */
  Future<Map<String, Baseline>> read(SqlClient tx, StoredRule stored, Instant now) {
    AlertRule rule = stored.rule();
    if (rule.condition() != Condition.ANOMALY) return Future.succeededFuture(Map.of());
    long slot = now.toEpochMilli() / USED.toMillis();
    Known last = known.get(stored.id());
    if (last != null && last.version() == stored.version() && last.slot() == slot) {
      return Future.succeededFuture(last.baselines());
    }
    return compute(tx, RulePart.of(rule).part(), rule.reference(), rule.formerDays(), now)
        .map(
            baselines -> {
              if (known.size() >= MAX_RULES) known.clear();
              known.put(stored.id(), new Known(stored.version(), slot, baselines));
              return baselines;
            });
  }

  /** What is usual now for each value of a metric, by key, without what was computed before. */
  static Future<Map<String, Baseline>> compute(
      SqlClient client, BoardPart part, MetricReference reference, int days, Instant now) {
    return client
        .preparedQuery(SQL)
        .execute(
            Tuple.of(part.name())
                .addArrayOfString(reference.prefix())
                .addArrayOfOffsetDateTime(moments(days, now)))
        .map(
            rows -> {
              Map<String, List<BigDecimal>> values = new HashMap<>();
              for (Row row : rows) {
                var found = Sql.json(row.getString("found"), JsonNode.class);
                reference
                    .readBelow(found)
                    .forEach(
                        (key, value) ->
                            values.computeIfAbsent(key, first -> new ArrayList<>()).add(value));
              }
              Map<String, Baseline> baselines = new HashMap<>();
              values.forEach(
                  (key, all) -> Baseline.of(all).ifPresent(each -> baselines.put(key, each)));
              return baselines;
            });
  }

  private static OffsetDateTime[] moments(int days, Instant now) {
    List<OffsetDateTime> moments = new ArrayList<>();
    for (int day = 1; day <= days; day++) {
      Instant then = now.minus(Duration.ofDays(day));
      moments.add(Sql.utc(then.minus(APART)));
      moments.add(Sql.utc(then));
      moments.add(Sql.utc(then.plus(APART)));
    }
    return moments.toArray(OffsetDateTime[]::new);
  }

  /** Of a value that is not known. */
  static Optional<Baseline> of(Map<String, Baseline> baselines, String key) {
    return Optional.ofNullable(baselines.get(key));
  }
}
