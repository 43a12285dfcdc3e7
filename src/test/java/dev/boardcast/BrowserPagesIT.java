package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Browser;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pages where a browser's clock, storage or connection is not as usual, and when they change.
 */
@Timeout(240)
class BrowserPagesIT extends BrowserCase {
  private static final String LIVE = PILL + ".dataset.state === 'live'";
  private static final String DECISION = "{'strategy':'cost','provider':'p','cost':1}";
  private static final String SHOWN =
      "[...document.querySelectorAll('metric-tile')].some((each) => each.textContent.startsWith('Decisions')"
          + " && /[1-9]/.test(each.querySelector('.value').textContent))";

  /** Sets the browser's clock that many seconds forward; realNow() is the machine's. */
  private static final String CLOCK =
      """
      {
        const Real = Date;
        const shift = %d * 1000;
        window.realNow = () => Real.now();
        window.Date = class extends Real {
          constructor(...parts) {
            if (parts.length) super(...parts);
            else super(Real.now() + shift);
          }
          static now() {
            return Real.now() + shift;
          }
        };
      }""";

  private static final String AXIS =
      """
      (() => {
        const { options, data } = Chart.getChart(document.querySelector('metric-chart canvas'));
        const points = data.datasets.flatMap((set) => set.data);
        return {
          end: options.scales.x.max - realNow(),
          points: points.filter(({ x, y }) => y !== null && x > realNow() - 3_600_000 && x < realNow() + 5000).length,
          back: points.some(({ x }, i) => i && x < points[i - 1].x),
        };
      })()""";

