package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pages during failures of connections, nodes and tokens. */
@Timeout(240)
class BrowserFaultsIT extends BrowserCase {
  private static final String TITLES =
      "[...document.querySelectorAll('.task .title')].map((each) => each.textContent).sort().join()";
  private static final String DECISIONS =
      "[...document.querySelectorAll('metric-tile')].find((each) =>"
          + " each.textContent.startsWith('Decisions')).querySelector('.value').textContent";

  private static final Duration SHORT = Duration.ofSeconds(12);
  private static final Duration LEEWAY = Duration.ofSeconds(7);

  @Test
  void thePillTellsThatANodeIsAwayAndNothingIsMissedWhenItReturns() throws Exception {
    NodeProcess node = cluster.add();
    Page page = open(node, ANN, "#/tasks");
    page.await(PILL + ".dataset.state === 'live'");
    task(ANN, "before", "plants");
    page.await(TITLES + ".includes('before')");

    node.kill();
    page.await(PILL + ".innerText.includes('Reconnecting')");
    assertEquals("wait", page.eval(PILL + ".dataset.tone").asText());
    task(ANN, "meanwhile", "plants");
    page.await(PILL + ".innerText.includes('Disconnected')");
    assertEquals("bad", page.eval(PILL + ".dataset.tone").asText());

    cluster.restart(node);
    page.eval(PILL + ".querySelector('button').click()");
    page.await(PILL + ".innerText.includes('Live')");
    page.await(TITLES + ".includes('meanwhile')");
    page.close();
  }

  @Test
  void wherePushIsCutOffNumbersComeByPolling() throws Exception {
    Page page = browser.page();
    page.beforeEachDocument("delete window.WebSocket");
    page.beforeEachDocument(
        "const real = fetch; window.fetch = (url, init) => String(url).includes('/api/v1/stream?')"
            + " ? Promise.reject(new TypeError('cut off')) : real(url, init)");
    page.navigate(address("#/routing"));
    page.await(PILL + ".innerText.includes('Polling every 5 s')");
    post(ANN, "/routing/decisions", "{'strategy':'cost','provider':'p','cost':1}");
    page.await(DECISIONS + " !== '–' && " + DECISIONS + " !== '0'");
    assertEquals(0, page.sockets());
    assertEquals(List.of(), page.errors());
  }

  @Test
  void tasksOfAnotherTeamNeverAppear() throws Exception {
    Page page = open(ANN, "#/tasks");
    page.await(PILL + ".dataset.state === 'live'");
    task(Person.of("eve", "others"), "theirs", "others");
    task(ANN, "ours", "plants");
    page.await(TITLES + ".includes('ours')");
    assertFalse(page.eval("document.body.textContent").asText().contains("theirs"));
    assertEquals(List.of(), page.errors());
  }

  @Test
  void historyIsShownForEachRangeAndSavedAsCsv() throws Exception {
    post(ANN, "/routing/decisions", "{'strategy':'cost','provider':'p','cost':1}");
    Page page = open(ANN, "#/routing");
    page.await("document.querySelector('metric-chart canvas')");
    for (String range : List.of("Hour", "Today", "Week", "Month", "Live")) {
      page.eval(
          "[...document.querySelectorAll('.segments button')].find((each) => each.textContent === '"
              + range
              + "').click()");
      page.await(
          "[...document.querySelectorAll('metric-chart canvas')].length >= 4 &&"
              + " document.querySelector('metric-chart canvas').getAttribute('aria-label')"
              + ".includes(', "
              + range
              + ":')");
    }
    page.eval(
        "window.saved = null; const real = URL.createObjectURL;"
            + "URL.createObjectURL = (blob) => { blob.text().then((text) => saved = text);"
            + " return real(blob); }");
    page.eval("document.querySelector('metric-chart header button:last-child').click()");
    page.await("saved");
    String csv = page.eval("saved").asText();
    assertTrue(csv.lines().findFirst().orElseThrow().contains("total_cost"), csv);
    assertEquals(List.of(), page.errors());
  }

  @Test
  void aTokenIsRenewedInBandBeforeItExpires() throws Exception {
    Page page = browser.page();
    Instant expiry = Instant.now().plus(SHORT);
    page.beforeEachDocument(
        "localStorage.boardcast ??= '{\"token\":\"" + ANN.token(SHORT) + "\"}'");
    page.navigate(address("#/tasks"));
    page.await(PILL + ".dataset.state === 'live'");
    // As another tab does when a user signs in there.
    page.eval("localStorage.boardcast = '{\"token\":\"" + ANN.token() + "\"}'");
    page.await("Date.now() > " + expiry.plus(LEEWAY).toEpochMilli());
    assertEquals(1, page.sentFrames().stream().filter(each -> each.contains("\"auth\"")).count());
    task(ANN, "afterwards", "plants");
    page.await(TITLES + ".includes('afterwards')");
    assertEquals(1, page.sockets());
    assertEquals(List.of(), page.errors());
  }

  @Test
  void whoseTokenExpiresIsToldToSignInAgain() {
    Page page = browser.page();
    page.beforeEachDocument(
        "localStorage.boardcast ??= '{\"token\":\"" + ANN.token(SHORT) + "\"}'");
    page.beforeEachDocument(
        "window.name ? delete localStorage.boardcast : (window.name = 'again')");
    page.navigate(address("#/tasks"));
    page.await(PILL + ".dataset.state === 'live'");
    page.await("document.getElementById('notes').innerText.includes('no longer valid')");
    page.await("document.querySelector('main').innerText.includes('Sign in to use tasks')");
  }

  @Test
  void adminsSeeTheClusterAndOthersDoNot() throws Exception {
    Page page = open(ANN, "#/");
    page.await("document.querySelector('.board')");
    assertTrue(page.eval("document.querySelector('#nav a[href=\"#/admin\"]')").isNull());
    Page admin = open(ADMIN, "#/admin");
    admin.await("document.querySelectorAll('table[aria-label=Nodes] tbody tr').length >= 2");
    admin.await("document.querySelector('main').innerText.includes('board.routing')");
    // A node that an earlier test killed disappears from the table first.
    admin.eval(
        "[...document.querySelectorAll('table[aria-label=Nodes] tbody tr')]"
            + ".find((row) => row.cells[1].innerText === 'up').querySelector('button').focus()");
    assertEquals("Drain", admin.eval("document.activeElement.textContent").asText());
    admin.await(
        "performance.getEntriesByType('resource')"
            + ".filter(({name}) => name.endsWith('/admin/nodes')).length >= 3");
    assertEquals("Drain", admin.eval("document.activeElement.textContent").asText());
    assertEquals(List.of(), admin.errors());
  }
}
