package dev.boardcast.boards.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Amounts in several currencies, and what they are worth by dated rates. */
@TestInstance(Lifecycle.PER_CLASS)
class CurrencyIT {
  private static final String RATES = "/api/v1/analytics/rates";
  private static final String ADMIN = "boss;;admin";
  private static final Instant NOON = Instant.parse("2026-05-20T12:00:00Z");

  private PlatformFixture platform;
  private Api api;
  private Sql sql;

  @BeforeAll
  void open() {
    platform = new PlatformFixture(NOON, ZoneOffset.UTC);
    var database = Services.get().freshDatabase();
    sql = new Sql(database.postgresUri());
    api =
        new Api(database, HttpConfig.DEFAULTS, parts -> new PlatformModule().routes(parts.board()));
  }

  @AfterAll
  void close() throws Exception {
    api.close();
    platform.close();
  }

  @BeforeEach
  void empty() throws Exception {
    platform.at(NOON).folding.empty();
  }

  private void rate(String currency, String day, String rate) throws Exception {
    platform.setRate(currency, day, new BigDecimal(rate));
  }

  private static String text(JsonNode numbers, String pointer) {
    return numbers.at(pointer).toString();
  }

  @Test
  void eachCurrencyIsExactAndNeverAddedToAnother() throws Exception {
    platform.report("a", "u", "10.10", "completed", "2026-05-20T10:00:00Z");
    assertFalse(platform.numbers().get("revenue").has("byCurrency"), "one currency only");
    platform.reportIn("EUR", "b", "0.1", "completed", "2026-05-20T10:00:00Z");
    platform.reportIn("EUR", "c", "0.2", "completed", "2026-05-04T10:00:00Z");
    platform.reportIn("JPY", "d", "700", "completed", "2026-04-30T23:59:59Z");
    platform.reportIn("CHF", "e", "1", "pending", "2026-05-20T10:00:00Z");
    JsonNode revenue = platform.numbers().get("revenue");
    assertEquals("10.10", PlatformFixture.money(revenue, "total"));
    assertEquals(
        "0.30 0.10 0.10 0.30",
        PlatformFixture.money(
            revenue.at("/byCurrency/EUR"), "total", "today", "thisWeek", "thisMonth"));
    assertEquals(
        "700.00 0.00", PlatformFixture.money(revenue.at("/byCurrency/JPY"), "total", "today"));
    assertEquals(3, revenue.get("byCurrency").size(), "pending is no revenue");
    assertFalse(revenue.has("converted"), "no rate is known");
    assertEquals(2, revenue.at("/withoutRate/EUR/facts").asInt());
    assertEquals(1, revenue.at("/withoutRate/JPY/facts").asInt());
  }

  @Test
  void aReportMovesATransactionToAnotherCurrency() throws Exception {
    platform.reportIn("EUR", "a", "5", "completed", "2026-05-20T10:00:00Z");
    assertEquals("5", text(platform.numbers(), "/revenue/byCurrency/EUR/total"));
    assertTrue(platform.report("a", "u", "6", "completed", "2026-05-20T10:00:00Z"));
    JsonNode kept = platform.numbers();
    assertEquals("6", text(kept, "/revenue/byCurrency/EUR/total"), "a report without one keeps it");
    assertTrue(platform.reportIn("USD", "a", "6", "completed", "2026-05-20T10:00:00Z"));
    JsonNode moved = platform.numbers();
    assertEquals("6", text(moved, "/revenue/total"));
    assertFalse(moved.get("revenue").has("byCurrency"));
    assertFalse(platform.reportIn("USD", "a", "6", "completed", "2026-05-20T10:00:00Z"));
  }

