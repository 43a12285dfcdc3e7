package dev.boardcast.board.platform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.board.platform.RetailFacts.Line;
import dev.boardcast.board.platform.RetailFacts.Order;
import dev.boardcast.bus.FactsHints;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Truth;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Eight days of a real shop as they pass, with totals computed elsewhere. */
class PlatformTruthIT {
  /**
   * Amounts of failed transactions are not shown, users and transactions are not told apart by what
   * is unknown of them, and lines, products, units and countries are no part of a transaction.
   */
  private static final Set<String> NO_COUNTERPART =
      Set.of(
          "/first_timestamp",
          "/last_timestamp",
          "/transactions_spanning_two_minutes",
          "/transactions_without_user",
          "/transactions_with_more_than_one_user",
          "/transactions_completed_with_amount_zero",
          "/transactions_completed_with_amount_negative",
          "/revenue_cancelled",
          "/revenue_net",
          "/revenue_completed_if_each_transaction_is_rounded_half_up_to_cents",
          "/revenue_completed_if_each_line_is_rounded_half_up_to_cents",
          "/lines_cancelled",
          "/lines_without_user",
          "/lines_with_amount_finer_than_a_cent",
          "/lines_by_country_top10",
          "/rows_earlier_than_the_row_before",
          "/exact_duplicate_rows",
          "/distinct_users",
          "/distinct_products",
          "/units_completed",
          "/as_of/instant",
          "/as_of/active_users_last_24h");

  private static final Instant AS_OF = Instant.parse("2010-12-08T12:00:00Z");
  private static final Instant LATER = Instant.parse("2010-12-12T23:59:59Z");

  private Truth truth;
  private Api api;

  @Test
  void realOrdersGiveTheTrueFiguresOnEachDayHoweverOftenTheyAreSent() throws Exception {
    truth = Truth.of("platform");
    List<Line> lines = RetailFacts.lines();
    assertEquals(truth.count("/rows"), lines.size());
    try (var started = start()) {
      api = started;
      var folding = new Folding(api.parts().pool(), PlatformConfig.DEFAULTS);
      int sent = 0;
      for (Instant now : instants()) {
        List<Line> arrived = lines.stream().filter(line -> !line.at().isAfter(now)).toList();
        send(arrived, sent);
        sent = arrived.size();
        JsonNode numbers = folding.run(now);
        if (now.equals(AS_OF)) {
          assertEquals(truth.count("/as_of/lines_imported"), sent);
          checkAsOf(numbers);
        } else {
          checkDay(now, numbers);
        }
      }
      assertEquals(folding.recomputed(), folding.rollups());
      JsonNode numbers = folding.run(LATER);
      checkTotals(numbers);
      send(lines, 0);
      assertEquals(numbers, folding.run(LATER));
      checkRanges();
    }
    truth.assertNothingForgotten(NO_COUNTERPART);
  }

  /** The end of each day, and the moment that the truth describes. */
  private List<Instant> instants() {
    List<Instant> instants = new ArrayList<>(List.of(AS_OF));
    for (String day : truth.names("/active_users_by_day")) {
      instants.add(Instant.parse(day + "T23:59:59Z"));
    }
    instants.sort(null);
    return instants;
  }

  private void checkAsOf(JsonNode numbers) {
    money("/as_of/revenue_completed_total", numbers.at("/revenue/total"));
    money("/as_of/revenue_completed_today", numbers.at("/revenue/today"));
    money("/as_of/revenue_completed_this_iso_week", numbers.at("/revenue/thisWeek"));
    money("/as_of/revenue_completed_this_month", numbers.at("/revenue/thisMonth"));
    count("/as_of/active_users_today", numbers.at("/activeUsers/today"));
  }

  private void checkDay(Instant now, JsonNode numbers) {
    String day = LocalDate.ofInstant(now, ZoneOffset.UTC).toString();
    money("/revenue_completed_by_day/" + day, numbers.at("/revenue/today"));
    count("/active_users_by_day/" + day, numbers.at("/activeUsers/today"));
  }

  private void checkTotals(JsonNode numbers) {
    money("/revenue_completed", numbers.at("/revenue/total"));
    money("/revenue_completed_by_iso_week/2010-W49", numbers.at("/revenue/thisWeek"));
    money("/revenue_completed_by_month/2010-12", numbers.at("/revenue/thisMonth"));
    count("/transactions_total", numbers.at("/transactions/total"));
    count("/transactions_completed", numbers.at("/transactions/completed"));
    count("/transactions_completed", numbers.at("/content/totalPurchases"));
    count("/transactions_cancelled", numbers.at("/transactions/failed"));
    assertEquals(0, numbers.at("/transactions/pending").asInt());
    assertEquals(0, numbers.at("/content/conversionRate").asInt());
  }

  private void checkRanges() throws Exception {
    for (String day : truth.names("/revenue_completed_by_day")) {
      LocalDate date = LocalDate.parse(day);
      truth.decimal("/revenue_completed_by_day/" + day, revenue(date, date.plusDays(1)));
    }
    var monday = LocalDate.parse("2010-11-29");
    truth.decimal("/revenue_completed_by_iso_week/2010-W48", revenue(monday, monday.plusWeeks(1)));
    truth.decimal(
        "/revenue_completed_by_iso_week/2010-W49",
        revenue(monday.plusWeeks(1), monday.plusWeeks(2)));
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

  private void money(String path, JsonNode actual) {
    truth.decimal(path, actual.decimalValue());
  }

  private void count(String path, JsonNode actual) {
    assertEquals(truth.count(path), actual.asLong(), path);
  }
}
