package dev.boardcast.board.platform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.board.platform.RetailFacts.Line;
import dev.boardcast.board.platform.RetailFacts.Order;
import dev.boardcast.bus.FactsHints;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.RealData;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Eight days of a real shop as they pass, with totals computed elsewhere. The truth's revenue of
 * cancellations and net, its transactions without user, users of all time, products, units and
 * countries, and users of the last 24 hours have no counterpart in the contract.
 */
class PlatformTruthIT {
  private Api api;

  @Test
  void realOrdersGiveTheTrueFiguresOnEachDayHoweverOftenTheyAreSent() throws Exception {
    JsonNode truth = RealData.truth("platform");
    List<Line> lines = RetailFacts.lines();
    assertEquals(truth.get("rows").asInt(), lines.size());
    try (var started = start()) {
      api = started;
      var folding = new Folding(api.parts().pool(), PlatformConfig.DEFAULTS);
      int sent = 0;
      for (Instant until : instants(truth)) {
        List<Line> arrived = lines.stream().filter(line -> !line.at().isAfter(until)).toList();
        send(arrived, sent);
        sent = arrived.size();
        check(truth, folding.run(until), until, sent);
      }
      assertEquals(folding.recomputed(), folding.rollups());
      String before = folding.run(LATER).toString();
      send(lines, 0);
      assertEquals(before, folding.run(LATER).toString());
      checkTotals(truth, folding.run(LATER));
      checkRanges(truth);
    }
  }

  private static final Instant LATER = Instant.parse("2010-12-12T23:59:59Z");

  /** The end of each day, and the moment that the truth describes. */
  private static List<Instant> instants(JsonNode truth) {
    List<Instant> instants = new ArrayList<>();
    for (var day : truth.get("active_users_by_day").properties()) {
      instants.add(Instant.parse(day.getKey() + "T23:59:59Z"));
    }
    instants.add(asOf(truth));
    instants.sort(null);
    return instants;
  }

  private static Instant asOf(JsonNode truth) {
    return Instant.parse(truth.at("/as_of/instant").asText().replace(' ', 'T') + "Z");
  }

  private static void check(JsonNode truth, JsonNode numbers, Instant now, int sent) {
    String day = now.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    if (now.equals(asOf(truth))) {
      JsonNode then = truth.get("as_of");
      assertEquals(then.get("lines_imported").asInt(), sent);
      assertMoney(then.get("revenue_completed_total"), numbers.at("/revenue/total"));
      assertMoney(then.get("revenue_completed_today"), numbers.at("/revenue/today"));
      assertMoney(then.get("revenue_completed_this_iso_week"), numbers.at("/revenue/thisWeek"));
      assertMoney(then.get("revenue_completed_this_month"), numbers.at("/revenue/thisMonth"));
      assertEquals(then.get("active_users_today"), numbers.at("/activeUsers/today"));
    } else {
      assertMoney(truth.at("/revenue_completed_by_day/" + day), numbers.at("/revenue/today"));
      assertEquals(truth.at("/active_users_by_day/" + day), numbers.at("/activeUsers/today"));
    }
  }

  private static void checkTotals(JsonNode truth, JsonNode numbers) {
    assertMoney(truth.get("revenue_completed"), numbers.at("/revenue/total"));
    assertMoney(
        truth.at("/revenue_completed_by_iso_week/2010-W49"), numbers.at("/revenue/thisWeek"));
    assertMoney(truth.at("/revenue_completed_by_month/2010-12"), numbers.at("/revenue/thisMonth"));
    assertEquals(truth.get("transactions_total"), numbers.at("/transactions/total"));
    assertEquals(truth.get("transactions_completed"), numbers.at("/transactions/completed"));
    assertEquals(truth.get("transactions_cancelled"), numbers.at("/transactions/failed"));
    assertEquals(0, numbers.at("/transactions/pending").asInt());
    assertEquals(truth.get("transactions_completed"), numbers.at("/content/totalPurchases"));
    assertEquals(0, numbers.at("/content/conversionRate").asInt());
  }

  private void checkRanges(JsonNode truth) throws Exception {
    for (var day : truth.get("revenue_completed_by_day").properties()) {
      LocalDate date = LocalDate.parse(day.getKey());
      assertMoney(day.getValue(), revenue(date, date.plusDays(1)));
    }
    var weeks = truth.get("revenue_completed_by_iso_week");
    var monday = LocalDate.parse("2010-11-29");
    assertMoney(weeks.get("2010-W48"), revenue(monday, monday.plusWeeks(1)));
    assertMoney(weeks.get("2010-W49"), revenue(monday.plusWeeks(1), monday.plusWeeks(2)));
  }

  private BigDecimal revenue(LocalDate from, LocalDate to) throws Exception {
    var span = TimeSpan.of(from, to, ZoneOffset.UTC);
    return Folding.await(Sums.within(api.parts().pool(), List.of(span))).get(0).revenue();
  }

  /** Sends the orders that the lines make up, and a sign of life per line from that place on. */
  private void send(List<Line> lines, int from) {
    post("transactions", RetailFacts.orders(lines).stream().map(Order::json).toList());
    post(
        "activity",
        lines.subList(from, lines.size()).stream()
            .filter(line -> line.user() != null)
            .map(Line::activity)
            .toList());
  }

  private void post(String facts, Iterable<String> lines) {
    var answer =
        api.call("POST", "/api/v1/analytics/" + facts)
            .as("shop;;ingest")
            .body("application/x-ndjson", Buffer.buffer(String.join("\n", lines).getBytes(UTF_8)))
            .now();
    assertEquals(200, answer.status(), answer.text());
    assertEquals(0, answer.json().get("rejected").asInt(), answer.text());
  }

  private static Api start() {
    return new Api(
        HttpConfig.DEFAULTS,
        parts -> {
          var hints = new FactsHints(parts.vertx(), parts.bus(), PlatformBoard.NAME);
          var clock = Clock.systemUTC();
          return List.of(
              new PlatformRoutes(
                  parts.config(),
                  true,
                  "USD",
                  new TransactionStore(parts.pool(), hints, clock),
                  new VisitStore(parts.pool(), hints, clock)));
        });
  }

  private static void assertMoney(JsonNode expected, JsonNode actual) {
    assertMoney(expected, actual.decimalValue());
  }

  private static void assertMoney(JsonNode expected, BigDecimal actual) {
    assertEquals(Money.of(new BigDecimal(expected.asText())), Money.of(actual));
  }
}