  @ParameterizedTest
  @ValueSource(ints = {-600, -60, 600})
  void aClockThatIsWrongMovesNoTime(int seconds) throws Exception {
    post(ANN, "/routing/decisions", DECISION);
    Page page = browser.page();
    page.beforeEachDocument(CLOCK.formatted(seconds));
    page.signIn(ANN);
    page.navigate(address("#/routing"));
    page.await(LIVE + " && " + SHOWN);
    post(ANN, "/routing/decisions", DECISION);
    page.await("(" + AXIS + ").points >= 2");
    JsonNode axis = page.eval(AXIS);
    assertTrue(Math.abs(axis.get("end").asLong()) < 10_000, axis::toString);
    assertEquals("false", axis.get("back").asText());
    // The age of a task, and of a board.
    task(ANN, "Look at the clock " + seconds, "plants");
    page.eval("location.hash = '#/tasks'");
    String about =
        "[...document.querySelectorAll('.task')].find((each) => each.textContent.includes('Look at"
            + " the clock "
            + seconds
            + "'))?.querySelector('.sub').textContent";
    page.await("/(now|\\d+s ago)$/.test(" + about + ")");
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  void withoutStorageBoardsAreShown() {
    Page page = browser.page();
    page.beforeEachDocument(
        "for (const kind of ['localStorage', 'sessionStorage']) Object.defineProperty(window, kind,"
            + " { get() { throw new DOMException('refused', 'SecurityError'); } })");
    page.navigate(address("#/routing"));
    page.await(LIVE + " && document.querySelector('metric-tile')");
    page.eval("document.querySelector('.ranges [aria-pressed=false]').click()");
    page.eval("document.querySelector('#tools button[title*=heme]').click()");
    page.eval("location.hash = '#/'");
    page.await("document.querySelectorAll('.board').length > 2");
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  void overPlainHttpByANameTasksAreAdded() throws Exception {
    NodeProcess node = cluster.add("--http-allowed-origins", "http://" + Browser.FOREIGN_HOST);
    Page page = browser.page();
    page.signIn(ANN);
    int port = node.http().getPort();
    page.navigate(URI.create("http://" + Browser.FOREIGN_HOST + ":" + port + "/#/tasks"));
    page.await(LIVE + " && document.querySelector('form.line')");
    assertEquals(
        "undefined undefined",
        page.eval("`${typeof crypto.randomUUID} ${typeof navigator.locks}`").asText());
    page.eval("document.querySelector('form.line input').value = 'Over plain HTTP'");
    page.eval("document.querySelector('form.line button').click()");
    page.await(
        "[...document.querySelectorAll('.task:not([data-wait]) .title')].some((each) =>"
            + " each.textContent === 'Over plain HTTP')");
    // Tabs that cannot share a connection have one each.
    Page second = page.newTab();
    second.signIn(ANN);
    second.navigate(URI.create("http://" + Browser.FOREIGN_HOST + ":" + port + "/#/tasks"));
    second.await(LIVE + " && document.querySelector('main').innerText.includes('Over plain HTTP')");
    assertEquals(1, page.sockets());
    assertEquals(1, second.sockets());
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  void theNextPageShowsAtOnceWhatThisOneHasSeen() throws Exception {
    post(ANN, "/routing/decisions", DECISION);
    Page page = open(ANN, "#/");
    page.await(
        "/[1-9]/.test([...document.querySelectorAll('.board')].find((each) =>"
            + " each.querySelector('[href=\"#/routing\"]')).querySelector('.lead').textContent)");
    // Nothing comes from the server any more.
    page.eval("import('/pages/live.js').then(({ client }) => client.close())");
    page.eval("location.hash = '#/routing'");
    page.await("document.querySelectorAll('metric-tile').length > 2 && " + SHOWN);
    page.close();
  }

  @Test
  void aPageThatIsLeftIsForgotten() throws Exception {
    post(ANN, "/routing/decisions", DECISION);
    Page page = open(ANN, "#/");
    page.await(LIVE);
    for (int round = 0; round < 3; round++) visit(page);
    double before = nodes(page);
    for (int round = 0; round < 15; round++) visit(page);
    double after = nodes(page);
    // A page has some hundreds, and the latest ones may still be read or drawn.
    assertTrue(after < before + 1_500, before + " nodes, then " + after);
    page.close();
  }

  private static void visit(Page page) {
    for (String board : List.of("routing", "pipeline", "tasks", "platform", "")) {
      page.eval("location.hash = '#/" + board + "'");
      page.await("document.querySelector('#nav [aria-current]').hash === '#/" + board + "'");
      page.await("document.querySelector('main h1')");
    }
    page.await("document.querySelectorAll('.board').length > 2");
  }

  private static double nodes(Page page) {
    // What is weakly reachable goes with a later collection.
    for (int i = 0; i < 4; i++) page.heap();
    return page.counters().get("Nodes");
  }

  @Test
  void barsOfNegativeValuesNamelessKeysAndReservedNamesAreRight() {
    Page page = open(ANN, "#/routing");
    page.await(LIVE);
    String bars =
        "import('/pages/shares.js').then(({ shares }) => { const made = shares({ label: 'x' });"
            + " made.show(JSON.parse('%s')); return [...made.children].map((row) =>"
            + " [row.firstChild.textContent, row.querySelector('i').style.width,"
            + " row.querySelector('.sub').textContent].join(' ')).join(); })";
    assertEquals(
        "a 100% ,c 40% ,b 60% ",
        page.eval(bars.formatted("{\"a\":100,\"b\":-60,\"c\":-40}")).asText());
    assertEquals(
        "__proto__ 100% 75.0%,(no name) 33.33% 25.0%",
        page.eval(bars.formatted("{\"__proto__\":3,\"\":1}"))
            .asText()
            .replaceAll("33\\.33\\d+", "33.33"));
    assertEquals(
        "{\"__proto__\":3,\"\":1}",
        page.eval(
                "import('/pages/live.js').then(({ valuesAt }) =>"
                    + " JSON.stringify(valuesAt(JSON.parse('{\"n\":{\"__proto__\":3,\"\":1}}'), 'n.*')))")
            .asText());
    page.close();
  }

  @Test
  void olderTasksAreShownOnDemand() throws Exception {
    Person zoe = Person.of("zoe", "forest");
    String tasks =
        IntStream.range(0, 450)
            .mapToObj("{\"title\":\"Tree %d\",\"team_id\":\"forest\"}"::formatted)
            .collect(Collectors.joining(",", "[", "]"));
    var stored = cluster.post(cluster.node(1), "/api/v1/tasks", zoe.token(), tasks);
    assertEquals(200, stored.statusCode(), stored.body());
    Page page = open(zoe, "#/tasks");
    for (int shown : List.of(200, 400)) {
      page.await("document.querySelectorAll('.task').length === " + shown);
      page.eval(
          "[...document.querySelectorAll('li button')].find((each) => each.textContent === 'Show more').click()");
    }
    page.await("document.querySelectorAll('.task').length === 450");
    // A task that comes now does not hide the older ones.
    task(zoe, "One more", "forest");
    page.await("document.querySelectorAll('.task').length === 451");
    assertEquals(
        "false",
        page.eval("document.querySelector('.list').innerText.includes('Show more')").asText());
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  void aRangeThatWasEnteredWrongCanBeCorrected() throws Exception {
    post(ANN, "/routing/decisions", DECISION);
    Page page = open(ANN, "#/routing");
    page.await(LIVE + " && document.querySelector('metric-chart canvas')");
    page.eval(
        "[...document.querySelectorAll('.ranges button')].find((each) => each.textContent === 'Own range').click()");
    enter(page, "2026-01-02T00:00", "2026-01-01T00:00");
    assertEquals("false", page.eval("document.querySelector('form.own').checkValidity()").asText());
    enter(page, "2026-01-01T00:00", "2026-01-02T00:00");
    page.await("document.querySelector('metric-chart').range.length === 86_400_000");
    page.close();
  }

  private static void enter(Page page, String from, String to) {
    page.eval(
        "[...document.querySelectorAll('form.own input')].forEach((each, i) => { each.value = ['"
            + from
            + "', '"
            + to
            + "'][i]; each.dispatchEvent(new Event('input', { bubbles: true })); })");
    page.eval("document.querySelector('form.own button').click()");
  }
}
