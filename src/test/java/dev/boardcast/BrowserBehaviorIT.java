package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Axe;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What users do, on the platform's page: a funnel, cohorts and heat maps. */
@Timeout(240)
class BrowserBehaviorIT extends BrowserNodeCase {
  private static final String FUNNEL = rows("Funnel", ".slice(2)");
  private static final Instant HOUR = Instant.now().truncatedTo(ChronoUnit.HOURS);

  /** Of three users that view, two put something into a cart and one of them buys. */
  @BeforeAll
  void act() {
    for (String user : new String[] {"u1", "u2", "u3"}) event("view", user, HOUR);
    event("view", "u1", HOUR.plusMillis(1));
    event("cart", "u1", HOUR.plusMillis(2));
    event("cart", "u2", HOUR.plusMillis(2));
    // Two weeks ago two of them were here too.
    for (String user : new String[] {"u1", "u2"})
      event("view", user, HOUR.minus(14, ChronoUnit.DAYS));
    post(
        "/api/v1/analytics/transactions",
        "{'transaction_id':'t1','user_id':'u1','content_id':'c','amount':9,'status':'completed',"
            + "'occurred_at':'%s'}".formatted(HOUR.plusMillis(3)));
  }

  private void event(String kind, String user, Instant at) {
    post(
        "/api/v1/analytics/views",
        "{'kind':'%s','content_id':'c','user_id':'%s','viewed_at':'%s'}".formatted(kind, user, at));
  }

  @Test
  void theFunnelFollowsItsStepsAndTheAddress() {
    Page page = page("#/platform");
    page.await(FUNNEL + " === '3,100%,–;2,66.7%,1;1,33.3%,1'");
    page.eval(
        "const steps = document.querySelector('input[name=steps]'); steps.value = 'cart, purchase';"
            + " steps.form.requestSubmit()");
    page.await(FUNNEL + " === '2,100%,–;1,50.0%,1'");
    assertTrue(page.eval("location.hash").asText().contains("steps=cart%2Cpurchase"));

    Page copied = page("#/platform?steps=cart%2Cpurchase");
    copied.await(FUNNEL + " === '2,100%,–;1,50.0%,1'");
    copied.eval(
        "const steps = document.querySelector('input[name=steps]'); steps.value = 'cart';"
            + " steps.form.requestSubmit()");
    copied.await("document.querySelector('main .failed')?.textContent.includes('2 to 8 kinds')");
  }

  @Test
  void cohortsAndHeatMapsAreTablesWithColoredCells() {
    Page page = page("#/platform");
    LocalDate monday =
        LocalDate.ofInstant(HOUR, ZoneOffset.UTC)
            .minusDays(14)
            .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    page.await(rows("Cohorts", ".slice(1)") + ".startsWith('2,100%,,100%')");
    assertEquals(
        monday.getDayOfMonth(),
        page.eval(
                "Number(/\\d+/.exec(document.querySelector('table[aria-label=Cohorts] tbody"
                    + " th').textContent)[0])")
            .asInt());
    String hour =
        "document.querySelectorAll('table[aria-label^=\"Views by hour\"] tbody tr')[%d]?.cells[%d]"
            .formatted(
                HOUR.atOffset(ZoneOffset.UTC).getDayOfWeek().getValue() - 1,
                HOUR.atOffset(ZoneOffset.UTC).getHour() + 1);
    page.await(hour + "?.textContent === '6'");
    assertEquals("50%", page.eval(hour + ".style.getPropertyValue('--part')").asText());
    page.await(rows("Views by content and day", ".slice(1, 2)") + " === '4'");
    assertEquals("[]", Axe.violations(page));
  }

  /** The card appears with the first amount in another currency, and says what has no rate. */
  @Test
  void revenueByCurrencyIsATableWithTheSumOfAll() {
    Page page = page("#/platform");
    String card = "document.querySelector('table[aria-label=\"Revenue by currency\"]')";
    page.await("document.querySelector('main h1')");
    String purchase = "{'transaction_id':'%s','amount':%s,'currency':'%s','status':'completed'}";
    post("/api/v1/analytics/transactions", purchase.formatted("eur", "10", "EUR"));
    post("/api/v1/analytics/transactions", purchase.formatted("jpy", "700", "JPY"));
    post(
        Person.of("root").with("admin"),
        "/api/v1/analytics/rates",
        "{'rates':[{'currency':'EUR','valid_from':'2020-01-01','rate':1.5}]}");
    String totals = rows("Revenue by currency", ".slice(4)");
    page.await(totals + " === '€10.00,–;¥700.00,¥700.00 in 1;$9.00,–;$24.00,–'");
    assertEquals("All in USD", page.eval(card + ".rows[4].cells[0].textContent").asText());
    assertEquals("[]", Axe.violations(page));
  }

  @Test
  void checksOfThePipelineAreATable() {
    Page page = page("#/pipeline");
    page.await("document.querySelector('main h1')");
    post(
        "/api/v1/monitoring/quality-samples",
        "[{'source':'a','checks':[{'name':'price','attempts':10,'passes':10}]},"
            + "{'source':'b','checks':[{'name':'price','attempts':10,'passes':6}]}]");
    page.await(rows("Checks", "") + " === 'price,warning,80.0%,20,b'");
  }

  /** All of the page, as parts of it are read when they are seen. */
  private Page page(String where) {
    Page page = open(where);
    page.setDisplay("light", 1280, 4000);
    return page;
  }

  /** The rows of a table as texts of their cells, from one cell on. */
  private static String rows(String label, String part) {
    return "[...document.querySelectorAll('table[aria-label=\""
        + label
        + "\"] tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent)"
        + part
        + ".join()).join(';')";
  }
}
