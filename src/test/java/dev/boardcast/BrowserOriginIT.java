package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A page of another origin uses the JavaScript client. */
@Timeout(120)
class BrowserOriginIT {
  private static final Person ANN = Person.of("ann").with("ingest");

  // Forces each of the three transports.
  private static final String CLIENT =
      """
      (async () => {
        const { connect } = await import('%1$s/boardcast.js');
        const without = {
          websocket: {},
          sse: { WebSocket: undefined },
          polling: {
            WebSocket: undefined,
            fetch: (url, init) => (url.includes('/api/v1/stream?') ? Promise.reject() : fetch(url, init)),
          },
        };
        window.heard = {};
        for (const way in without) {
          const client = connect('%1$s', { token: () => '%2$s', share: false, env: without[way] });
          client.subscribe('tasks', ({ data }) => (heard[way] = `${client.status.transport}: ${data.title}`));
          client.on('state', ({ transport }) => (heard[way] ??= transport));
        }
      })()""";

  private static final String WRITE =
      """
      fetch('%s/api/v1/tasks', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer %s' },
        body: '{"title":"from afar"}',
      }).then((answer) => (window.etag = answer.headers.get('etag')))""";

  private final Vertx vertx = Vertx.vertx();
  private Browser browser;

  @BeforeEach
  void start() throws Exception {
    browser = Browser.start();
  }

  @AfterEach
  void stop() throws Exception {
    browser.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void aPageOfANamedOriginHasAllThreeWays() throws Exception {
    int elsewhere = page();
    Boardcast node = node(List.of("http://127.0.0.1:" + elsewhere));
    Page page = open(elsewhere, node);
    page.await("heard.websocket && heard.sse && heard.polling");

    page.eval(WRITE.formatted("http://127.0.0.1:" + node.httpPort(), ANN.token()));
    page.await("window.etag");
    page.await(
        "['websocket', 'sse', 'polling'].every((way) => heard[way] === `${way}: from afar`)");
    assertEquals(List.of(), page.errors());
    close(node);
  }

  private Page open(int elsewhere, Boardcast node) {
    Page page = browser.page();
    page.navigate(URI.create("http://127.0.0.1:" + elsewhere + "/"));
    page.eval(CLIENT.formatted("http://127.0.0.1:" + node.httpPort(), ANN.token()));
    return page;
  }

  /** The port of a server that has one empty page. */
  private int page() throws Exception {
    return vertx
        .createHttpServer()
        .requestHandler(
            request ->
                request
                    .response()
                    .putHeader("Content-Type", "text/html")
                    .end("<!doctype html><title>an app</title><link rel=icon href=data:>"))
        .listen(0, "127.0.0.1")
        .await(10, TimeUnit.SECONDS)
        .actualPort();
  }

  private Boardcast node(List<String> origins) throws Exception {
    var db = Services.get().freshDatabase();
    var local = TestOptions.local(db);
    return Boardcast.deploy(
            vertx, local.set("http-allowed-origins", String.join(",", origins)), Boards.BUILT_IN)
        .await(1, TimeUnit.MINUTES);
  }

  private static void close(Boardcast node) throws Exception {
    node.close().await(30, TimeUnit.SECONDS);
  }
}
