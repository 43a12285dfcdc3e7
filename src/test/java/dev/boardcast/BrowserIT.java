package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages in a browser at one node, while facts are posted to another. */
@Timeout(240)
class BrowserIT {
  private static final Person ANN = Person.of("ann", "plants").with("ingest");
  private static final Person ADMIN = Person.of("root", "plants").with("admin");
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "routing  | /routing/decisions | {'strategy':'cost','provider':'p','cost':1} | Decisions",
        "platform | /api/v1/analytics/activity | {'user_id':'‹n›'} | Users now",
        "pipeline | /api/v1/monitoring/scrape-runs | {'source':'s','status':'success','records':3,"
            + "'started_at':'2026-01-01T00:00:00Z','finished_at':'‹now›'} | Runs in 24 h",
        "analysis | /api/v1/messages | {'noise':true} | Messages in the window"
      })
  void aNumberOnThePageFollowsAPostToTheOtherNode(
      String board, String path, String fact, String label) throws Exception {
    Page page = open("#/" + board);
    page.await("window.tile = " + tile(label));
    page.await("tile.querySelector('.value').textContent !== '–'");
    for (int n = 1; n <= 2; n++) {
      String before = page.eval("tile.querySelector('.value').textContent").asText();
      post(path, fact.replace("‹n›", "u" + n));
      page.await("tile.querySelector('.value').textContent !== '" + before + "'");
    }
    assertEquals(List.of(), page.wrongs());
  }

  @Test
  void aTaskOfATeamMateEntersTheListByItself() throws Exception {
    Page page = open("#/tasks");
    page.await("document.querySelector('.list .empty')");
    post("/api/v1/tasks", "{'title':'Water the plants','team_id':'plants'}");
    page.await("document.querySelector('.task .title')?.textContent === 'Water the plants'");
    page.eval("document.querySelector('.task .tick').click()");
    page.await("!document.querySelector('.task')");
    assertEquals(List.of(), page.wrongs());
  }

  @Test
  void tabsShareOneConnection() {
    Page first = open("#/routing");
    first.await("document.querySelector('connection-pill[data-state=live]')");
    Page second = first.another();
    second.go(address("#/routing"));
    second.await("document.querySelector('connection-pill[data-state=live]')");
    second.await(tile("Decisions") + ".querySelector('.value').textContent !== '–'");
    assertEquals(1, first.sockets() + second.sockets());
    first.close();
    second.await(
        "performance.now() > 0 && document.querySelector('connection-pill[data-state=live]')");
    assertEquals(List.of(), second.wrongs());
  }

  @ParameterizedTest
  @CsvSource({"light", "dark"})
  void axeFindsNothingOnAnyPage(String scheme) throws Exception {
    Page page = browser.page();
    page.look(scheme, 1280, 900);
    page.signIn(ADMIN);
    page.go(address(""));
    page.await("document.querySelector('a.board')");
    page.eval(axe());
    for (String board :
        List.of("", "routing", "platform", "pipeline", "analysis", "tasks", "admin")) {
      page.eval("location.hash = '#/" + board + "'");
      page.await("document.querySelector('[aria-current]').hash.slice(2) === '" + board + "'");
      page.await("document.querySelector('main h1') && !document.querySelector('.loading')");
      String found =
          "axe.run().then(({violations}) => violations.map(({id, nodes}) => id + nodes[0].html))";
      assertEquals("[]", page.eval(found).toString(), board);
    }
    assertEquals(List.of(), page.wrongs());
  }

  @Test
  void aBoardWeighsLittle() {
    Page page = open("#/platform");
    page.await("document.querySelector('metric-chart canvas')");
    assertTrue(page.bytes() <= 150_000, page.bytes() + " bytes");
  }

  private static Page open(String where) {
    Page page = browser.page();
    page.signIn(ANN);
    page.go(address(where));
    return page;
  }

  private static String axe() throws IOException {
    try (var script = BrowserIT.class.getResourceAsStream("/axe.min.js")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static URI address(String where) {
    return cluster.node(0).http().resolve("/" + where);
  }

  private static String tile(String label) {
    return "[...document.querySelectorAll('metric-tile')]"
        + ".find((each) => each.querySelector('.label').textContent.startsWith('"
        + label
        + "'))";
  }

  private static void post(String path, String fact) throws Exception {
    String now = java.time.Instant.now().toString();
    String json = fact.replace('\'', '"').replace("‹now›", now);
    var answer = cluster.post(cluster.node(1), path, ANN.token(), json);
    assertEquals(201, answer.statusCode(), answer.body());
  }
}
