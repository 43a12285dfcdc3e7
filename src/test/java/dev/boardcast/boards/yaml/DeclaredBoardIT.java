package dev.boardcast.boards.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.metrics.audit.AuditConfig;
import dev.boardcast.metrics.audit.RollupAudit;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.BoardParts;
import dev.boardcast.spi.FactRelation;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.RawJson;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random boards over random facts that are added, changed and taken back: each metric equals what
 * plain SQL computes of the facts that there are.
 */
@TestInstance(Lifecycle.PER_CLASS)
class DeclaredBoardIT {
  private static final List<String> ZONES =
      List.of(
          "Europe/Berlin",
          "America/St_Johns",
          "Asia/Kathmandu",
          "Australia/Lord_Howe",
          "America/Havana",
          "UTC");
  private static final List<String> WINDOWS =
      List.of("all", "today", "week", "month", "7d", "30d", "15m", "6h", "48h");
  private static final List<String> CONDITIONS =
      List.of("true", "status = 'paid'", "amount > 0", "site IS NOT NULL AND status <> 'open'");
  // What a metric is estimated from, of the facts that there are.
  private static final String ESTIMATE =
      """
      (SELECT distinct_estimate(count(*), sum(2 ^ -rank::float8))
       FROM (SELECT max(cell & 63) AS rank
             FROM unnest(array_agg(distinct_cell(value_text(%s))::integer)) AS cell
             GROUP BY cell >> 6) AS registers)""";
  private static final FactRelation CHANGES =
      new FactRelation(
          "random_change",
          Map.of(
              "site", "text",
              "status", "text",
              "amount", "numeric",
              "score", "double precision",
              "at", "timestamptz"),
          "at",
          true);

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Pool pool = Pools.pool(vertx, db, "test", 2);
  private final Sql sql = new Sql(db.postgresUri());
  @TempDir private Path directory;

  /** A random metric of the board under test. */
  private record Metric(
      String name,
      String measure,
      String value,
      String where,
      String window,
      int top,
      String rank) {
    String yaml() {
      return "  %s: {%s: \"%s\"%s, where: \"%s\", window: %s%s, label: X}\n"
          .formatted(
              name,
              measure.equals("approximate") ? "distinct" : measure,
              value,
              measure.equals("approximate")
                  ? ", approximate: true"
                  : rank.isEmpty() ? "" : ", rank: " + rank,
              where,
              window,
              top == 0 ? "" : ", by: site, top: " + top);
    }
  }

