package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the pages say and do when connections, nodes and tokens go, and what they never show. */
@Timeout(240)
class BrowserFaultsIT {
  private static final Person ANN = Person.of("ann", "plants").with("ingest");
  private static final String PILL = "document.querySelector('connection-pill')";
  private static final String TITLES =
      "[...document.querySelectorAll('.task .title')].map((each) => each.textContent).sort().join()";
  private static final String DECISIONS =
      "[...document.querySelectorAll('metric-tile')].find((each) =>"
          + " each.textContent.startsWith('Decisions')).querySelector('.value').textContent";

  private static final Duration SHORT = Duration.ofSeconds(12);
  private static final Duration LEEWAY = Duration.ofSeconds(7);

  private static Browser browser;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    browser = Browser.start();
    cluster = Cluster.start(Services.get().freshDatabase(), 2);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) cluster.close();
    if (browser != null) browser.close();
  }

  @Test
  void thePillTellsThatANodeIsAwayAndNothingIsMissedWhenItReturns() throws Exception {
    NodeProcess node = cluster.add();
    Page page = open(node, "#/tasks");
    page.await(PILL + ".dataset.state === 'live'");
    task("before", "plants");
    page.await(TITLES + ".includes('before')");

    node.kill();
    page.await(PILL + ".innerText.includes('Reconnecting')");
    assertEquals("wait", page.eval(PILL + ".dataset.tone").asText());
    task("meanwhile", "plants");
    page.await(PILL + ".innerText.includes('Disconnected')");
    assertEquals("bad", page.eval(PILL + ".dataset.tone").asText());

    cluster.again(node);
    page.eval(PILL + ".querySelector('button').click()");
    page.await(PILL + ".innerText.includes('Live')");
    page.await(TITLES + ".includes('meanwhile')");
    page.close();
  }

  @Test
  void wherePushIsCutOffNumbersComeByPolling() throws Exception {
    Page page = browser.page();
    page.before("delete window.WebSocket");
    page.before(
        "const real = fetch; window.fetch = (url, init) => String(url).includes('/api/v1/stream?')"
            + " ? Promise.reject(new TypeError('cut off')) : real(url, init)");
    page.go(cluster.node(0).http().resolve("/#/routing"));
    page.await(PILL + ".innerText.includes('Polling every 5 s')");
    post("/routing/decisions", "{'strategy':'cost','provider':'p','cost':1}");
    page.await(DECISIONS + " !== '–' && " + DECISIONS + " !== '0'");
    assertEquals(0, page.sockets());
    assertEquals(List.of(), page.wrongs());
  }

  @Test
  void tasksOfAnotherTeamNeverAppear() throws Exception {
    Page page = open(cluster.node(0), "#/tasks");
    page.await(PILL + ".dataset.state === 'live'");
    var eve = Person.of("eve", "others").token();
    var made = cluster.post(cluster.node(1), "/api/v1/tasks", eve, taskOf("theirs", "others"));
    assertEquals(201, made.statusCode());
    task("ours", "plants");
    page.await(TITLES + ".includes('ours')");
    assertFalse(page.eval("document.body.textContent").asText().contains("theirs"));
    assertEquals(List.of(), page.wrongs());
  }

  @Test
  void historyIsShownForEachRangeAndSavedAsCsv() throws Exception {
    post("/routing/decisions", "{'strategy':'cost','provider':'p','cost':1}");
    Page page = open(cluster.node(0), "#/routing");
    page.await("document.querySelector('metric-chart canvas')");
    for (String range : List.of("Last 20", "Day", "Week", "Hour")) {
      page.eval(
          "[...document.querySelectorAll('.segments button')].find((each) => each.textContent === '"
              + range
              + "').click()");
      page.await(
          "[...document.querySelectorAll('metric-chart canvas')].length === 4 &&"
              + " document.querySelector('metric-chart canvas').getAttribute('aria-label')"
              + ".includes(', "
              + range
              + ":')");
    }
    page.eval(
        "window.saved = null; const real = URL.createObjectURL;"
            + "URL.createObjectURL = (blob) => { blob.text().then((text) => saved = text);"
            + " return real(blob); }");
    page.eval("document.querySelector('metric-chart header button').click()");
    page.await("saved");
    String csv = page.eval("saved").asText();
    assertTrue(csv.lines().findFirst().orElseThrow().contains("total_cost"), csv);
    assertEquals(List.of(), page.wrongs());
  }

  @Test
  void aTokenIsRenewedInBandBeforeItExpires() throws Exception {
    Page page = browser.page();
    Instant expiry = Instant.now().plus(SHORT);
    page.before("localStorage.boardcast ??= '{\"token\":\"" + ANN.token(SHORT) + "\"}'");
    page.go(cluster.node(0).http().resolve("/#/tasks"));
    page.await(PILL + ".dataset.state === 'live'");
    // As another tab does when one signs in there.
    page.eval("localStorage.boardcast = '{\"token\":\"" + ANN.token() + "\"}'");
    page.await("Date.now() > " + expiry.plus(LEEWAY).toEpochMilli());
    assertEquals(1, page.said().stream().filter(each -> each.contains("\"auth\"")).count());
    task("afterwards", "plants");
    page.await(TITLES + ".includes('afterwards')");
    assertEquals(1, page.sockets());
    assertEquals(List.of(), page.wrongs());
  }

  @Test
  void whoseTokenExpiresIsToldToSignInAgain() {
    Page page = browser.page();
    page.before("localStorage.boardcast ??= '{\"token\":\"" + ANN.token(SHORT) + "\"}'");
    page.before("window.name ? delete localStorage.boardcast : (window.name = 'again')");
    page.go(cluster.node(0).http().resolve("/#/tasks"));
    page.await(PILL + ".dataset.state === 'live'");
    page.await("document.getElementById('notes').innerText.includes('not valid any more')");
    page.await("document.querySelector('main').innerText.includes('Tasks are for people')");
  }

  @Test
  void adminsSeeTheClusterAndOthersDoNot() throws Exception {
    Page page = open(cluster.node(0), "#/");
    page.await("document.querySelector('a.board')");
    assertTrue(page.eval("document.querySelector('#nav a[href=\"#/admin\"]')").isNull());
    Page admin = browser.page();
    admin.signIn(Person.of("root").with("admin"));
    admin.go(cluster.node(0).http().resolve("/#/admin"));
    admin.await("document.querySelectorAll('table[aria-label=Nodes] tbody tr').length >= 2");
    admin.await("document.querySelector('main').innerText.includes('board.routing')");
    assertEquals(List.of(), admin.wrongs());
  }

  private static Page open(NodeProcess node, String where) {
    Page page = browser.page();
    page.signIn(ANN);
    page.go(node.http().resolve("/" + where));
    return page;
  }

  private static void task(String title, String team) throws Exception {
    post("/api/v1/tasks", taskOf(title, team));
  }

  private static String taskOf(String title, String team) {
    return "{\"title\":\"" + title + "\",\"team_id\":\"" + team + "\"}";
  }

  private static void post(String path, String fact) throws Exception {
    var answer = cluster.post(cluster.node(1), path, ANN.token(), fact.replace('\'', '"'));
    assertEquals(201, answer.statusCode(), answer.body());
  }
}