  /**
   * Facts before the first rate have none; a rate that comes late, dated earlier, moves the total.
   */
  @Test
  void aLateRateMovesTheTotal() throws Exception {
    platform.report("usd", "u", "1", "completed", "2026-05-20T10:00:00Z");
    platform.reportIn("EUR", "a", "100", "completed", "2026-05-09T23:59:59.999Z");
    platform.reportIn("EUR", "b", "10", "completed", "2026-05-10T00:00:00Z");
    platform.reportIn("EUR", "c", "10", "completed", "2026-05-15T12:00:00Z");
    rate("EUR", "2026-05-10", "1.1");
    JsonNode first = platform.numbers();
    assertEquals("23", text(first, "/revenue/converted/total"));
    assertEquals("1", text(first, "/revenue/withoutRate/EUR/facts"));
    assertEquals("100.00", PlatformFixture.money(first.at("/revenue/withoutRate/EUR"), "amount"));
    rate("EUR", "2026-05-15", "1.25");
    assertEquals("24.5", text(platform.numbers(), "/revenue/converted/total"), "from that day on");
    rate("EUR", "2026-05-01", "1.05");
    JsonNode all = platform.numbers();
    assertEquals("129.5", text(all, "/revenue/converted/total"));
    assertFalse(all.get("revenue").has("withoutRate"));
    rate("EUR", "2026-05-10", "2");
    assertEquals("138.5", text(platform.numbers(), "/revenue/converted/total"), "corrected");
    platform.removeRate("EUR", LocalDate.parse("2026-05-15"));
    assertEquals("146", text(platform.numbers(), "/revenue/converted/total"), "removed");
    for (String day : List.of("2026-05-01", "2026-05-10")) {
      platform.removeRate("EUR", LocalDate.parse(day));
    }
    assertFalse(platform.numbers().get("revenue").has("converted"));
  }

  @Test
  void factsAheadLateAndOutOfOrderAreWorthTheRateOfTheirDay() throws Exception {
    rate("EUR", "2026-05-19", "1");
    rate("EUR", "2026-05-20", "2");
    rate("EUR", "2026-05-21", "4");
    platform.reportIn("EUR", "ahead", "1", "completed", "2026-05-21T11:59:00Z");
    assertEquals("4", text(platform.numbers(), "/revenue/converted/total"));
    platform.reportIn("EUR", "now", "1", "completed", "2026-05-20T12:00:00Z");
    platform.reportIn("EUR", "late", "1", "completed", "2026-05-19T00:00:00Z");
    JsonNode numbers = platform.numbers();
    assertEquals("7", text(numbers, "/revenue/converted/total"));
    assertEquals("2", text(numbers, "/revenue/converted/today"));
    JsonNode tomorrow = platform.at("2026-05-21T00:00:00Z").numbers();
    assertEquals("4", text(tomorrow, "/revenue/converted/today"));
  }