  @AfterAll
  void close() {
    Api.await(vertx.close());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyMetricEqualsItsRecomputationFromTheFacts(long seed) throws Exception {
    var random = new Random(seed);
    ZoneId zone = ZoneId.of(ZONES.get((int) (seed % ZONES.size())));
    Instant now = nearATransition(zone, random);
    List<Metric> metrics = metrics(random);
    var board = new DeclaredBoard(declaration(zone, metrics), CHANGES);
    sql.run(
        """
        DROP TABLE IF EXISTS random_change, random_fact;
        DELETE FROM board_state;
        CREATE TABLE random_fact (id integer PRIMARY KEY, site text, status text, amount numeric,
          score double precision, at timestamptz);
        CREATE TABLE random_change (site text, status text, amount numeric, score double precision,
          at timestamptz, sign smallint NOT NULL, tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
          change_id bigint GENERATED ALWAYS AS IDENTITY);
        CREATE INDEX ON random_change (tx)""");
    var active =
        new ActiveDeclaration(board.file(), CHANGES, new DeclaredRollups(board.file(), CHANGES));
    Api.await(active.activate(pool, now, dev.boardcast.spi.AlertRules.NONE));
    String watermark = RollupAudit.BEFORE_ALL;
    int nextId = 0;
    var parts = new PartsCheck(board, new Random(seed));
    for (int round = 0; round < 4; round++) {
      nextId = change(random, now, nextId);
      List<List<String>> changed = parts.changed(watermark);
      watermark = Api.await(fold(board, watermark, now));
      String which = "seed " + seed + ", round " + round + ", " + zone + ", now " + now;
      RawJson snapshot = Api.await(pool.withConnection(own -> board.snapshot(own, now)));
      JsonNode data = Json.MAPPER.readTree(snapshot.text());
      for (Metric metric : metrics) {
        check(metric, window(metric.window(), now, zone), data.get(metric.name()), which);
      }
      // Some of them: each is a query.
      for (int i = round; i < metrics.size(); i += 4) {
        checkFacts(board, metrics.get(i), now, zone, which);
      }
      Instant from = quarter(now.minus(Duration.ofMinutes(random.nextInt(60 * 24 * 45))));
      Instant to = quarter(from.plus(Duration.ofMinutes(15 + random.nextInt(60 * 24 * 20))));
      RawJson within =
          Api.await(
              pool.withConnection(
                  own -> board.ranges().orElseThrow().reader().read(own, from, to)));
      JsonNode ranged = Json.MAPPER.readTree(within.text());
      String span = "at >= '%s' AND at < '%s'".formatted(from, to);
      for (Metric metric : metrics) check(metric, span, ranged.get(metric.name()), which + span);
      parts.check(metrics, changed, now, zone, which);
      parts.checkRange(metrics, from, to, which);
      OptionalLong drift = Api.await(new RollupAudit(pool, board, AuditConfig.DEFAULTS).run());
      assertEquals(OptionalLong.of(0), drift, which);
    }
  }

  /** The facts behind a metric are those that there are. */
  private void checkFacts(
      DeclaredBoard board, Metric metric, Instant now, ZoneId zone, String which) throws Exception {
    var facts = board.rows(metric.name()).orElseThrow();
    List<String> conditions = new ArrayList<>(List.of("true"));
    facts.conditions().forEach(each -> conditions.add("(" + each.sql() + ")"));
    var period = facts.period(now);
    period.from().ifPresent(from -> conditions.add(facts.time() + " >= '" + from + "'"));
    period.to().ifPresent(to -> conditions.add(facts.time() + " < '" + to + "'"));
    String digest = "coalesce(md5(string_agg(row, '|' ORDER BY row)), 'none')";
    String columns = "concat_ws(',', site, status, trim_scale(amount), score, at) AS row";
    String shown =
        "SELECT count(*) || %s FROM (SELECT %s FROM %s WHERE %s) AS r"
            .formatted(digest, columns, facts.relation(), String.join(" AND ", conditions));
    String there =
        "SELECT count(*) || %s FROM (SELECT %s FROM random_fact WHERE (%s) AND (%s) AND (%s)) AS r"
            .formatted(
                digest,
                columns,
                window(metric.window(), now, zone),
                metric.where(),
                finite(metric));
    assertEquals(
        List.of("t"), sql.column("SELECT (" + there + ") = (" + shown + ")"), metric + which);
  }

  private static String finite(Metric metric) {
    String value = metric.value().equals("all") ? "1" : metric.value();
    return value.equals("site")
        ? "site IS NOT NULL"
        : "(%1$s)::numeric NOT IN ('NaN', 'Infinity', '-Infinity')".formatted(value);
  }

  /** The parts of the board under test: each shows the facts with its values. */
  private final class PartsCheck {
    private final Random random;
    private final BoardParts parts;
    private final List<List<String>> all = new ArrayList<>();
    private final Map<List<String>, String> before = new HashMap<>();

    PartsCheck(DeclaredBoard board, Random random) {
      this.random = random;
      parts = board.parts().orElseThrow();
      boolean hasStatus = parts.parameters().size() == 2;
      for (String site : Arrays.asList("a", "b", "none", "other", "absent", null)) {
        if (!hasStatus) {
          if (site != null) all.add(List.of(site));
          continue;
        }
        for (String status : Arrays.asList("paid", "open", null)) {
          if (site != null || status != null) all.add(Arrays.asList(status, site));
        }
      }
    }

    /** The parts that the facts since a watermark belong to. */
    List<List<String>> changed(String watermark) {
      return Api.await(pool.preparedQuery(parts.changed()).execute(Tuple.of(watermark))).stream()
          .map(row -> Arrays.asList(row.getArrayOfStrings("part")))
          .toList();
    }

    void check(
        List<Metric> metrics, List<List<String>> changed, Instant now, ZoneId zone, String which)
        throws Exception {
      var read = Api.await(pool.withConnection(own -> parts.read(own, now, all)));
      for (int i = 0; i < all.size(); i++) {
        List<String> part = all.get(i);
        String text = read.get(i).text();
        String last = before.put(part, text);
        if (last != null && !changed.contains(part)) assertEquals(last, text, part + " " + which);
        // Some of them, of which each has many metrics.
        if (random.nextInt(all.size()) > 0) continue;
        JsonNode data = Json.MAPPER.readTree(text);
        for (Metric metric : metrics) {
          String span = "(%s) AND %s".formatted(window(metric.window(), now, zone), of(part));
          DeclaredBoardIT.this.check(metric, span, data.get(metric.name()), part + " of " + which);
        }
      }
    }

    void checkRange(List<Metric> metrics, Instant from, Instant to, String which) throws Exception {
      if (random.nextInt(3) > 0) return;
      List<String> part = all.get(random.nextInt(all.size()));
      var values = new TreeMap<String, String>();
      for (int i = 0; i < part.size(); i++) {
        if (part.get(i) != null) values.put(parts.parameters().get(i).name(), part.get(i));
      }
      Board board = parts.board(new BoardPart("random", values));
      RawJson within =
          Api.await(
              pool.withConnection(
                  own -> board.ranges().orElseThrow().reader().read(own, from, to)));
      JsonNode ranged = Json.MAPPER.readTree(within.text());
      String span = "at >= '%s' AND at < '%s' AND %s".formatted(from, to, of(part));
      for (Metric metric : metrics) {
        DeclaredBoardIT.this.check(metric, span, ranged.get(metric.name()), which + span);
      }
    }

    private String of(List<String> part) {
      var conditions = new ArrayList<String>();
      for (int i = 0; i < part.size(); i++) {
        String name = parts.parameters().get(i).name();
        if (part.get(i) != null) conditions.add("%s = '%s'".formatted(name, part.get(i)));
      }
      return String.join(" AND ", conditions);
    }
  }

  private static Instant nearATransition(ZoneId zone, Random random) {
    var next = zone.getRules().nextTransition(Instant.parse("2026-01-01T00:00:00Z"));
    Instant base = next == null ? Instant.parse("2026-03-29T01:00:00Z") : next.getInstant();
    return base.plus(Duration.ofSeconds(random.nextInt(3 * 86_400))).truncatedTo(ChronoUnit.MILLIS);
  }

  private static Instant quarter(Instant time) {
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), 900L) * 900L);
  }

  private static List<Metric> metrics(Random random) {
    List<Metric> metrics = new ArrayList<>();
    for (String measure :
        List.of(
            "count", "sum", "avg", "min", "max", "distinct", "approximate", "percentile", "last")) {
      for (int i = 0; i < 4; i++) {
        String value =
            measure.equals("count")
                ? List.of("all", "amount").get(i % 2)
                : measure.equals("distinct") || measure.equals("approximate")
                    ? List.of("site", "amount").get(i % 2)
                    : List.of("amount", "score", "amount * 2").get(random.nextInt(3));
        metrics.add(
            new Metric(
                measure + i,
                measure,
                value,
                CONDITIONS.get(random.nextInt(CONDITIONS.size())),
                WINDOWS.get(random.nextInt(WINDOWS.size())),
                i < 2 ? 0 : 1 + random.nextInt(3),
                measure.equals("percentile") ? List.of("50", "95", "99.9").get(i % 3) : ""));
      }
    }
    return metrics;
  }

  private Declaration declaration(ZoneId zone, List<Metric> metrics) throws Exception {
    var text =
        new StringBuilder(
            """
            version: 2
            name: random
            title: Random
            zone: %s
            source: {table: random_fact}
            time: at
            dimensions: [site]
            parameters: %s
            metrics:
            """
                .formatted(
                    zone.getId(), zone.getId().hashCode() % 2 == 0 ? "[site]" : "[status, site]"));
    metrics.forEach(metric -> text.append(metric.yaml()));
    return new DeclarationText(text.toString()).in(directory);
  }

  /** Adds, changes and removes facts, and writes what a trigger would write. */
  private int change(Random random, Instant now, int firstId) throws Exception {
    int id = firstId;
    List<String> statements = new ArrayList<>();
    for (; id < firstId + 60; id++) {
      statements.add("INSERT INTO random_fact VALUES (" + id + ", " + row(random, now) + ")");
      statements.add(
          "INSERT INTO random_change SELECT site, status, amount, score, at, 1 FROM random_fact"
              + " WHERE id = "
              + id);
    }
    for (int i = 0; i < 15 && firstId > 0; i++) {
      int changed = random.nextInt(id);
      statements.add(
          "INSERT INTO random_change SELECT site, status, amount, score, at, -1 FROM random_fact"
              + " WHERE id = "
              + changed);
      if (random.nextBoolean()) {
        statements.add("DELETE FROM random_fact WHERE id = " + changed);
      } else {
        statements.add(
            "UPDATE random_fact SET (site, status, amount, score, at) = ROW(%s) WHERE id = %d"
                .formatted(row(random, now), changed));
        statements.add(
            "INSERT INTO random_change SELECT site, status, amount, score, at, 1 FROM random_fact"
                + " WHERE id = "
                + changed);
      }
    }
    sql.run(String.join(";\n", statements));
    return id;
  }

  private static String row(Random random, Instant now) {
    long minutes =
        switch (random.nextInt(4)) {
          case 0 -> -random.nextInt(20);
          case 1 -> random.nextInt(60 * 24) - 60 * 24 / 4;
          case 2 -> -random.nextInt(60 * 24 * 3);
          default -> -random.nextInt(60 * 24 * 45);
        };
    Instant at = now.plus(Duration.ofMinutes(minutes)).plusSeconds(random.nextInt(60) - 30);
    String site = random.nextInt(8) == 0 ? "NULL" : "'" + "abcde".charAt(random.nextInt(5)) + "'";
    if (random.nextInt(12) == 0) site = random.nextBoolean() ? "'none'" : "'other'";
    String amount =
        random.nextInt(8) == 0
            ? "NULL"
            : (random.nextInt(400) - 100) / 10.0 + List.of("", "0", "00").get(random.nextInt(3));
    String score =
        switch (random.nextInt(10)) {
          case 0 -> "'NaN'::float8";
          case 1 -> "'-Infinity'::float8";
          case 2 -> "0";
          default -> random.nextInt(1000) / 8.0 + "";
        };
    return "%s, '%s', %s, %s, %s"
        .formatted(
            site,
            random.nextBoolean() ? "paid" : "open",
            amount,
            score,
            random.nextInt(50) == 0 ? "NULL" : "'" + at + "'::timestamptz");
  }

  /** A fold as the scheduler runs it; returns the watermark. */
  private Future<String> fold(DeclaredBoard board, String watermark, Instant now) {
    return pool.withConnection(
        own ->
            own.query("BEGIN ISOLATION LEVEL REPEATABLE READ")
                .execute()
                .compose(begun -> statements(own, board, watermark))
                .compose(folded -> board.afterFold(own, now))
                .compose(
                    data ->
                        own.preparedQuery(
                                """
                                INSERT INTO board_state
                                  (board, watermark, cluster, version, data, computed_at)
                                VALUES ('random', pg_current_snapshot(), cluster_id(), 1, '{}', now())
                                ON CONFLICT (board) DO UPDATE SET watermark = excluded.watermark
                                RETURNING watermark::text""")
                            .execute())
                .compose(
                    rows ->
                        own.query("COMMIT").execute().map(rows.iterator().next().getString(0))));
  }

  private static Future<?> statements(SqlConnection own, DeclaredBoard board, String watermark) {
    Future<?> folded = Future.succeededFuture();
    for (String statement : board.fold()) {
      folded = folded.compose(ok -> own.preparedQuery(statement).execute(Tuple.of(watermark)));
    }
    return folded;
  }

  /** What a window covers, by local dates. */
  private static String window(String window, Instant now, ZoneId zone) {
    String local = "(at AT TIME ZONE '" + zone + "')";
    String today = "(timestamptz '" + now + "' AT TIME ZONE '" + zone + "')";
    return switch (window) {
      case "all" -> "true";
      case "today" -> local + "::date = " + today + "::date";
      case "week", "month" ->
          "date_trunc('%1$s', %2$s) = date_trunc('%1$s', %3$s)".formatted(window, local, today);
      case "7d", "30d" ->
          "%1$s::date <= %2$s::date AND %1$s::date > %2$s::date - %3$s"
              .formatted(local, today, window.replace("d", ""));
      default -> {
        String end = "(date_trunc('minute', timestamptz '" + now + "') + interval '1 minute')";
        String length = window.replace("m", " minutes").replace("h", " hours");
        yield "at < %1$s AND at >= %1$s - interval '%2$s'".formatted(end, length);
      }
    };
  }

  private void check(Metric metric, String span, JsonNode found, String which) throws Exception {
    String about = metric + " in " + which;
    String value = metric.value().equals("all") ? "1" : metric.value();
    String from =
        "FROM random_fact WHERE (%s) AND (%s) AND (%s)"
            .formatted(span, metric.where(), finite(metric));
    if (metric.measure().equals("last")) from += " AND at IS NOT NULL";
    String aggregate = aggregate(metric, value);
    if (metric.top() == 0) {
      compare(metric, one("SELECT " + aggregate + " " + from), found, about);
      return;
    }
    String key = "coalesce(site, 'none')";
    Map<String, BigDecimal> byKey = new LinkedHashMap<>();
    // The greatest value comes first, and of percentiles the one that was found.
    for (String site : sql.column("SELECT DISTINCT " + key + " " + from)) {
      String of = " AND " + key + " = '" + site + "'";
      byKey.put(site, new BigDecimal(one("SELECT " + aggregate + " " + from + of)));
    }
    if (metric.measure().equals("percentile")) {
      found.properties().stream()
          .filter(each -> !each.getKey().equals("other"))
          .forEach(
              each ->
                  compare(
                      metric, byKey.get(each.getKey()).toPlainString(), each.getValue(), about));
      return;
    }
    List<String> first =
        byKey.keySet().stream()
            .filter(site -> !site.equals("other"))
            .sorted(
                Comparator.<String, BigDecimal>comparing(byKey::get)
                    .reversed()
                    .thenComparing(Comparator.naturalOrder()))
            .limit(metric.top())
            .toList();
    List<String> shown = new ArrayList<>(first);
    boolean hasOthers = byKey.size() > first.size() && !metric.measure().equals("last");
    if (hasOthers) shown.add("other");
    assertEquals(shown, List.copyOf(iterable(found)), about);
    for (String site : first) {
      compare(metric, byKey.get(site).toPlainString(), found.get(site), about);
    }
    if (hasOthers) {
      String others = " AND " + key + " NOT IN ('" + String.join("', '", first) + "')";
      compare(metric, one("SELECT " + aggregate + " " + from + others), found.get("other"), about);
    }
  }

  private static List<String> iterable(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String aggregate(Metric metric, String value) {
    return switch (metric.measure()) {
      case "count" -> "count(*)";
      case "sum" -> "coalesce(sum((%s)::numeric), 0)".formatted(value);
      case "distinct" -> "count(DISTINCT %s)".formatted(value);
      case "approximate" -> ESTIMATE.formatted(value);
      case "percentile" ->
          "percentile_disc(%s / 100) WITHIN GROUP (ORDER BY (%s)::numeric)"
              .formatted(metric.rank() + "::float8", value);
      case "last" -> "(array_agg((%1$s)::numeric ORDER BY at DESC, %1$s DESC))[1]".formatted(value);
      default -> metric.measure() + "((" + value + ")::numeric)";
    };
  }

  private String one(String query) throws Exception {
    return sql.column(query).get(0);
  }

  private static void compare(Metric metric, String expected, JsonNode found, String about) {
    if (expected == null) {
      assertTrue(found.isNull(), about + ": " + found);
      return;
    }
    BigDecimal exact = new BigDecimal(expected);
    BigDecimal is = found.decimalValue();
    if (metric.measure().equals("percentile")) {
      BigDecimal error = is.subtract(exact).abs();
      assertTrue(
          error.compareTo(exact.abs().multiply(new BigDecimal("0.01"))) <= 0,
          about + ": " + is + " for " + exact);
    } else if (metric.measure().equals("avg")) {
      BigDecimal difference = exact.setScale(4, RoundingMode.HALF_UP).subtract(is).abs();
      assertTrue(difference.signum() == 0, about + ": " + is + " for " + exact);
    } else {
      assertTrue(exact.compareTo(is) == 0, about + ": " + is + " for " + exact);
    }
  }
}
