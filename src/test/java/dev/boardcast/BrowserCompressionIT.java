package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.gateway.GatewayFixture;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Chromium, which offers permessage-deflate by itself, at a node where compression is on. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserCompressionIT {
  private static final int EVENTS = 120;
  private static final String TOKEN = Person.of("ann").with("publish").token();
  private static final String OPEN =
      """
      new Promise((opened) => {
        window.texts = [];
        window.socket = new WebSocket(`ws://${location.host}/ws?topics=%s&token=%s`);
        socket.onmessage = ({data}) => {
          texts.push(data);
          if (data.includes('"subscribed"')) opened(socket.extensions);
        };
        socket.onclose = ({code, reason}) => (window.ended = `${code} ${reason}`);
      })""";

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private Boardcast node;
  private Browser browser;

  @BeforeAll
  void start() throws Exception {
    browser = Browser.start();
    var options =
        TestOptions.local(Services.get().freshDatabase()).set("gateway-compression", "on");
    node = GatewayFixture.await(Boardcast.deploy(vertx, options, Boards.BUILT_IN));
  }

  @AfterAll
  void stop() {
    if (browser != null) browser.close();
    if (node != null) GatewayFixture.await(node.close());
    GatewayFixture.await(vertx.close());
  }

  @Test
  void itGetsEveryMessageAsOtherClientsDo() throws Exception {
    Page page = page("down");
    WsClient plain = plain("down");
    for (int n = 0; n < EVENTS; n++) publish("down", n);
    var expected = new ArrayList<String>();
    while (expected.size() < EVENTS) {
      String text = plain.nextText(Duration.ofSeconds(20));
      if (text.contains("\"note\"")) expected.add(text);
    }
    page.await("texts.filter((text) => text.includes('\"note\"')).length >= " + EVENTS);
    JsonNode got = page.eval("texts.filter((text) => text.includes('\"note\"'))");
    assertEquals(expected, Json.MAPPER.convertValue(got, List.class));
    plain.close();
    page.close();
  }

  @Test
  void whatItSendsIsReadAndHeldToTheBoundOnceExpanded() throws Exception {
    Page page = page("up");
    WsClient plain = plain("up");
    for (int n = 0; n < 30; n++) {
      String text = "'abcdefghij'.repeat(" + 40 * n + ")";
      page.eval(
          "socket.send(JSON.stringify({type: 'publish', topic: 'up', event_type: 'note', id: 'm"
              + n
              + "', data: {text: "
              + text
              + "}}))");
    }
    for (int n = 0; n < 30; n++) {
      assertEquals("abcdefghij".repeat(40 * n), plain.next("note").at("/data/text").asText());
    }
    page.eval("socket.send(' '.repeat(1000000))");
    page.await("window.ended");
    assertEquals("1009 message too big: at most 16384 bytes", page.eval("ended").asText());
    plain.close();
    page.close();
  }

  private Page page(String stream) {
    Page page = browser.page();
    page.navigate(direct("/"));
    page.await("document.readyState === 'complete' && location.protocol === 'http:'");
    assertEquals(
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        page.eval(OPEN.formatted(stream, TOKEN)).asText());
    return page;
  }

  private WsClient plain(String stream) {
    String uri = "ws://127.0.0.1:" + node.httpPort() + "/ws?topics=" + stream + "&token=" + TOKEN;
    WsClient client = WsClient.connect(vertx, uri);
    client.next("subscribed");
    return client;
  }

  /** With text that differs, of up to 12 kB. */
  private void publish(String stream, int n) throws Exception {
    String text = ("line " + n + " of ä and 漢, ").repeat(1 + 5 * n);
    String event = Json.encode(Map.of("type", "note", "data", Map.of("n", n, "text", text)));
    var request =
        HttpRequest.newBuilder(direct("/api/v1/streams/" + stream + "/events"))
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(event))
            .build();
    var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertTrue(answer.statusCode() == 201, answer::body);
  }

  private URI direct(String path) {
    return URI.create("http://127.0.0.1:" + node.httpPort() + path);
  }
}
