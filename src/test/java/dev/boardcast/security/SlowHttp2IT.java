package dev.boardcast.security;

import static dev.boardcast.security.Http2Attacker.ACK;
import static dev.boardcast.security.Http2Attacker.CONTINUATION;
import static dev.boardcast.security.Http2Attacker.DATA;
import static dev.boardcast.security.Http2Attacker.END_HEADERS;
import static dev.boardcast.security.Http2Attacker.END_STREAM;
import static dev.boardcast.security.Http2Attacker.GOAWAY;
import static dev.boardcast.security.Http2Attacker.HEADERS;
import static dev.boardcast.security.Http2Attacker.PING;
import static dev.boardcast.security.Http2Attacker.RST_STREAM;
import static dev.boardcast.security.Http2Attacker.frame;
import static dev.boardcast.security.Http2Attacker.frameHead;
import static dev.boardcast.security.Http2Attacker.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.security.Http2Attacker.Received;
import dev.boardcast.testing.TestCa;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client of HTTP/2 that has completed a request and sends the next one a byte at a time is cut,
 * as one of HTTP/1.1 is.
 */
@Timeout(60)
class SlowHttp2IT {
  private static final String[] LIMITS = {
    "http-head-limit=500ms", "http-body-limit=500ms", "http-body-rate=20000"
  };
  private static final long LONG = 20_000;
  private static final int SLOW = 3;

  @TempDir private Path directory;
  private LimitedApi api;

  @AfterEach
  void stop() throws Exception {
    api.close();
  }

  @Test
  void aSlowHeadIsCutWithTheSettingsName() throws Exception {
    api = new LimitedApi(LIMITS);
    try (var slow = new Http2Attacker(api.port())) {
      completes(slow, 1);
      goesOnSlowly(slow);
    }
  }

  @Test
  void aSlowHeadIsCutWithinTlsToo() throws Exception {
    api = LimitedApi.overTls(new TestCa(directory, "ca").issue(), LIMITS);
    var context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", api.port());
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    try (var slow = new Http2Attacker(socket)) {
      assertEquals("h2", socket.getApplicationProtocol());
      completes(slow, 1);
      slow.send(frameHead(16_000, HEADERS, END_STREAM | END_HEADERS, SLOW));
      assertTrue(slow.drip("\0", 50, LONG));
    }
    assertEquals(1, api.refusals("http-head-limit"));
  }

  @Test
  void fieldsInManyFramesHaveTheTimeOfOneHead() throws Exception {
    api = new LimitedApi(LIMITS);
    try (var slow = new Http2Attacker(api.port())) {
      completes(slow, 1);
      slow.send(frame(HEADERS, END_STREAM, SLOW, head("GET", "/quick")));
      // An empty name and value: three bytes.
      assertTrue(slow.drip(frame(CONTINUATION, 0, SLOW, "\0\u0001a\0"), 100, LONG));
      assertGone(slow.rest());
    }
    assertEquals(1, api.refusals("http-head-limit"));
  }

  @Test
  void aSlowBodyEndsItsStreamAndNoOther() throws Exception {
    api = new LimitedApi(LIMITS);
    try (var slow = new Http2Attacker(api.port())) {
      completes(slow, 1);
      slow.send(
          frame(HEADERS, END_HEADERS, SLOW, head("POST", "/facts", "content-length", "100000")));
      assertTrue(slow.drip(frame(DATA, 0, SLOW, " "), 50, LONG));
      List<Received> answer = slow.untilEnd(SLOW);
      assertTrue(answer.toString().contains("http-body-limit"), answer.toString());
      assertEquals(1, api.refusals("http-body-limit"));
      assertEquals(0, api.gauge("boardcast.http.body.bytes"));
      completes(slow, 5);
    }
  }

  @Test
  void aFrameOfABodyThatDoesNotEndIsCut() throws Exception {
    api = new LimitedApi(LIMITS);
    try (var slow = new Http2Attacker(api.port())) {
      completes(slow, 1);
      slow.send(frame(HEADERS, END_HEADERS, SLOW, head("POST", "/facts")));
      slow.send(frameHead(16_000, DATA, 0, SLOW));
      assertTrue(slow.drip(" ", 50, LONG));
      // The stream was answered; its connection goes, as the frame still does not end.
      long end = System.nanoTime() + LONG * 1_000_000;
      while (slow.send(" ") && System.nanoTime() < end) Thread.sleep(50);
      assertTrue(System.nanoTime() < end);
    }
  }

  @Test
  void aConnectionThatAwaitsNothingStaysOpen() throws Exception {
    api = new LimitedApi(LIMITS);
    try (var calm = new Http2Attacker(api.port())) {
      completes(calm, 1);
      for (int i = 0; i < 12; i++) {
        assertTrue(calm.send(frame(PING, i == 0 ? 0 : ACK, 0, "12345678")));
        Thread.sleep(100);
      }
      completes(calm, SLOW);
    }
    assertEquals(0, api.refusals("http-head-limit"));
  }

  private void goesOnSlowly(Http2Attacker slow) throws Exception {
    slow.send(frameHead(16_000, HEADERS, END_STREAM | END_HEADERS, SLOW));
    assertTrue(slow.drip("\0", 50, LONG));
    assertGone(slow.rest());
    assertEquals(1, api.refusals("http-head-limit"));
  }

  private static void assertGone(List<Received> rest) {
    assertTrue(
        rest.stream()
            .anyMatch(
                frame -> frame.type() == GOAWAY && frame.payload().contains("http-head-limit")),
        rest.toString());
  }

  private static void completes(Http2Attacker client, int stream) throws Exception {
    client.send(frame(HEADERS, END_STREAM | END_HEADERS, stream, head("GET", "/quick")));
    assertFalse(client.untilEnd(stream).stream().anyMatch(frame -> frame.type() == RST_STREAM));
  }
}
