package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Axe;
import dev.boardcast.testing.Page;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pages that stay open: new versions of the server, walls, paper, and readers with other needs. */
@Timeout(240)
class BrowserAllDayIT extends BrowserNodeCase {
  private static final String LIVE =
      "document.querySelector('connection-pill')?.dataset.state === 'live'";
  private static final String NOTES = "document.getElementById('notes').innerText";

  /** Lets the page see another version in the acknowledgements of the server. */
  private static final String VERSION =
      """
      {
        const real = JSON.parse;
        JSON.parse = (...text) => {
          const read = real(...text);
          const version = sessionStorage.getItem('version');
          return version && read?.type === 'connection_ack' ? { ...read, version } : read;
        };
      }""";

  private static final String RECONNECT =
      "sessionStorage.setItem('version', '%s'); import('/pages/live.js').then(({ client }) => {"
          + " client.close(); client.retry(); })";

  @Test
  void aNewVersionIsLoadedUnlessSomethingIsUnsaved() {
    Page page = browser.page();
    page.beforeEachDocument(VERSION);
    page.signIn(ANN);
    page.navigate(address("#/tasks"));
    String title = "document.querySelector('form.line input')";
    page.await(LIVE + " && " + title);
    page.eval("window.marker = 1; " + title + ".value = 'half a sentence'");
    page.eval(RECONNECT.formatted("2.0.0"));
    page.await(NOTES + ".includes('The server was updated')");
    assertEquals("half a sentence", page.eval(title + ".value").asText());
    assertEquals("[]", Axe.violations(page));

    page.eval(title + ".value = ''");
    page.eval(RECONNECT.formatted("3.0.0"));
    page.await("!window.marker && " + NOTES + ".includes('updated to 3.0.0')");
    // While nodes of two versions run, a page does not reload again and again.
    page.await(LIVE);
    page.eval("window.marker = 1");
    page.eval(RECONNECT.formatted("4.0.0"));
    page.await(NOTES + ".includes('Reload')");
    assertEquals("1", page.eval("String(window.marker)").asText());
    page.eval("document.querySelector('#notes button').click()");
    page.await("!window.marker && " + NOTES + ".includes('updated to 4.0.0')");
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  void aWallShowsTheBoardsOfItsAddressInTurn() {
    Page page = open("?kiosk=platform,routing&seconds=3&theme=dark#/?range=today");
    page.await("location.hash === '#/platform?range=today'");
    page.await("document.querySelector('h1').textContent === 'Platform'");
    assertEquals("dark", page.eval("document.documentElement.dataset.theme").asText());
    page.await("document.querySelector('h1').textContent === 'LLM routing'");
    page.await("document.querySelector('h1').textContent === 'Platform'");
    page.eval("window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))");
    page.await(
        "!location.search.includes('kiosk') && !('kiosk' in document.documentElement.dataset)");
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  void withoutAConnectionAPageThatWasNotOpenedSaysSoAndTheNavigationMarksIt() {
    Page page = open("#/routing");
    page.await(LIVE + " && document.querySelector('metric-tile')");
    page.setOffline(true);
    page.eval("location.hash = '#/analysis'");
    page.await("document.querySelector('main').innerText.includes('You are offline')");
    assertEquals(
        "#/analysis", page.eval("document.querySelector('#nav [aria-current]').hash").asText());
    page.setOffline(false);
    page.await("navigator.onLine");
    page.eval("document.querySelector('.failed button').click()");
    page.await("document.querySelector('h1').textContent === 'Message analysis'");
    page.close();
  }

  @Test
  void pagesFitPaperSmallScreensLargeLettersAndOtherDirections() {
    post("/routing/decisions", "{'strategy':'cost','provider':'p','cost':123456789012.5}");
    Page page = open("#/routing");
    String isWide = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
    // 1280 pixels at 400 %, as WCAG asks (reflow).
    page.setDisplay("light", 320, 640);
    for (String direction : List.of("ltr", "rtl")) {
      page.eval("document.documentElement.dir = '" + direction + "'");
      for (String board : List.of("", "routing", "platform", "pipeline", "analysis", "tasks")) {
        page.eval("location.hash = '#/" + board + "'");
        page.await("document.querySelector('#nav [aria-current]').hash === '#/" + board + "'");
        page.await("document.querySelector('main h1') && !document.querySelector('.loading')");
        assertEquals("false", page.eval(isWide).asText(), board + " " + direction);
      }
    }
    page.eval("document.documentElement.dir = 'ltr'");
    page.eval("location.hash = '#/routing'");
    page.await("document.querySelectorAll('metric-chart canvas').length >= 4");
    page.setDisplay("light", 1280, 900);
    page.setMedia("print", Map.of());
    assertEquals(
        "none", page.eval("getComputedStyle(document.getElementById('top')).display").asText());
    assertTrue(page.eval("document.querySelector('metric-tile').checkVisibility()").asBoolean());
    page.setMedia("screen", Map.of("forced-colors", "active"));
    assertTrue(page.eval("matchMedia('(forced-colors: active)').matches").asBoolean());
    assertEquals("[]", Axe.violations(page));
    // What is chosen differs by more than a color that is not kept.
    assertTrue(
        page.eval(
                "getComputedStyle(document.querySelector('.segments [aria-pressed=true]')).backgroundColor"
                    + " !== getComputedStyle(document.querySelector('.segments [aria-pressed=false]')).backgroundColor")
            .asBoolean());
    page.close();
  }
}
