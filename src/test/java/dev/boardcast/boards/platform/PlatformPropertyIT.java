package dev.boardcast.boards.platform;

import static dev.boardcast.spi.FactSink.Outcome.DUPLICATE;
import static dev.boardcast.spi.FactSink.Outcome.NEW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Random facts: late, repeated, out of order, corrected, with a clock that moves forward and back.
 * After every fold the metrics equal plain SQL, and the rollups equal a recomputation.
 */
class PlatformPropertyIT {
  private static final int KEPT = 96 * 3600;
  private static final Instant START = Instant.parse("2026-03-28T22:30:00Z");
  private static final Map<String, PlatformFixture> SHOPS = new HashMap<>();

  /** A step of a scenario; times are relative to the clock. */
  sealed interface Step {
    record Report(
        String id, String user, long cents, TransactionStatus status, Duration at, String currency)
        implements Step {}

    /** A rate of a day before or after; removed without one. */
    record SetRate(String currency, int day, BigDecimal rate) implements Step {}

    record Look(String user, Duration at, String eventId) implements Step {}

    record Act(String user, Duration at, String eventId) implements Step {}

    record Pass(Duration time) implements Step {}

    record Fold() implements Step {}
  }

  @BeforeContainer
  static void open() {
    for (String zone : List.of("UTC", "Europe/Berlin", "Asia/Kathmandu")) {
      SHOPS.put(zone, new PlatformFixture(START, ZoneId.of(zone)));
    }
  }

  @AfterContainer
  static void close() throws Exception {
    for (PlatformFixture platform : SHOPS.values()) platform.close();
    SHOPS.clear();
  }

  @Property(tries = 100)
  void foldEqualsRecomputationEqualsPlainSql(
      @ForAll("zones") String zone, @ForAll("stories") List<Step> story) throws Exception {
    var platform = SHOPS.get(zone);
    platform.folding.empty();
    var known = new HashMap<String, Known>();
    Instant now = START;
    platform.at(now);
    for (Step step : story) {
      if (step instanceof Step.Pass pass) {
        now = now.plus(pass.time());
        platform.at(now);
      } else if (step instanceof Step.Fold) {
        platform.folding.run(now);
      } else {
        take(platform, step, now, known);
      }
    }
    var numbers = platform.numbers();
    assertEquals(
        numbers, platform.folding.read(platform.folding.tick().orElseThrow().minusMillis(1)));
    assertEquals(text(known), platform.sql.column(KNOWN));
  }

  private static void take(
      PlatformFixture platform, Step step, Instant now, Map<String, Known> known) throws Exception {
    if (step instanceof Step.Report report) {
      Instant occurredAt = report.at() == null ? null : now.plus(report.at());
      var transaction =
          new Transaction(
              report.id(),
              report.user(),
              null,
              BigDecimal.valueOf(report.cents(), 2),
              report.currency(),
              report.status(),
              occurredAt);
      var before = known.get(report.id());
      var after = before == null ? Known.first(transaction, now) : before.then(transaction, now);
      known.put(report.id(), after);
      assertEquals(
          List.of(after.equals(before) ? DUPLICATE : NEW),
          Folding.await(platform.transactions.store(List.of(transaction))));
    } else if (step instanceof Step.SetRate set) {
      var day = LocalDate.ofInstant(now, ZoneOffset.UTC).plusDays(set.day());
      if (set.rate() == null) platform.removeRate(set.currency(), day);
      else platform.setRate(set.currency(), day.toString(), set.rate());
    } else if (step instanceof Step.Look look) {
      var view = View.of("c", look.user(), now.plus(look.at()), look.eventId());
      platform.viewed(List.of(view, view));
    } else if (step instanceof Step.Act act) {
      platform.active(List.of(new Activity(act.user(), now.plus(act.at()), act.eventId())));
    }
  }

  private static final String KNOWN =
      """
      SELECT concat_ws(' ', transaction_id, coalesce(user_id, '-'), amount, status,
                       extract(epoch FROM occurred_at)::bigint, is_timed,
                       coalesce(nullif(currency, ''), 'USD'))
      FROM platform_transaction ORDER BY transaction_id""";

