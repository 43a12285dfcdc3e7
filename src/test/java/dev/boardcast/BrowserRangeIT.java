package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Axe;
import dev.boardcast.testing.Page;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One range for all of a board's page, kept in the address. */
@Timeout(240)
class BrowserRangeIT extends BrowserNodeCase {
  private static final String DECISIONS =
      "[...document.querySelectorAll('metric-tile')].find((each) =>"
          + " each.textContent.startsWith('Decisions'))";
  private static final String VALUE = DECISIONS + "?.querySelector('.value').textContent";
  private static final String CHANGE = DECISIONS + "?.querySelector('.change').textContent";
  private static final String CHARTS =
      "[...document.querySelectorAll('metric-chart canvas')].filter((each) =>"
          + " each.getAttribute('aria-label').includes(', %s:')).length === 6";
  private static final String PRESSED =
      "document.querySelector('.ranges [aria-pressed=true]')?.textContent";

  /** From a click until all charts and the tile show the range, in milliseconds. */
  private static final String TIMED =
      """
      new Promise((done) => {
        const began = performance.now();
        document.querySelector('[data-range=%s]').click();
        const look = () => {
          if (%s && %s === '%s') done(performance.now() - began);
          else requestAnimationFrame(look);
        };
        look();
      })""";

  private static final long CONTRACT_MILLIS = 300;

  /** Today 3 decisions, in the same part of yesterday 2, in the hours after that 1, before 4. */
  @BeforeAll
  void decide() {
    Instant now = Instant.now();
    Instant today = LocalDate.now(ZoneOffset.UTC).atStartOfDay(ZoneOffset.UTC).toInstant();
    Instant yesterday = today.minus(1, ChronoUnit.DAYS);
    decide(3, now);
    decide(4, today.minus(40, ChronoUnit.DAYS));
    decide(2, yesterday);
  }

  private void decide(int count, Instant at) {
    for (int i = 0; i < count; i++) {
      post(
          "/routing/decisions",
          "{'strategy':'%s','provider':'p','cost':1,'latency_ms':5,'decided_at':'%s'}"
              .formatted(i == 0 ? "cost" : "quality", at));
    }
  }

