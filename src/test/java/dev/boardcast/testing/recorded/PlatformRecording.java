package dev.boardcast.testing.recorded;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.ExpectedTotals;
import dev.boardcast.testing.UncoveredTotals;
import dev.boardcast.testing.recorded.RetailFacts.InvoiceLine;
import dev.boardcast.testing.recorded.RetailFacts.Order;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A shop's order lines, up to the end of each day and to the instant of the expected totals. */
public final class PlatformRecording implements Recording {
  private static final Instant AS_OF = Instant.parse("2010-12-08T12:00:00Z");
  private static final String METRICS = "/api/v1/analytics/realtime-metrics";

  private final ExpectedTotals expected = ExpectedTotals.of("platform");
  private final List<InvoiceLine> lines = RetailFacts.lines();

  public PlatformRecording() throws IOException {}

  @Override
  public String board() {
    return "platform";
  }

  @Override
  public List<String> webSocketPaths() {
    return List.of("/ws?topics=platform", "/ws/metrics/platform", "/ws/metrics?board=platform");
  }

  @Override
  public List<String> httpPaths() {
    return List.of(METRICS);
  }

  @Override
  public ExpectedTotals expected() {
    return expected;
  }

  @Override
  public Set<String> uncovered() {
    return UncoveredTotals.PLATFORM;
  }

  @Override
  public List<Stage> stages() {
    List<Instant> instants = new ArrayList<>(List.of(AS_OF));
    for (String day : expected.names("/active_users_by_day")) {
      instants.add(Instant.parse(day + "T23:59:59Z"));
    }
    instants.sort(null);
    var stages = new ArrayList<Stage>();
    var before = Instant.MIN;
    for (Instant now : instants) {
      boolean isLast = now.equals(instants.get(instants.size() - 1));
      stages.add(new Stage(now, facts(before, now), metrics -> check(now, isLast, metrics)));
      before = now;
    }
    return stages;
  }

  @Override
  public List<String> all() {
    return facts(Instant.MIN, Instant.MAX);
  }

  /** Compares sums of days and weeks afterwards. Each line of a user is an activity, copies too. */
  @Override
  public void compare(Reader reader) throws Exception {
    long orders = RetailFacts.orders(lines).size();
    assertEquals(
        expected.count("/rows") - expected.count("/lines_without_user"), all().size() - orders);
    for (String day : expected.names("/revenue_completed_by_day")) {
      LocalDate date = LocalDate.parse(day);
      range(reader, "/revenue_completed_by_day/" + day, date, date.plusDays(1));
    }
    var monday = LocalDate.parse("2010-11-29");
    var next = monday.plusWeeks(1);
    range(reader, "/revenue_completed_by_iso_week/2010-W48", monday, next);
    range(reader, "/revenue_completed_by_iso_week/2010-W49", next, next.plusWeeks(1));
  }

  private void range(Reader reader, String path, LocalDate from, LocalDate to) throws Exception {
    JsonNode sums = reader.get(METRICS + "?from=" + from + "&to=" + to);
    expected.exact(path, sums.at("/revenue/total").decimalValue());
  }

  private void check(Instant now, boolean isLast, JsonNode metrics) {
    if (now.equals(AS_OF)) {
      checkAsOf(metrics);
    } else {
      String day = LocalDate.ofInstant(now, ZoneOffset.UTC).toString();
      money("/revenue_completed_by_day/" + day, metrics.at("/revenue/today"));
      count("/active_users_by_day/" + day, metrics.at("/activeUsers/today"));
    }
    if (isLast) checkTotals(metrics);
  }

  private void checkAsOf(JsonNode metrics) {
    money("/as_of/revenue_completed_total", metrics.at("/revenue/total"));
    money("/as_of/revenue_completed_today", metrics.at("/revenue/today"));
    money("/as_of/revenue_completed_this_iso_week", metrics.at("/revenue/thisWeek"));
    money("/as_of/revenue_completed_this_month", metrics.at("/revenue/thisMonth"));
    count("/as_of/active_users_today", metrics.at("/activeUsers/today"));
    assertEquals(
        expected.count("/as_of/lines_imported"),
        lines.stream().filter(line -> !line.at().isAfter(AS_OF)).count());
  }

  private void checkTotals(JsonNode metrics) {
    money("/revenue_completed", metrics.at("/revenue/total"));
    money("/revenue_completed_by_iso_week/2010-W49", metrics.at("/revenue/thisWeek"));
    money("/revenue_completed_by_month/2010-12", metrics.at("/revenue/thisMonth"));
    // The recorded part has no amounts below a cent.
    for (String of : List.of("transaction", "line")) {
      String rounded = "/revenue_completed_if_each_%s_is_rounded_half_up_to_cents";
      money(rounded.formatted(of), metrics.at("/revenue/total"));
    }
    count("/transactions_total", metrics.at("/transactions/total"));
    count("/transactions_completed", metrics.at("/transactions/completed"));
    count("/transactions_completed", metrics.at("/content/totalPurchases"));
    count("/transactions_cancelled", metrics.at("/transactions/failed"));
    assertEquals(0, metrics.at("/transactions/pending").asInt());
    assertEquals(0, metrics.at("/content/conversionRate").asInt());
  }

  private void money(String path, JsonNode actual) {
    expected.exact(path, actual.decimalValue());
  }

  private void count(String path, JsonNode actual) {
    assertEquals(expected.count(path), actual.asLong(), path);
  }

  /** The orders with lines of that period, as known then, and the users' activities. */
  private List<String> facts(Instant after, Instant upTo) {
    Predicate<InvoiceLine> isNew = line -> line.at().isAfter(after) && !line.at().isAfter(upTo);
    Set<String> touched =
        lines.stream().filter(isNew).map(InvoiceLine::invoice).collect(Collectors.toSet());
    var known =
        lines.stream()
            .filter(line -> !line.at().isAfter(upTo) && touched.contains(line.invoice()))
            .toList();
    return Stream.concat(
            RetailFacts.orders(known).stream().map(Order::json),
            lines.stream()
                .filter(isNew)
                .filter(line -> line.user() != null)
                .map(InvoiceLine::activity))
        .toList();
  }
}