  @Test
  void ratesAreListedReplacedAndRemoved() throws Exception {
    set(
        "{\"rates\":[{\"currency\":\"SEK\",\"valid_from\":\"2026-02-01\",\"rate\":0.11},"
            + "{\"currency\":\"SEK\",\"valid_from\":\"2026-01-01\",\"rate\":0.1}]}");
    set("{\"rates\":[{\"currency\":\"SEK\",\"valid_from\":\"2026-02-01\",\"rate\":0.12}]}");
    var listed = api.call("GET", RATES).now().json();
    assertEquals("USD", listed.get("target").asText());
    assertEquals(
        "[{\"currency\":\"SEK\",\"valid_from\":\"2026-01-01\",\"rate\":0.1},"
            + "{\"currency\":\"SEK\",\"valid_from\":\"2026-02-01\",\"rate\":0.12}]",
        listed.get("rates").toString());
    for (int i = 0; i < 2; i++) {
      var removed =
          api.call("DELETE", RATES + "?currency=SEK&valid_from=2026-01-01").as(ADMIN).now();
      assertEquals(204, removed.status(), removed.text());
    }
    assertEquals(1, api.call("GET", RATES).now().json().get("rates").size());
    assertEquals(401, api.call("POST", RATES).json("{}").now().status());
    assertEquals(403, api.call("POST", RATES).as("u;;ingest").json("{}").now().status());
    assertEquals(
        List.of("1 3", "-1 2"),
        sql.column(
            """
            SELECT sign || ' ' || count(*) FROM platform_rate_change WHERE currency = 'SEK'
            GROUP BY sign ORDER BY sign DESC"""),
        "each change is a fact");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rates | null",
        "rates | []",
        "rates | {}",
        "rates | \"EUR\"",
        "rates[0] | [null]",
        "rates[0] | [1]",
        "rates[0].currency | [{'valid_from':'2026-01-01','rate':1}]",
        "rates[0].currency | [{'currency':null,'valid_from':'2026-01-01','rate':1}]",
        "rates[0].currency | [{'currency':'eur','valid_from':'2026-01-01','rate':1}]",
        "rates[0].currency | [{'currency':'EURO','valid_from':'2026-01-01','rate':1}]",
        "rates[0].currency | [{'currency':'ABC','valid_from':'2026-01-01','rate':1}]",
        "rates[0].currency | [{'currency':'USD','valid_from':'2026-01-01','rate':1}]",
        "rates[0].currency | [{'currency':7,'valid_from':'2026-01-01','rate':1}]",
        "rates[0].valid_from | [{'currency':'EUR','rate':1}]",
        "rates[0].valid_from | [{'currency':'EUR','valid_from':'2026-02-30','rate':1}]",
        "rates[0].valid_from | [{'currency':'EUR','valid_from':'2026-1-1','rate':1}]",
        "rates[0].valid_from | [{'currency':'EUR','valid_from':'1969-12-31','rate':1}]",
        "rates[0].valid_from | [{'currency':'EUR','valid_from':'2200-01-01','rate':1}]",
        "rates[0].valid_from | [{'currency':'EUR','valid_from':'2026-01-01T00:00:00Z','rate':1}]",
        "rates[0].valid_from | [{'currency':'EUR','valid_from':20260101,'rate':1}]",
        "rates[0].rate | [{'currency':'EUR','valid_from':'2026-01-01'}]",
        "rates[0].rate | [{'currency':'EUR','valid_from':'2026-01-01','rate':0}]",
        "rates[0].rate | [{'currency':'EUR','valid_from':'2026-01-01','rate':-1}]",
        "rates[0].rate | [{'currency':'EUR','valid_from':'2026-01-01','rate':1e10}]",
        "rates[0].rate | [{'currency':'EUR','valid_from':'2026-01-01','rate':1e-13}]",
        "rates[0].rate | [{'currency':'EUR','valid_from':'2026-01-01','rate':'1'}]",
        "rates[0].rate | [{'currency':'EUR','valid_from':'2026-01-01','rate':true}]",
        "rates[0].until | [{'currency':'EUR','valid_from':'2026-01-01','rate':1,'until':1}]",
        "rates[1].rate | [{'currency':'EUR','valid_from':'2026-01-01','rate':1},{'currency':'EUR','valid_from':'2026-01-02','rate':0}]",
        "rates[1].valid_from | [{'currency':'EUR','valid_from':'2026-01-01','rate':1},{'currency':'EUR','valid_from':'2026-01-01','rate':2}]"
      })
  void aMalformedRateIsNamedAndNoneIsSet(String field, String value) throws Exception {
    String before = sql.column("SELECT count(*)::text FROM platform_rate_change").get(0);
    String body = "{\"rates\":" + value.replace('\'', '"') + "}";
    var answer = api.call("POST", RATES).as(ADMIN).json(body).now();
    assertEquals(400, answer.status(), answer.text());
    assertEquals(field, answer.fields(), answer.text());
    assertEquals(before, sql.column("SELECT count(*)::text FROM platform_rate_change").get(0));
  }

  @ParameterizedTest
  @CsvSource({
    "currency, ?valid_from=2026-01-01",
    "currency, ?currency=eur&valid_from=2026-01-01",
    "valid_from, ?currency=EUR",
    "valid_from, ?currency=EUR&valid_from=today",
    "day, ?currency=EUR&valid_from=2026-01-01&day=1"
  })
  void aMalformedRemovalIsNamed(String field, String query) {
    var answer = api.call("DELETE", RATES + query).as(ADMIN).now();
    assertEquals(400, answer.status(), answer.text());
    assertEquals(field, answer.fields());
  }

  private void set(String body) throws Exception {
    var answer = api.call("POST", RATES).as(ADMIN).json(body).now();
    assertEquals(200, answer.status(), answer.text());
    ObjectNode sent = (ObjectNode) Json.MAPPER.readTree(body);
    assertEquals(sent.get("rates"), answer.json().get("rates"));
  }
}
