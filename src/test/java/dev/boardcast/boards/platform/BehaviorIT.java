package dev.boardcast.boards.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.testing.RealData;
import io.vertx.core.MultiMap;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Funnels, cohorts and heat maps beside recounts of all facts. */
class BehaviorIT {
  private static final Instant NOW = Instant.parse("2026-03-11T12:00:00Z");
  private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");
  private static final List<String> KINDS = List.of("view", "search", "cart", "signup");

  private final PlatformFixture platform = new PlatformFixture(NOW, ZONE);
  private final List<View> all = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    platform.close();
  }

  private void add(View... views) throws Exception {
    platform.viewed(List.of(views));
    all.addAll(List.of(views));
  }

  private static View event(String user, String kind, Instant at) {
    return new View("c", user, at, null, "s", kind, "top");
  }

  private static QueryParameters query(String... namesAndValues) {
    var map = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return QueryParameters.of(map, Set.of(), "steps", "within_minutes", "from", "to");
  }

  private static BehaviorRange days(String from, String to) {
    return new BehaviorRange(LocalDate.parse(from), LocalDate.parse(to));
  }

  private List<Long> funnel(String steps, int minutes, BehaviorRange range) throws Exception {
    var funnel = Funnel.of(query("steps", steps, "within_minutes", "" + minutes));
    return Folding.await(funnel.read(platform.context.pool(), range)).stream()
        .map(Funnel.Step::users)
        .toList();
  }

  @Test
  void aStepCountsAfterTheOneBeforeAndWithinTheWindowOfTheFirst() throws Exception {
    add(
        event("in order", null, NOW),
        event("in order", "cart", NOW.plusSeconds(3600)),
        event("too late", "view", NOW),
        event("too late", "cart", NOW.plusSeconds(3601)),
        event("reversed", "cart", NOW),
        event("reversed", "view", NOW.plusSeconds(1)),
        // The second view begins a sequence that is in time.
        event("again", "view", NOW),
        event("again", "view", NOW.plusSeconds(3000)),
        event("again", "cart", NOW.plusSeconds(4000)),
        event(null, "view", NOW),
        event(null, "cart", NOW.plusSeconds(5)));
    var day = days("2026-03-11", "2026-03-12");
    assertEquals(List.of(4L, 2L), funnel("view,cart", 60, day));
    assertEquals(List.of(4L, 1L), funnel("view,view", 60, day));
    platform.report("t", "in order", "5", "completed", NOW.plusSeconds(3599).toString());
    platform.report("u", "again", "5", "pending", NOW.plusSeconds(4001).toString());
    assertEquals(List.of(4L, 1L), funnel("view,purchase", 60, day));
    assertEquals(List.of(4L, 2L, 0L), funnel("view,cart,purchase", 60, day));
    platform.report("u", "again", "5", "completed", NOW.plusSeconds(4001).toString());
    assertEquals(List.of(4L, 2L, 1L), funnel("view,cart,purchase", 60, day));
    assertEquals(List.of(0L, 0L), funnel("view,cart", 60, days("2026-03-10", "2026-03-11")));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomFunnelsEqualASearchOverAllSequences(long seed) throws Exception {
    var random = new Random(seed);
    for (int batch = 0; batch < 3; batch++) {
      for (int i = 0; i < 100; i++) {
        // Late, ahead and out of order; no two at the same time.
        Instant at =
            NOW.plusSeconds((random.nextInt(80_000) - 50_000) / 7 * 7L).plusMillis(all.size());
        add(event("u" + random.nextInt(12), KINDS.get(random.nextInt(4)), at));
      }
      for (List<String> steps :
          List.of(
              List.of("view", "cart"),
              List.of("view", "search", "cart"),
              List.of("search", "search", "view", "signup"))) {
        int minutes = 20 + random.nextInt(300);
        assertEquals(
            bySearch(steps, minutes * 60_000L),
            funnel(String.join(",", steps), minutes, days("2026-03-01", "2026-03-20")),
            steps + " within " + minutes);
      }
    }
  }

  private List<Long> bySearch(List<String> steps, long millis) {
    var users = all.stream().collect(Collectors.groupingBy(View::userId));
    var reached = new ArrayList<Long>();
    for (int step = 0; step < steps.size(); step++) {
      int last = step;
      reached.add(
          users.values().stream().filter(events -> reaches(events, steps, last, millis)).count());
    }
    return reached;
  }

  /** Whether some sequence does the steps up to the last. */
  private static boolean reaches(List<View> events, List<String> steps, int last, long millis) {
    return events.stream()
        .filter(first -> first.kind().equals(steps.get(0)))
        .anyMatch(
            first ->
                follows(
                    events, steps, 1, last, first.viewedAt(), first.viewedAt().plusMillis(millis)));
  }

  private static boolean follows(
      List<View> events, List<String> steps, int step, int last, Instant after, Instant end) {
    if (step > last) return true;
    return events.stream()
        .filter(each -> each.kind().equals(steps.get(step)))
        .filter(each -> each.viewedAt().isAfter(after) && !each.viewedAt().isAfter(end))
        .anyMatch(each -> follows(events, steps, step + 1, last, each.viewedAt(), end));
  }

  /** Folds after each step, and compares rollups with a recomputation and with plain SQL. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void cohortsAndHeatMapsEqualPlainRecounts(long seed) throws Exception {
    var random = new Random(seed);
    for (int batch = 0; batch < 6; batch++) {
      var views = new ArrayList<View>();
      for (int i = 0; i < 60; i++) {
        Instant at =
            NOW.minusSeconds(random.nextInt(50 * 86_400)).plusSeconds(random.nextInt(80_000));
        views.add(
            new View(
                "c" + random.nextInt(70),
                random.nextInt(9) == 0 ? null : "u" + random.nextInt(30),
                at,
                null,
                null,
                random.nextInt(4) == 0 ? "cart" : null,
                null));
      }
      platform.viewed(views);
      for (int i = 0; i < 10; i++) {
        // A correction gives a transaction another user and time.
        platform.report(
            "t" + random.nextInt(9),
            "u" + random.nextInt(30),
            "1",
            "pending",
            NOW.minusSeconds(random.nextInt(60 * 86_400)).toString());
      }
      platform.numbers();
      equalsPlainRecounts(days("2025-12-20", "2026-03-20"));
    }
  }

  private void equalsPlainRecounts(BehaviorRange range) throws Exception {
    assertEquals(
        platform.sql.column(
            """
            WITH f AS (
              SELECT DISTINCT user_id, date_trunc('week', at AT TIME ZONE 'UTC')::date AS week
              FROM (SELECT user_id, at FROM platform_view UNION ALL
                    SELECT user_id, occurred_at FROM platform_transaction) s
              WHERE user_id IS NOT NULL),
            c AS (SELECT user_id, min(week) AS first FROM f GROUP BY 1)
            SELECT first || ' ' || (week - first) / 7 || ' ' || count(*)
            FROM f JOIN c USING (user_id) WHERE week <= '2026-03-11'
            GROUP BY first, week ORDER BY first, week"""),
        cohorts(range));
    var map = new TreeMap<String, Long>();
    for (var hour : Folding.await(HeatMap.byWeekday(platform.context.pool(), range, ZONE))) {
      map.put(hour.weekday() + " " + hour.hour(), hour.views());
    }
    assertEquals(
        counted(
            """
            SELECT extract(isodow FROM at AT TIME ZONE 'Asia/Kathmandu') || ' '
              || extract(hour FROM at AT TIME ZONE 'Asia/Kathmandu') || '=' || count(*)
            FROM platform_view WHERE kind IS NULL
            GROUP BY extract(isodow FROM at AT TIME ZONE 'Asia/Kathmandu'),
                     extract(hour FROM at AT TIME ZONE 'Asia/Kathmandu')"""),
        map);
    contents(range);
  }

  /** Each order line as a view of its article, each order as a purchase in its own currency. */
  @Test
  void theRecordedOrdersGiveWhatPlainRecountsGive() throws Exception {
    platform.at("2010-12-12T00:00:00Z");
    var lines = RealData.csv("platform", "online_retail_2010-12-01_to_09.csv");
    var views = new ArrayList<View>();
    var orders = new LinkedHashMap<String, Transaction>();
    for (var line : lines) {
      Instant at = Instant.parse(line.get("InvoiceDate").replace(' ', 'T') + "Z");
      String user = line.get("CustomerID").isEmpty() ? null : line.get("CustomerID");
      views.add(View.of(line.get("StockCode"), user, at, null));
      String id = line.get("InvoiceNo");
      var amount =
          new BigDecimal(line.get("Quantity")).multiply(new BigDecimal(line.get("UnitPrice")));
      var status = id.startsWith("C") ? TransactionStatus.FAILED : TransactionStatus.COMPLETED;
      orders.merge(
          id,
          new Transaction(id, user, null, amount, "GBP", status, at),
          (one, two) ->
              new Transaction(
                  id,
                  user,
                  null,
                  one.amount().add(two.amount()),
                  "GBP",
                  status,
                  one.occurredAt().isBefore(at) ? one.occurredAt() : at));
    }
    for (int i = 0; i < views.size(); i += 1000) {
      platform.viewed(views.subList(i, Math.min(i + 1000, views.size())));
    }
    Folding.await(platform.transactions.store(List.copyOf(orders.values())));
    platform.setRate("GBP", "2010-12-01", new BigDecimal("1.5626"));
    platform.setRate("GBP", "2010-12-06", new BigDecimal("1.5718"));
    var revenue = platform.numbers().get("revenue");
    assertEquals(
        0,
        new BigDecimal(RealData.expectedTotals("platform").get("revenue_completed").asText())
            .compareTo(revenue.at("/byCurrency/GBP/total").decimalValue()));
    assertFalse(revenue.has("withoutRate"));
    var range = days("2010-11-01", "2011-01-01");
    equalsPlainRecounts(range);
    assertEquals(
        platform.sql.column(
            """
            SELECT count(DISTINCT v.user_id)::text FROM platform_view v
            UNION ALL
            SELECT count(DISTINCT v.user_id)::text
            FROM platform_view v JOIN platform_transaction p
              ON p.user_id = v.user_id AND p.status = 'completed' AND p.occurred_at >= v.at
                AND p.occurred_at <= v.at + interval '1 hour'
            ORDER BY 1 DESC"""),
        funnel("view,purchase", 60, range).stream()
            .map(String::valueOf)
            .sorted(Comparator.reverseOrder())
            .toList());
  }

  private List<String> cohorts(BehaviorRange range) throws Exception {
    var lines = new ArrayList<String>();
    var cohorts =
        Folding.await(Cohorts.read(platform.context.pool(), range, NOW.atOffset(ZoneOffset.UTC)));
    for (var cohort : cohorts) {
      for (var week : cohort.weeks()) {
        lines.add(cohort.week() + " " + week.week() + " " + week.users());
      }
      assertEquals(0, cohort.weeks().get(0).week());
      assertEquals("100.00", cohort.weeks().get(0).percent().toPlainString());
    }
    return lines;
  }

  private void contents(BehaviorRange range) throws Exception {
    var shown = Folding.await(HeatMap.byContent(platform.context.pool(), range));
    var expected =
        counted(
            "SELECT content_id || '=' || count(*) FROM platform_view WHERE kind IS NULL GROUP BY content_id");
    long total = expected.values().stream().mapToLong(Long::longValue).sum();
    assertEquals(total, shown.stream().mapToLong(HeatMap.Content::views).sum());
    assertTrue(shown.size() <= HeatMap.TOP + 1);
    long least = Long.MAX_VALUE;
    for (var content : shown) {
      assertEquals(content.views(), content.days().stream().mapToLong(HeatMap.Day::views).sum());
      if (content.contentId() == null) continue;
      assertEquals(expected.get(content.contentId()), content.views());
      assertTrue(content.views() <= least);
      least = content.views();
    }
  }

  private Map<String, Long> counted(String query) throws Exception {
    var counted = new TreeMap<String, Long>();
    for (String line : platform.sql.column(query)) {
      int end = line.lastIndexOf('=');
      counted.put(line.substring(0, end), Long.parseLong(line.substring(end + 1)));
    }
    return counted;
  }

  @Test
  void aLateFactMovesAUserToAnEarlierCohortAndACorrectionBack() throws Exception {
    add(event("a", null, NOW), event("b", null, NOW));
    platform.numbers();
    var range = days("2026-01-01", "2026-04-01");
    assertEquals(List.of("2026-03-09 0 2"), cohorts(range));
    platform.report("t", "a", "1", "pending", "2026-02-25T00:00:00Z");
    platform.numbers();
    assertEquals(List.of("2026-02-23 0 1", "2026-02-23 2 1", "2026-03-09 0 1"), cohorts(range));
    platform.report("t", "b", "1", "pending", "2026-02-25T00:00:00Z");
    platform.numbers();
    assertEquals(List.of("2026-02-23 0 1", "2026-02-23 2 1", "2026-03-09 0 1"), cohorts(range));
    // A week ahead is stored, and shown when it has begun.
    platform.at("2026-03-15T12:00:00Z");
    add(event("a", null, Instant.parse("2026-03-16T08:00:00Z")));
    platform.numbers();
    assertEquals(3, cohorts(range).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "steps;view",
        "steps;view,",
        "steps;''",
        "steps;view,View",
        "steps;view,a b",
        "steps;a,b,c,d,e,f,g,h,i",
        "steps;view,1st"
      })
  void malformedStepsAreNamed(String name, String value) {
    Problem problem = assertThrows(Problem.class, () -> Funnel.of(query(name, value)));
    assertEquals(name, problem.errors().get(0).field());
  }

  @ParameterizedTest
  @CsvSource({"0", "44641", "1h", "-5"})
  void malformedWindowsAreNamed(String minutes) {
    Problem problem =
        assertThrows(
            Problem.class, () -> Funnel.of(query("steps", "view,cart", "within_minutes", minutes)));
    assertEquals("within_minutes", problem.errors().get(0).field());
  }

  @ParameterizedTest
  @CsvSource({
    "from, 2026-01-31, 2026-01-31", "from, 2026-01-31, 2026-01-01", "from, 2026-01-01, 2026-03-01",
    "from, soon, 2026-01-01", "to, 2026-01-01, 2026-02-30", "to, 2026-01-01, 2201-01-01",
    "from, 1899-12-31, 1900-01-10", "to, 2026-01-01, 2026-01-02T00:00:00Z"
  })
  void malformedRangesAreNamed(String named, String from, String to) {
    Problem problem =
        assertThrows(
            Problem.class,
            () -> BehaviorRange.of(query("from", from, "to", to), LocalDate.of(2026, 1, 1), 31));
    assertEquals(named, problem.errors().get(0).field());
  }
}
