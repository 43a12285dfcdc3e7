package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.Routes;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that sends one byte at a time is cut, in the head and in the body of a request. */
@Timeout(60)
class SlowWriterIT {
  private static final String HEAD = "GET /quick HTTP/1.1\r\nHost: localhost\r\nX: ";
  private static final long LONG = 20_000;

  private LimitedApi api;

  @BeforeEach
  void start() throws Exception {
    api = new LimitedApi("http-head-limit=500ms", "http-body-limit=500ms", "http-body-rate=20000");
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
  }

  @Test
  void aSlowHeadIsCutWithTheSettingsName() throws Exception {
    try (var slow = new RawHttp(api.port())) {
      slow.send(HEAD);
      assertTrue(slow.drip("x", 50, LONG));
      String answer = slow.rest();
      assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
      assertTrue(answer.contains("http-head-limit"), answer);
    }
    assertEquals(1, api.refusals("http-head-limit"));
  }

  @Test
  void aConnectionThatSendsNothingIsClosed() throws Exception {
    try (var idle = new RawHttp(api.port())) {
      idle.rest();
    }
    assertEquals(1, api.refusals("http-head-limit"));
  }

  @Test
  void aHeadThatABusyEventLoopHasNotReadYetIsNotCut() throws Exception {
    var begun = new CountDownLatch(1);
    Routes stalling =
        router ->
            router
                .get("/stall")
                .handler(
                    context -> {
                      begun.countDown();
                      // Longer than the limit: the time is over before the loop reads again.
                      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1_000));
                      context.end();
                    });
    try (var busy = new LimitedApi(List.of(stalling), "http-head-limit=500ms");
        var prompt = new RawHttp(busy.port());
        var other = new RawHttp(busy.port())) {
      prompt.send("GET /quick HTTP/1.1\r\n");
      other.send("GET /stall HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertTrue(begun.await(10, TimeUnit.SECONDS));
      prompt.send("Host: localhost\r\n\r\n");
      String answer = prompt.response();
      assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    }
  }

  @Test
  void aSlowHeadAfterAnAnswerIsCutToo() throws Exception {
    try (var slow = new RawHttp(api.port())) {
      slow.send("GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertTrue(slow.response().startsWith("HTTP/1.1 200"));
      // No head has begun: the idle limit alone applies.
      assertTrue(slow.isSilentFor(1_200));
      slow.send(HEAD);
      assertTrue(slow.drip("x", 50, LONG));
      assertTrue(slow.rest().startsWith("HTTP/1.1 408 "));
    }
  }

  @Test
  void aSlowBodyIsCutWithTheSettingsName() throws Exception {
    try (var slow = new RawHttp(api.port())) {
      slow.post("/facts", 100_000);
      assertTrue(slow.drip(" ", 50, LONG));
      String answer = slow.rest();
      assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
      assertTrue(answer.contains("http-body-limit"), answer);
    }
    assertEquals(0, api.gauge("boardcast.http.body.bytes"));
  }

  @Test
  void aChunkedBodyIsCutToo() throws Exception {
    try (var slow = new RawHttp(api.port())) {
      slow.send("POST /facts HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
      assertTrue(slow.drip("1\r\n \r\n", 50, LONG));
      assertTrue(slow.rest().startsWith("HTTP/1.1 408 "));
    }
  }

  @Test
  void slowLinesAreCutUnlessTheirWriterHasAToken() throws Exception {
    try (var slow = new RawHttp(api.port());
        var service = new RawHttp(api.port())) {
      lines(slow);
      lines(service, "Authorization: Bearer ann");
      assertTrue(slow.drip("{\"name\":\"a\",\"n\":1}\n", 50, LONG));
      assertTrue(slow.rest().contains("408"));
      assertFalse(service.drip("{\"name\":\"a\",\"n\":1}\n", 50, 1_000));
    }
  }

  @Test
  void aBodyThatTakesLongBecauseItIsLargeIsRead() throws Exception {
    try (var steady = new RawHttp(api.port())) {
      int pieces = 15;
      steady.post("/facts", pieces * 6_000 + 2);
      steady.send("[");
      for (int i = 0; i < pieces; i++) {
        steady.send(" ".repeat(6_000));
        Thread.sleep(100);
      }
      steady.send("]");
      assertTrue(steady.response().startsWith("HTTP/1.1 200"));
    }
  }

  private static void lines(RawHttp client, String... headers) {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    client.send(
        "POST /facts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
            + more
            + "Transfer-Encoding: chunked\r\n\r\n1\r\n\n\r\nfffff\r\n");
  }
}
