package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client without a token can have a node hold is bounded, by address and in total. */
@Timeout(60)
class MemoryFillerIT {
  private static final String FACT = "{\"name\":\"a\",\"n\":1}";
  private static final String TOKEN = "Authorization: Bearer ann";

  private final List<RawHttp> clients = new ArrayList<>();
  private LimitedApi api;

  @AfterEach
  void stop() throws Exception {
    for (RawHttp each : clients) each.close();
    api.close();
  }

  @Test
  void unfinishedBodiesAreBoundedByAddressAndInTotal() throws Exception {
    api = new LimitedApi("http-body-bytes=3000000", "http-body-bytes-per-client=2000000");
    unfinished("127.0.0.1", 1_000_000);
    unfinished("127.0.0.1", 1_000_000);
    assertRefused(unfinished("127.0.0.1", 1_000_000), "429", "http-body-bytes-per-client");
    unfinished("127.0.0.2", 1_000_000);
    assertRefused(unfinished("127.0.0.2", 1_000_000), "503", "http-body-bytes)");
    assertEquals(3_000_000, api.gauge("boardcast.http.body.bytes"));

    // Small requests cost nothing while they arrive at once, and tokens have their own budget.
    for (int i = 0; i < 20; i++) assertAnswered(fact("127.0.0.1"));
    assertTrue(unfinished("127.0.0.1", 1_000_000, TOKEN).isSilentFor(200));

    for (RawHttp each : clients) each.close();
    Awaitility.await().until(() -> api.gauge("boardcast.http.body.bytes") == 0);
    assertAnswered(fact("127.0.0.1"));
  }

  @Test
  void smallBodiesCountOnceTheyAreLate() throws Exception {
    api = new LimitedApi("http-body-bytes=10000", "http-body-bytes-per-client=10000");
    for (int i = 0; i < 10; i++) unfinished("127.0.0.1", 1_000);
    Awaitility.await().until(() -> api.gauge("boardcast.http.body.bytes") == 10_000);
    assertRefused(unfinished("127.0.0.1", 1_000), "503", "http-body-bytes");
    assertAnswered(fact("127.0.0.1"));
  }

  @Test
  void connectionsWithoutATokenAreBoundedByAddressAndInTotal() throws Exception {
    api = new LimitedApi("max-anonymous-connections=5", "max-anonymous-connections-per-address=3");
    for (int i = 0; i < 3; i++) assertTrue(open("127.0.0.1").isSilentFor(50));
    assertEquals("", open("127.0.0.1").rest());
    for (int i = 0; i < 2; i++) assertTrue(open("127.0.0.2").isSilentFor(50));
    // An address with as many as any other gets no more.
    assertEquals("", open("127.0.0.2").rest());
    assertEquals(1, api.refusals("max-anonymous-connections-per-address"));
    assertEquals(1, api.refusals("max-anonymous-connections"));
    assertEquals(5, api.gauge("boardcast.anonymous.connections"));

    // One with fewer gets the place of the oldest connection of the one with the most.
    assertTrue(open("127.0.0.3").isSilentFor(50));
    assertEquals("", clients.get(0).rest());
    assertTrue(clients.get(1).isSilentFor(50));
    assertEquals(2, api.refusals("max-anonymous-connections"));
    assertEquals(5, api.gauge("boardcast.anonymous.connections"));

    // A connection with a valid token does not count.
    RawHttp first = clients.get(1);
    first.send("GET /quick HTTP/1.1\r\nHost: localhost\r\n" + TOKEN + "\r\n\r\n");
    assertAnswered(first);
    Awaitility.await().until(() -> api.gauge("boardcast.anonymous.connections") == 4);
    assertTrue(open("127.0.0.1").isSilentFor(50));

    for (RawHttp each : clients) each.close();
    Awaitility.await().until(() -> api.gauge("boardcast.anonymous.connections") == 0);
  }

  @Test
  void connectionsOfAPrincipalAreBounded() throws Exception {
    api = new LimitedApi("max-connections-per-principal=2");
    for (int i = 0; i < 2; i++) assertAnswered(quick(open("127.0.0.1"), "ann"));
    assertRefused(quick(open("127.0.0.1"), "ann"), "429", "max-connections-per-principal");
    RawHttp bob = open("127.0.0.1");
    assertAnswered(quick(bob, "bob"));

    // A connection counts for the principal of its latest request.
    assertAnswered(quick(clients.get(0), "bob"));
    assertAnswered(quick(open("127.0.0.1"), "ann"));
    bob.close();
    clients.get(1).close();
    Awaitility.await().untilAsserted(() -> assertAnswered(quick(open("127.0.0.1"), "ann")));
    assertEquals(0, api.gauge("boardcast.anonymous.connections"));
  }

  @Test
  void uploadsAreBoundedByPrincipal() throws Exception {
    // For two uploads.
    api = new LimitedApi("http-upload-bytes-per-client=262144");
    for (int i = 0; i < 2; i++) assertTrue(upload("ann").isSilentFor(100));
    assertRefused(upload("ann"), "429", "http-upload-bytes-per-client");
    assertTrue(upload("bob").isSilentFor(100));
    assertEquals(3 * 131_072, api.gauge("boardcast.http.upload.bytes"));

    clients.get(0).close();
    Awaitility.await().until(() -> api.gauge("boardcast.http.upload.bytes") == 2 * 131_072);
    // Far more than may be held: in smaller batches.
    String lines = (FACT + "\n").repeat(100_000);
    RawHttp large = open("127.0.0.1");
    large.send(
        "POST /facts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
            + TOKEN
            + "\r\nContent-Length: "
            + lines.length()
            + "\r\n\r\n"
            + lines);
    assertTrue(large.response().contains("\"accepted\":100000"));

    for (RawHttp each : clients) each.close();
    Awaitility.await().until(() -> api.gauge("boardcast.http.upload.bytes") == 0);
  }

