package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Page;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JavaScript client in tabs of one browser that share a connection, against a real node. */
@Timeout(240)
class ClientTabsIT extends BrowserCase {
  private static final String LIVE = "document.querySelector('connection-pill[data-state=live]')";

  /** What a tab has received of the routing board and of its tasks, in window.got. */
  private static final String RECORD =
      """
      import('/pages/live.js').then(({client}) => {
        window.client = client;
        window.got = {decisions: 0, titles: [], gaps: 0};
        client.subscribe('routing', ({data}) => (got.decisions = data.total_decisions));
        client.subscribe('tasks', ({data}) => data.title && got.titles.push(data.title));
        client.on('gap', () => got.gaps++);
      })""";

  private int posted;

  @Test
  void aFrozenTabThatHoldsTheConnectionIsRelieved() throws Exception {
    Page first = tab(browser.page());
    Page second = tab(first.newTab());
    decide();
    for (Page page : List.of(first, second)) page.await("got.decisions === " + posted);
    assertEquals(1, first.sockets() + second.sockets());
    second.bringToFront();
    first.freeze();
    decide();
    task(ANN, "while frozen", "plants");
    second.await("got.decisions === " + posted);
    second.await("got.titles.includes('while frozen')");
    assertEquals(2, first.sockets() + second.sockets());

    first.thaw();
    task(ANN, "afterwards", "plants");
    for (Page page : List.of(first, second)) {
      page.await("got.titles.join() === 'while frozen,afterwards'");
      assertEquals(0, page.eval("got.gaps").asInt());
    }
    second.close();
    decide();
    first.bringToFront();
    first.await("got.decisions === " + posted);
    assertEquals(List.of(), first.errors());
    first.close();
  }

  @Test
  void aReloadOfTheTabThatHoldsTheConnectionLosesNothing() throws Exception {
    Page first = tab(browser.page());
    Page second = tab(first.newTab());
    for (int n = 0; n < 3; n++) {
      task(ANN, "before reload " + n, "plants");
      first.eval("window.old = true; location.reload()");
      task(ANN, "after reload " + n, "plants");
      first.await("!window.old && " + LIVE);
      first.eval(RECORD);
      second.await("got.titles.length === " + 2 * (n + 1));
    }
    String expected = "before reload 0,after reload 0,before reload 1,after reload 1";
    assertEquals(
        expected + ",before reload 2,after reload 2", second.eval("got.titles.join()").asText());
    assertEquals(0, second.eval("got.gaps").asInt());
    assertEquals(List.of(), second.errors());
    first.close();
    second.close();
  }

  @Test
  void aBadTopicInOneTabDoesNotReachTheOther() throws Exception {
    Page first = tab(browser.page());
    Page second = tab(first.newTab());
    long sockets = first.sockets() + second.sockets();
    for (String bad : List.of("7", "''", "undefined", "'x'.repeat(513)", "'\\ud800'")) {
      String attempt =
          "(() => {try {client.subscribe(%s, () => {})} catch ({message}) {return message}})()";
      String message = second.eval(attempt.formatted(bad)).asText();
      assertTrue(message.startsWith("topic: expected"), bad + ": " + message);
    }
    second.eval("client.on('problem', ({code, topic}) => (window.problems ??= []).push(code))");
    second.eval("['a b', 'team.other', 'a,b', '…'].forEach((t) => client.subscribe(t, () => {}))");
    second.await("window.problems?.length === 4");
    // A server allows 50 messages in a second.
    second.eval(
        "new Promise((done) => {let n = 0; const timer = setInterval(() => {"
            + "client.subscribe(`row.${n}`, () => {})();"
            + "if (++n === 240) done(clearInterval(timer))}, 5)})");
    decide();
    for (Page page : List.of(first, second)) page.await("got.decisions === " + posted);
    assertEquals(sockets, first.sockets() + second.sockets());
    assertEquals(List.of(), first.errors());
    first.close();
    second.close();
  }

  @Test
  void aBrowserThatReportsToBeOfflineIsNotBelieved() throws Exception {
    Page page = browser.page();
    page.beforeEachDocument("Object.defineProperty(navigator, 'onLine', {get: () => false})");
    tab(page);
    decide();
    page.await("got.decisions === " + posted);
    page.eval("dispatchEvent(new Event('offline'))");
    page.await(LIVE);
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  void aClockThatIsSetChangesNoAges() throws Exception {
    for (long jump : List.of(-3_600_000L, 3_600_000L)) {
      Page page = tab(browser.page());
      decide();
      page.await("got.decisions === " + posted);
      page.eval("const real = Date.now; Date.now = () => real() + (" + jump + ")");
      page.eval("client.subscribe('routing', (m) => (window.aged = client.age(m)))");
      page.await("window.aged < 1000");
      decide();
      page.await("got.decisions === " + posted + " && client.state === 'live'");
      page.await("window.aged < 1000");
      assertEquals(1, page.sockets());
      page.close();
    }
  }

  @Test
  void anExceptionInAHandlerIsReportedAndHurtsNoOther() throws Exception {
    Page page = browser.page();
    page.signIn(ANN);
    page.navigate(address("#/admin"));
    page.await(LIVE);
    page.eval(
        "import('/pages/live.js').then(({client}) => {"
            + "client.subscribe('routing', () => {throw new Error('mine')});"
            + "client.subscribe('routing', ({data}) => (window.n = data.total_decisions))})");
    decide();
    page.await("window.n === " + posted);
    assertTrue(page.errors().stream().anyMatch(each -> each.contains("mine")), "reported");
    assertTrue(page.errors().stream().noneMatch(each -> each.contains("Illegal")), "as it is");
    page.close();
  }

  private Page tab(Page page) {
    page.signIn(ANN);
    page.navigate(address("#/admin"));
    page.await(LIVE);
    page.eval(RECORD);
    return page;
  }

  private void decide() throws Exception {
    post(ANN, "/routing/decisions", "{'strategy':'cost','provider':'p','cost':1}");
    posted++;
  }
}
