package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.BrowserLine;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What is published in tabs that are offline, with a real IndexedDB, real locks and a real node.
 */
@Timeout(240)
class ClientOfflineIT extends BrowserCase {
  private static final Person WRITER = Person.of("wim", "plants").with("publish");
  private static final String LIVE = PILL + ".dataset.state === 'live'";

  /** window.box publishes for the page's client; window.refused has what was taken back. */
  private static final String OPEN =
      """
      Promise.all([import('/pages/live.js'), import('/client/offline.js')])
        .then(async ([{client}, {offline}]) => {
          window.refused = [];
          window.client = client;
          window.box = offline(client);
          box.on('refused', ({message, error}) => refused.push(`${message.id} ${error.code}`));
          await box.ready;
        })""";

  @Test
  void twoTabsPublishOfflineAndTheirMessagesArriveOnceAndInOrder() throws Exception {
    try (var line = new BrowserLine(cluster.node(0).http())) {
      Page one = tab(browser.page(), line);
      Page two = tab(one.newTab(), line);
      assertTrue(one.eval("box.persistent").asBoolean());
      line.cut();
      for (int n = 0; n < 12; n++) publish(n % 2 == 0 ? one : two, "chat.tabs", n);
      for (Page page : List.of(one, two)) page.await("box.size === 12");
      assertEquals(12, two.eval("box.pending('chat.tabs').length").asInt());
      line.mend();
      for (Page page : List.of(one, two)) {
        page.eval("client.retry()");
        page.await("box.size === 0");
        assertEquals("[]", page.eval("refused").toString());
      }
      assertStored("chat.tabs", IntStream.range(0, 12).boxed().toList());
      one.close();
      two.close();
    }
  }

  @Test
  void aTabThatIsClosedBeforeTheAnswerIsFollowedByAnotherWhichDoublesNothing() throws Exception {
    try (var line = new BrowserLine(cluster.node(0).http())) {
      Page one = tab(browser.page(), line);
      line.loseAnswers();
      for (int n = 0; n < 3; n++) publish(one, "chat.killed", n);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> numbers("chat.killed").equals(List.of(0)));
      Page two = one.newTab();
      one.close();
      line.mend();
      tab(two, line);
      publish(two, "chat.killed", 3);
      two.await("box.size === 0");
      assertStored("chat.killed", List.of(0, 1, 2, 3));
      assertEquals("[]", two.eval("refused").toString());
      two.close();
    }
  }

  @Test
  void aReloadOfflineKeepsWhatIsPending() throws Exception {
    try (var line = new BrowserLine(cluster.node(0).http())) {
      Page page = tab(browser.page(), line);
      // The page itself comes by this proxy: only what the module sends is cut off.
      page.beforeEachDocument(
          "const real = fetch; window.isCut = true; window.fetch = (url, init) =>"
              + " window.isCut && init?.method === 'POST' ? Promise.reject(new TypeError('cut'))"
              + " : real(url, init)");
      page.beforeEachDocument("delete window.WebSocket");
      reload(page);
      for (int n = 0; n < 3; n++) publish(page, "chat.reload", n);
      reload(page);
      assertEquals(
          "[0,1,2]", page.eval("box.pending('chat.reload').map(({data}) => data.n)").toString());
      page.eval("isCut = false; box.retry()");
      page.await("box.size === 0");
      assertStored("chat.reload", List.of(0, 1, 2));
      page.close();
    }
  }

  @Test
  void aRefusedMessageIsTakenBackInAllTabsAndABoundIsKept() throws Exception {
    try (var line = new BrowserLine(cluster.node(0).http())) {
      Page one = tab(browser.page(), line);
      Page two = tab(one.newTab(), line);
      one.eval("void box.publish('routing', 'line', {}, {id: 'm1'})");
      one.eval("void box.publish('chat.a', 'x y', {}, {id: 'm2'})");
      for (Page page : List.of(one, two)) {
        page.await("refused.length === 2 && box.size === 0");
        assertTrue(page.eval("refused.join()").asText().matches("m1 \\w+,m2 invalid"), "codes");
      }
      line.cut();
      String code =
          "box.publish('chat.a', 'big', {text: 'x'.repeat(1000001)}).stored"
              + ".then(() => 'stored', ({code}) => code)";
      assertEquals("too_large", one.eval(code).asText());
      one.eval("for (let n = 0; n < 500; n++) box.publish('chat.a', 'line', {n})");
      String full =
          "box.publish('chat.a', 'line', {}).stored.then(() => 'stored', (e) => e.message)";
      assertEquals("the queue is full: 500 writes wait to be sent", one.eval(full).asText());
      one.close();
      two.close();
    }
  }

  @Test
  void withoutADatabaseItIsInMemoryAndSaysSo() throws Exception {
    try (var line = new BrowserLine(cluster.node(0).http())) {
      Page page = browser.page();
      page.beforeEachDocument(
          "indexedDB.constructor.prototype.open = () => { throw new DOMException('no',"
              + " 'SecurityError'); }");
      tab(page, line);
      assertEquals(false, page.eval("box.persistent").asBoolean(true));
      publish(page, "chat.memory", 7);
      page.await("box.size === 0");
      assertStored("chat.memory", List.of(7));
      page.close();
    }
  }

  private static Page tab(Page page, BrowserLine line) {
    page.signIn(WRITER);
    page.navigate(line.http().resolve("/#/admin"));
    page.await(LIVE);
    page.eval(OPEN);
    return page;
  }

  private static void reload(Page page) {
    page.eval("window.old = true; location.reload()");
    page.await("!window.old && " + PILL + ".dataset.state");
    page.eval(OPEN);
  }

  private static void publish(Page page, String topic, int n) {
    page.eval("box.publish('%s', 'line', {n: %d}).stored".formatted(topic, n));
  }

  /** An event is numbered a little after the answer. */
  private void assertStored(String stream, List<Integer> expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> numbers(stream).size() >= expected.size());
    assertEquals(expected, assertDoesNotThrow(() -> numbers(stream)));
  }

  /** What the stream has, in order, as another node tells it. */
  private List<Integer> numbers(String stream) throws Exception {
    var answer =
        cluster.get(cluster.node(1), "/api/v1/streams/" + stream + "/events", WRITER.token());
    var found = new ArrayList<Integer>();
    for (JsonNode each : Json.MAPPER.readTree(answer.body()).get("events")) {
      found.add(each.at("/data/n").asInt());
    }
    return found;
  }
}