  @Test
  void aTokenThatExpiresWhileABodyArrivesWritesNothingMore() throws Exception {
    api = new LimitedApi();
    String expires = Instant.now().plusMillis(800).toString();
    RawHttp client = upload("ann;;;2026-01-01T00:00:00Z;" + expires);
    assertTrue(client.isSilentFor(1_000));
    client.send("13\r\n" + FACT + "\n\r\n");
    String answer = client.rest();
    assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
    assertTrue(answer.contains("expired"), answer);
  }

  @Test
  void aBodyThatItsSenderMayNotSendIsNotRead() throws Exception {
    api = new LimitedApi();
    RawHttp anonymous = unfinished("127.0.0.1", 1_000_000, "Expect: 100-continue");
    assertTrue(anonymous.response().startsWith("HTTP/1.1 100 "));
    RawHttp withoutToken = open("127.0.0.1");
    withoutToken.post("/own", 1_000_000, "Expect: 100-continue");
    assertTrue(withoutToken.response().startsWith("HTTP/1.1 401 "));
    RawHttp badToken = open("127.0.0.1");
    badToken.post("/facts", 1_000_000, "Expect: 100-continue", "Authorization: Bearer ;");
    assertTrue(badToken.response().startsWith("HTTP/1.1 401 "));
    RawHttp user = open("127.0.0.1");
    user.post("/own", FACT.length(), "Expect: 100-continue", TOKEN);
    assertTrue(user.response().startsWith("HTTP/1.1 100 "));
    user.send(FACT);
    assertAnswered(user);
  }

  @Test
  void headsAreBounded() throws Exception {
    api = new LimitedApi();
    RawHttp large = open("127.0.0.1");
    large.send("GET /quick HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000));
    assertTrue(large.rest().startsWith("HTTP/1.1 431 "));
  }

  @Test
  void linesOfUnfinishedHeadsAreBounded() throws Exception {
    api = new LimitedApi();
    RawHttp tiny = open("127.0.0.1");
    tiny.send("GET /quick HTTP/1.1\r\nHost: localhost\r\n" + "a:\r\n".repeat(127));
    assertTrue(tiny.isSilentFor(100));
    tiny.send("a:\r\na:\r\na:\r\n");
    String answer = tiny.rest();
    assertTrue(answer.startsWith("HTTP/1.1 431 "), answer);
    assertTrue(answer.contains("128"), answer);

    // Behind a request whose body has just ended, and in a trailer.
    RawHttp next = open("127.0.0.1");
    next.post("/facts", FACT.length());
    next.send(FACT + "GET /quick HTTP/1.1\r\n" + "a:\r\n".repeat(200));
    assertEnds(next);
    RawHttp trailer = open("127.0.0.1");
    trailer.send(
        "POST /facts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n"
            + "a:\r\n".repeat(200));
    assertEnds(trailer);
    assertEquals(3, api.refusals("header-lines"));

    RawHttp usual = open("127.0.0.1");
    usual.send("GET /quick HTTP/1.1\r\nHost: localhost\r\n" + "X-A: some value\r\n".repeat(60));
    assertTrue(usual.isSilentFor(50));
    usual.send("\r\n");
    assertAnswered(usual);
  }

  /** The server closes the connection by itself, long before the head's time is over. */
  private static void assertEnds(RawHttp client) throws Exception {
    long start = System.nanoTime();
    client.rest();
    assertTrue(System.nanoTime() - start < 5_000_000_000L);
  }

  @Test
  void addressesMayBeDenied() throws Exception {
    api = new LimitedApi("allow-addresses=127.0.0.0/29", "deny-addresses=127.0.0.2");
    assertAnswered(fact("127.0.0.1"));
    assertEquals("", fact("127.0.0.2").rest());
    assertEquals("", fact("127.0.0.9").rest());
    assertEquals(1, api.refusals("deny-addresses"));
    assertEquals(1, api.refusals("allow-addresses"));
  }

  private RawHttp open(String from) throws Exception {
    var client = new RawHttp(api.port(), from);
    clients.add(client);
    return client;
  }

  /** NDJSON that never ends. */
  private RawHttp upload(String token) throws Exception {
    RawHttp client = open("127.0.0.1");
    client.send(
        "POST /facts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
            + "Authorization: Bearer "
            + token
            + "\r\nTransfer-Encoding: chunked\r\n\r\n");
    return client;
  }

  private static RawHttp quick(RawHttp client, String token) {
    client.send(
        "GET /quick HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    return client;
  }

  /** A request whose body never ends. */
  private RawHttp unfinished(String from, int length, String... headers) throws Exception {
    RawHttp client = open(from);
    client.post("/facts", length, headers);
    client.send("[");
    return client;
  }

  private RawHttp fact(String from) throws Exception {
    RawHttp client = open(from);
    client.post("/facts", FACT.length());
    client.send(FACT);
    return client;
  }

  private static void assertAnswered(RawHttp client) throws Exception {
    String answer = client.response();
    assertTrue(answer.startsWith("HTTP/1.1 20"), answer);
  }

  private static void assertRefused(RawHttp client, String status, String setting)
      throws Exception {
    String answer = client.rest();
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    assertTrue(answer.contains(setting), answer);
    assertTrue(answer.toLowerCase(Locale.ROOT).contains("retry-after: "), answer);
  }
}