  private static List<String> text(Map<String, Known> known) {
    return known.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> entry.getKey() + " " + entry.getValue().text())
        .toList();
  }

  /** The expected state of a transaction, by the rules of {@link TransactionStore}. */
  private record Known(
      String user,
      BigDecimal amount,
      TransactionStatus status,
      Instant at,
      boolean isTimed,
      String currency) {
    static Known first(Transaction report, Instant now) {
      boolean isTimed = report.occurredAt() != null;
      return new Known(
          report.userId(),
          report.amount(),
          report.status(),
          isTimed ? report.occurredAt() : now,
          isTimed,
          report.currency() == null ? "USD" : report.currency());
    }

    Known then(Transaction report, Instant now) {
      var next = first(report, now);
      String kept = next.user == null ? user : next.user;
      String in = report.currency() == null ? currency : report.currency();
      if (status != next.status) {
        if (isTimed && next.isTimed && next.at.isBefore(at)) return this;
        return new Known(kept, next.amount, next.status, next.at, next.isTimed, in);
      }
      boolean isRetold = next.isTimed && !next.at.equals(at);
      if (kept == null ? user == null : kept.equals(user)) {
        if (next.amount.equals(amount) && in.equals(currency) && !isRetold) return this;
      }
      return new Known(
          kept, next.amount, status, next.isTimed ? next.at : at, next.isTimed || isTimed, in);
    }

    String text() {
      return String.join(
          " ",
          user == null ? "-" : user,
          amount.toPlainString(),
          status.stored(),
          Long.toString(at.getEpochSecond()),
          isTimed ? "t" : "f",
          currency);
    }
  }

  @Provide
  Arbitrary<String> zones() {
    return Arbitraries.of("UTC", "Europe/Berlin", "Asia/Kathmandu");
  }

  @Provide
  Arbitrary<List<Step>> stories() {
    var users = Arbitraries.of("ann", "bob", "cyd", "dan");
    var statuses = Arbitraries.of(TransactionStatus.class);
    Arbitrary<Step> report =
        Combinators.combine(
                Arbitraries.of("t1", "t2", "t3", "t4", "t5"),
                users.injectNull(0.2),
                Arbitraries.longs().between(-300, 300),
                statuses,
                times().injectNull(0.3),
                Arbitraries.of("USD", "EUR", "JPY").injectNull(0.4))
            .as(Step.Report::new);
    Arbitrary<Step> rate =
        Combinators.combine(
                Arbitraries.of("EUR", "JPY"),
                Arbitraries.integers().between(-13, 1),
                Arbitraries.of("1.08", "0.0067", "1.100", "2", "0.000000000001")
                    .map(BigDecimal::new)
                    .injectNull(0.2))
            .as(Step.SetRate::new);
    Arbitrary<String> events = Arbitraries.of("e1", "e2", "e3", "e4").injectNull(0.6);
    Arbitrary<Step> look =
        Combinators.combine(users.injectNull(0.2), times(), events).as(Step.Look::new);
    Arbitrary<Step> act = Combinators.combine(users, times(), events).as(Step.Act::new);
    Arbitrary<Step> pass =
        Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.of(1, 20, 59, 60, 299, 300, 900)),
                Tuple.of(3, Arbitraries.integers().between(3_600, 100_000)),
                Tuple.of(1, Arbitraries.integers().between(-3_600, -1)))
            .map(seconds -> new Step.Pass(Duration.ofSeconds(seconds)));
    return Arbitraries.frequencyOf(
            Tuple.of(6, report),
            Tuple.of(2, rate),
            Tuple.of(3, look),
            Tuple.of(6, act),
            Tuple.of(3, pass),
            Tuple.of(3, Arbitraries.just(new Step.Fold())))
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  /** Times at edges: of minutes, of five minutes, and of the horizon. */
  private static Arbitrary<Duration> times() {
    return Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.of(0, -1, -20, -59, -60, -240, -280, -299, -300, -301, -341)),
            Tuple.of(4, Arbitraries.integers().between(-700, 30)),
            Tuple.of(2, Arbitraries.of(590, 880, 899, 900, 901, 920, 1180).map(at -> at - KEPT)),
            Tuple.of(2, Arbitraries.integers().between(-100_000, 80_000)),
            Tuple.of(1, Arbitraries.integers().between(-1_000_000, -80_000)))
        .map(Duration::ofSeconds);
  }
}
