package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A browser's own EventSource, without a line of our client. */
@Timeout(240)
class EventSourceIT extends BrowserCase {
  private static final Person PUBLISHER = Person.of("press").with("publish");
  private static final Duration EXIT = Duration.ofSeconds(30);

  private int published;

  @Test
  void itComesBackAfterARestartOfItsOnlyNodeAndMissesNothing() throws Exception {
    NodeProcess node = cluster.add();
    Page page = browser.page();
    page.navigate(node.http());
    page.await(
        "document.readyState === 'complete' && location.host === '%s'"
            .formatted(node.http().getAuthority()));
    page.eval(
        "window.numbers = []; window.tries = 0;"
            + "window.source = new EventSource('/api/v1/stream?topics=agents');"
            + "source.onerror = () => tries++;"
            + "source.onmessage = ({data}) => {"
            + "  const message = JSON.parse(data);"
            + "  if (message.type === 'tick') numbers.push(message.data.n);"
            + "  if (message.type === 'subscribed') window.ready = true;"
            + "}; 0");
    page.await("window.ready");
    publish();
    page.await("numbers.length === 1");

    long stopped = System.nanoTime();
    node.terminate(EXIT);
    for (int i = 0; i < 5; i++) publish();
    cluster.restart(node);
    page.await("numbers.length === 6");
    long seconds = Duration.ofNanos(System.nanoTime() - stopped).toSeconds();
    publish();
    page.await("numbers.length === 7");

    assertEquals("0,1,2,3,4,5,6", page.eval("numbers.join()").asText());
    assertEquals(1, page.eval("source.readyState").asInt());
    int tries = page.eval("tries").asInt();
    assertTrue(tries <= seconds + 1, tries + " tries in " + seconds + " s");
  }

  private void publish() throws Exception {
    post(
        PUBLISHER,
        "/api/v1/streams/agents/events",
        "{'type':'tick','data':{'n':" + published++ + "}}");
  }
}