  @Test
  void theRangeDrivesTilesTablesAndChartsAndStandsInTheAddress() {
    Page page = open("#/routing");
    page.await(VALUE + " === '9' && " + CHARTS.formatted("Live"));
    assertEquals("#/routing?range=live", page.eval("location.hash").asText());
    click(page, "today");
    page.await(VALUE + " === '3' && " + CHARTS.formatted("Today"));
    page.await("document.querySelector('table[aria-label=Strategies]').textContent.includes('2')");
    String rows =
        "[...document.querySelectorAll('table[aria-label=Strategies] tbody tr')].map((row) =>"
            + " row.cells[1].textContent).join()";
    assertEquals("2,1", page.eval(rows).asText());
    page.await("document.querySelector('.ranges .about').textContent.includes('UTC')");
    assertEquals("[]", Axe.violations(page));

    // A copied link shows the same.
    Page copy = browser.page();
    copy.signIn(ANN);
    copy.navigate(address(page.eval("location.hash").asText()));
    copy.await(VALUE + " === '3' && " + PRESSED + " === 'Today'");
    copy.close();

    // The next board has the range too, and "back" returns to the state before.
    click(page, "month");
    page.await(CHARTS.formatted("Month"));
    page.eval("document.querySelector('#nav [href=\"#/platform\"]').click()");
    page.await("document.querySelector('h1').textContent === 'Platform'");
    page.await(PRESSED + " === 'Month'");
    page.eval("history.back()");
    page.await("document.querySelector('h1').textContent === 'LLM routing'");
    page.await(PRESSED + " === 'Month' && " + CHARTS.formatted("Month"));
    page.eval("history.back()");
    page.await(PRESSED + " === 'Today' && " + VALUE + " === '3'");
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  void itIsComparedWithTheTimeBefore() {
    String end = LocalDate.now(ZoneOffset.UTC) + "T00:00:00.000Z";
    String start = LocalDate.now(ZoneOffset.UTC).minusDays(1) + "T00:00:00.000Z";
    Page page = open("#/routing?range=own&from=" + start + "&to=" + end + "&site=7");
    page.await(VALUE + " === '2'");
    page.await(CHANGE + ".includes('from 0 before')");
    // The rate is the mean of the range, and an age is not shown of what has ended.
    page.await(DECISIONS + ".querySelector('.rate').textContent.startsWith('0.083 an hour')");
    assertEquals("", page.eval(DECISIONS + ".querySelector('.age').textContent").asText());
    page.eval(
        "(() => { const select = document.querySelector('.compare select'); select.value = 'none';"
            + " select.dispatchEvent(new Event('change')); })()");
    page.await(DECISIONS + ".querySelector('.change').hidden");
    assertTrue(page.eval("location.hash").asText().endsWith("&compare=none"));
    assertTrue(page.eval("location.hash").asText().contains("&site=7"));
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  void itIsWholeSoonAfterAClick() {
    Page page = open("#/routing?range=live");
    page.await(VALUE + " === '9' && " + CHARTS.formatted("Live"));
    double best = Double.MAX_VALUE;
    // The first ones warm up the node, and the machine may be busy with others.
    for (int i = 0; i < 20 && best > CONTRACT_MILLIS; i++) {
      boolean isToday = i % 2 == 0;
      String label = isToday ? "Today" : "Live";
      String timed =
          TIMED.formatted(
              isToday ? "today" : "live", CHARTS.formatted(label), VALUE, isToday ? "3" : "9");
      double took = page.eval(timed).asDouble();
      if (isToday) best = Math.min(best, took);
    }
    assertTrue(best <= CONTRACT_MILLIS, best + " ms");
    page.close();
  }

  @Test
  void aBrushOnAChartSetsTheRangeAndASeriesIsShownAlone() {
    Page page = open("#/routing?range=hour");
    page.setDisplay("light", 1280, 1600);
    String scale = "Chart.getChart(document.querySelector('metric-chart canvas')).scales.x";
    page.await(CHARTS.formatted("Hour") + " && " + scale + ".max - " + scale + ".min > 60_000");
    page.eval("document.querySelector('metric-chart').scrollIntoView()");
    String box = "document.querySelector('metric-chart canvas').getBoundingClientRect()";
    double left = page.eval(box + ".left").asDouble();
    double middle = page.eval(box + ".top + " + box + ".height / 2").asDouble();
    double width = page.eval(box + ".width").asDouble();
    double expected =
        page.eval(scale + ".getValueForPixel(" + width / 2 + ") - Date.now()").asDouble();
    page.drag(left + width / 2, middle, left + width * 0.75, middle);
    page.await(PRESSED + " === 'Own range' && location.hash.includes('range=own')");
    double from = page.eval("document.querySelector('metric-chart').range.from").asDouble();
    double now = page.eval("Date.now()").asDouble();
    assertTrue(Math.abs(from - now - expected) < 60_000, from - now + " instead of " + expected);
    page.eval("history.back()");
    page.await(PRESSED + " === 'Hour'");

    String names =
        "[...document.querySelectorAll('metric-chart')][1].querySelectorAll('.legend button')";
    page.await(names + ".length === 2");
    page.eval("[..." + names + "].find((each) => each.textContent === 'cost').click()");
    page.await("location.hash.includes('open=cost')");
    page.await(
        "Chart.getChart(document.querySelectorAll('metric-chart canvas')[1])"
            + ".data.datasets.map(({ label }) => label).join() === 'cost'");
    page.eval("history.back()");
    page.await("!location.hash.includes('open') && " + names + ".length === 2");
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  void aCounterShowsItsPaceAndGlowsOnceWhenItMoves() {
    post("/api/v1/analytics/activity", "{'user_id':'u1'}");
    Page page = open("#/platform?range=live");
    String tile =
        "[...document.querySelectorAll('metric-tile')].find((each) =>"
            + " each.textContent.startsWith('Users now')).querySelector('.value')";
    page.await(tile + ".textContent === '1'");
    page.eval(
        "window.glows = 0; const real = Element.prototype.animate; Element.prototype.animate ="
            + " function (...how) { if (this === "
            + tile
            + ") glows++; return real.apply(this, how); }");
    post("/api/v1/analytics/activity", "{'user_id':'u2'}");
    page.await(tile + ".textContent === '2'");
    assertEquals(1, page.eval("glows").asInt());
    assertEquals(List.of(), page.errors());
    page.close();
  }

  private static void click(Page page, String range) {
    page.eval("document.querySelector('[data-range=" + range + "]').click()");
  }
}
