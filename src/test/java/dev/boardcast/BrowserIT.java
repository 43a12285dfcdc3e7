package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Axe;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages in a browser connected to one node, while facts are posted to another. */
@Timeout(240)
class BrowserIT extends BrowserCase {
  private static final Person BEN = Person.of("ben", "garden").with("ingest");
  private static final long CONTRACT_MILLIS = 2000;

  /** Metrics and ages inside live regions, which a screen reader would announce at each change. */
  private static final String CHATTER =
      "[...document.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log]')]"
          + ".filter((each) => each.querySelector('.value, .age, dd')).map((each) => each.outerHTML)";

  private static final String WATCH =
      """
      window.figure = () => %s;
      window.watch = () => {
        const before = figure().textContent;
        window.changedAt = 0;
        const look = () => {
          if (figure()?.textContent === before) return;
          changedAt = Date.now();
          observer.disconnect();
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, {subtree: true, childList: true, characterData: true});
      };""";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "routing  | /routing/decisions | {'strategy':'cost','provider':'p','cost':1} | Decisions",
        "platform | /api/v1/analytics/activity | {'user_id':'‹n›'} | Users now",
        "pipeline | /api/v1/monitoring/scrape-runs | {'source':'s','status':'success','records':3,"
            + "'started_at':'2026-01-01T00:00:00Z','finished_at':'‹now›'} | Runs",
        "analysis | /api/v1/messages | {'noise':true} | Messages",
        "tasks    | /api/v1/tasks | {'title':'Weed','team_id':'garden'} | Open",
        "''         | /api/v1/tasks | {'title':'Sow','team_id':'garden'} | Tasks"
      })
  void aNumberOnThePageFollowsAPostToTheOtherNodeWithinTwoSeconds(
      String board, String path, String fact, String label) throws Exception {
    Page page = browser.page();
    page.signIn(BEN);
    page.beforeEachDocument(WATCH.formatted(figure(label)));
    page.navigate(address("#/" + board));
    page.await("figure() && figure().textContent !== '–'");
    long best = Long.MAX_VALUE;
    // The first fact warms up pipeline and page. One of the others must arrive in time, however
    // busy the machine is.
    for (int n = 0; n <= 3 && best > CONTRACT_MILLIS; n++) {
      page.eval("watch()");
      long answered = post(BEN, path, fact.replace("‹n›", "u" + n));
      page.await("changedAt > 0");
      if (n > 0) best = Math.min(best, page.eval("changedAt").asLong() - answered);
    }
    assertTrue(best <= CONTRACT_MILLIS, best + " ms");
    assertEquals(List.of(), page.errors());
  }

  @Test
  void aTaskOfATeamMateEntersTheListByItself() throws Exception {
    Page page = open(ANN, "#/tasks");
    page.await("document.querySelector('ul[aria-label=Tasks] .empty')");
    task(ANN, "Water the plants", "plants");
    page.await("document.querySelector('.task .title')?.textContent === 'Water the plants'");
    page.eval("document.querySelector('.task .tick').click()");
    page.await("!document.querySelector('.task')");
    assertEquals(List.of(), page.errors());
  }

  @Test
  void aTeamIsMadeJoinedAndChangedOnThePageAndOffersNobodyMoreThanIsAllowed() throws Exception {
    Page ann = open(ANN, "#/tasks");
    Page cem = open(Person.of("cem"), "#/tasks");
    cem.await("document.querySelector('ul[aria-label=Teams] .empty')");
    submit(ann, "Name of a new team", "Beds");
    press(ann, "Manage Beds");
    submit(ann, "User to invite", "cem");
    ann.await(labelled("Withdraw: cem"));
    assertEquals("[]", Axe.violations(ann));
    press(cem, "Join Beds");
    cem.await(labelled("Leave Beds"));
    assertFalse(cem.eval("Boolean(" + labelled("Manage Beds") + ")").asBoolean());
    assertFalse(ann.eval("Boolean(" + labelled("Leave Beds") + ")").asBoolean());

    String select = "document.querySelector('select[aria-label=Team]')";
    ann.eval(
        select
            + ".value = [...%s.options].find((one) => one.text === 'Beds').value"
                .formatted(select));
    ann.eval("document.querySelector('dialog').close()");
    submit(ann, "Title of a new task", "Dig the beds");
    cem.await(labelled("Complete Dig the beds") + "?.disabled === false");
    press(ann, "Share Dig the beds");
    assertEquals("[]", Axe.violations(ann));
    String level = "document.querySelector('select[aria-label=\"Level of the team\"]')";
    ann.eval("(%1$s.value = 'read', %1$s.dispatchEvent(new Event('change')))".formatted(level));
    cem.await(labelled("Complete Dig the beds") + "?.disabled === true");
    ann.eval("document.querySelector('dialog').close()");

    press(ann, "Manage Beds");
    press(ann, "Hand over: cem");
    cem.await(labelled("Manage Beds"));
    ann.await("!document.querySelector('dialog')");
    press(cem, "Manage Beds");
    press(cem, "Remove: ann");
    ann.await("!" + labelled("Leave Beds"));
    press(ann, "Complete Dig the beds");
    ann.await("!" + labelled("Complete Dig the beds"));
    assertEquals(List.of(), ann.errors());
    assertEquals(List.of(), cem.errors());
  }

  private static String labelled(String label) {
    return "document.querySelector('[aria-label=\"" + label + "\"]')";
  }

  private static void press(Page page, String label) {
    page.await(labelled(label));
    page.eval(labelled(label) + ".click()");
  }

  private static void submit(Page page, String label, String value) {
    page.await(labelled(label));
    page.eval("%s.value = '%s'".formatted(labelled(label), value));
    page.eval(labelled(label) + ".form.requestSubmit()");
  }

  @Test
  void tabsShareOneConnection() {
    Page first = open(ANN, "#/routing");
    first.await("document.querySelector('connection-pill[data-state=live]')");
    Page second = first.newTab();
    second.navigate(address("#/routing"));
    second.await("document.querySelector('connection-pill[data-state=live]')");
    second.await(tile("Decisions") + ".querySelector('.value').textContent !== '–'");
    assertEquals(1, first.sockets() + second.sockets());
    first.close();
    second.await(
        "performance.now() > 0 && document.querySelector('connection-pill[data-state=live]')");
    assertEquals(List.of(), second.errors());
  }

  @ParameterizedTest
  @CsvSource({"light", "dark"})
  void axeFindsNothingOnAnyPage(String scheme) throws Exception {
    Page page = browser.page();
    page.setDisplay(scheme, 1280, 900);
    page.signIn(ADMIN);
    page.navigate(address(""));
    page.await("document.querySelector('.board')");
    for (String board :
        List.of("", "routing", "platform", "pipeline", "analysis", "tasks", "alerts", "admin")) {
      page.eval("location.hash = '#/" + board + "'");
      page.await("document.querySelector('[aria-current]').hash.slice(2) === '" + board + "'");
      page.await("document.querySelector('main h1') && !document.querySelector('.loading')");
      assertEquals("[]", Axe.violations(page), board);
      assertEquals("[]", page.eval(CHATTER).toString(), board);
    }
    assertEquals(List.of(), page.errors());
  }

  /** With what is loaded while the browser is idle, but for the tasks page of those who sign in. */
  @Test
  void aBoardWeighsLittle() {
    Page page = browser.page();
    page.navigate(address("#/platform"));
    page.await("document.querySelector('metric-chart canvas')");
    assertWeight(page);
  }

  @Test
  void theTasksPageWeighsLittle() {
    Page page = open(ANN, "#/tasks");
    page.await("document.querySelector('main h1')");
    assertWeight(page);
  }

  private static void assertWeight(Page page) {
    var before = new AtomicLong();
    Awaitility.await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(60))
        .until(() -> before.getAndSet(page.bytes()) == page.bytes());
    assertTrue(page.bytes() <= 180_000, page.bytes() + " bytes");
  }

  private static String tile(String label) {
    return "[...document.querySelectorAll('metric-tile')]"
        + ".find((each) => each.querySelector('.label').textContent.startsWith('"
        + label
        + "'))";
  }

  /** The element that shows a metric: on a tile, on the overview, or in a list. */
  private static String figure(String label) {
    return "("
        + tile(label)
        + "?.querySelector('.value') ?? [...document.querySelectorAll('.board')]"
        + ".find((each) => each.querySelector('h2').textContent === '"
        + label
        + "')?.querySelector('.lead') ?? [...document.querySelectorAll('dl.facts dt')]"
        + ".find((each) => each.textContent === '"
        + label
        + "')?.nextSibling)";
  }
}
