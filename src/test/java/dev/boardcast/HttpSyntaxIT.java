package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.BadInput;
import dev.boardcast.testing.BothNodes;
import dev.boardcast.testing.BothNodes.Port;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What RFC 9112 lets two programs read differently is refused on every port, and the connection is
 * closed: nothing that follows is read as another request.
 */
@Timeout(60)
class HttpSyntaxIT {
  private static final String LIVE = "/health/live";
  private static final String CHUNKED = "Transfer-Encoding: chunked";

  @TempDir static Path directory;
  private static BothNodes nodes;

  /** The head of a request, and the status that answers it. */
  private record Probe(String says, String head, int status) {
    @Override
    public String toString() {
      return says;
    }
  }

  private static final List<Probe> REFUSED =
      List.of(
          row("two fields Host", get(LIVE, "Host: localhost", "Host: localhost"), 400),
          row("no field Host", "GET " + LIVE + " HTTP/1.1", 400),
          row("a malformed Host", get(LIVE, "Host: a b"), 400),
          row("a Host with a path", get(LIVE, "Host: a/b"), 400),
          row("Content-Length with Transfer-Encoding", post("Content-Length: 5", CHUNKED), 400),
          row("Transfer-Encoding with Content-Length", post(CHUNKED, "Content-Length: 5"), 400),
          row("two Content-Length", post("Content-Length: 5", "Content-Length: 6"), 400),
          row("two in one Content-Length", post("Content-Length: 5, 6"), 400),
          row("a negative Content-Length", post("Content-Length: -5"), 400),
          row("a signed Content-Length", post("Content-Length: +5"), 400),
          row("a Content-Length in hexadecimal", post("Content-Length: 0x5"), 400),
          row("a Content-Length beyond numbers", post("Content-Length: 99999999999999999999"), 400),
          row("chunked not last", post("Transfer-Encoding: chunked, gzip"), 400),
          row("chunked twice", post("Transfer-Encoding: chunked, chunked"), 400),
          row("two fields chunked", post(CHUNKED, CHUNKED), 400),
          row("an unknown transfer coding", post("Transfer-Encoding: xchunked"), 400),
          row("identity", post("Transfer-Encoding: identity"), 400),
          row("vertical tab before chunked", post("Transfer-Encoding: \u000bchunked"), 400),
          row(
              "Transfer-Encoding in HTTP/1.0",
              "POST /routing/decisions HTTP/1.0\r\nHost: localhost\r\n" + CHUNKED,
              400),
          row("a space before the colon", get(LIVE, "Host: localhost", "X-A : b"), 400),
          row("a space before the colon of a length", post("Content-Length : 5"), 400),
          row(
              "a space before the first field",
              "GET " + LIVE + " HTTP/1.1\r\n X: y\r\nHost: localhost",
              400),
          row("a field without a colon", get(LIVE, "Host: localhost", "nothing"), 400),
          row("an empty field name", get(LIVE, "Host: localhost", ": b"), 400),
          row("a field name with a slash", get(LIVE, "Host: localhost", "X/A: b"), 400),
          row("a field name beyond ASCII", get(LIVE, "Host: localhost", "X-\u00e9: b"), 400),
          row("NUL in a field", get(LIVE, "Host: localhost", "X-A: b\u0000c"), 400),
          row("NUL in a field name", get(LIVE, "Host: localhost", "X\u0000A: b"), 400),
          row("CR alone in a field", get(LIVE, "Host: localhost", "X-A: b\rX-B: c"), 400),
          row("LF alone", "GET " + LIVE + " HTTP/1.1\nHost: a", 400),
          row("LF alone in the fields", "GET " + LIVE + " HTTP/1.1\r\nHost: a\nX-A: b", 400),
          row(
              "two fields Authorization",
              get(LIVE, "Host: localhost", "Authorization: a", "Authorization: b"),
              400),
          row(
              "two fields Content-Type",
              post("Content-Length: 0", "Content-Type: a/b", "Content-Type: c/d"),
              400),
          row("a fragment", get(LIVE + "#a", "Host: localhost"), 400),
          row("NUL in the path", get("/health/live%00", "Host: localhost"), 400),
          row("NUL in the query", get(LIVE + "?a=%00", "Host: localhost"), 400),
          row("no digits after %", get("/health/%zz", "Host: localhost"), 400),
          row("% at the end", get("/health/live%", "Host: localhost"), 400),
          row("no digits after % in the query", get(LIVE + "?a=%4", "Host: localhost"), 400),
          row("overlong UTF-8", get("/health/%c0%80", "Host: localhost"), 400),
          row("half of UTF-8", get(LIVE + "?a=%c3", "Host: localhost"), 400),
          row("a raw byte beyond ASCII", get("/health/\u00e9", "Host: localhost"), 400),
          row("a backslash", get("/health\\live", "Host: localhost"), 400),
          row("dot segments", get("/x/../health/live", "Host: localhost"), 400),
          row("encoded dot segments", get("/x/%2e%2E/health/live", "Host: localhost"), 400),
          row("a single dot", get("/./health/live", "Host: localhost"), 400),
          row("no slash", get("health/live", "Host: localhost"), 400),
          row("an asterisk", "OPTIONS * HTTP/1.1\r\nHost: localhost", 400),
          row("a request to a proxy", "CONNECT a:80 HTTP/1.1\r\nHost: a:80", 400),
          row("a target of another host", get("http://b" + LIVE, "Host: localhost"), 400),
          row("a line of 13 KiB", get(LIVE + "?a=" + "x".repeat(13 << 10), "Host: localhost"), 414),
          row(
              "fields of 17 KiB",
              get(LIVE, "Host: localhost", "X-A: " + "x".repeat(17 << 10)),
              431),
          row("another expectation", get(LIVE, "Host: localhost", "Expect: cookies"), 417),
          row("no version", "GET " + LIVE, 400),
          row("a word too many", "GET " + LIVE + " x HTTP/1.1\r\nHost: localhost", 400),
          row("no protocol", "\u0016\u0003\u0001\u0002\u0000\u0001", 400));

  private static final List<Probe> ACCEPTED =
      List.of(
          row("one Host", get(LIVE, "Host: localhost"), 200),
          row("an address of IPv6", get(LIVE, "Host: [::1]:80"), 200),
          row("the absolute form", get("http://localhost" + LIVE, "Host: localhost"), 200),
          row(
              "a token of 8 KiB in a field",
              get(LIVE, "Host: localhost", "X-A: " + "x".repeat(8 << 10)),
              200),
          row("HTTP/1.0 without a Host", "GET " + LIVE + " HTTP/1.0", 200),
          row("an encoded letter", get("/health/%6Cive", "Host: localhost"), 200),
          row("two slashes", get("//health//live", "Host: localhost"), 200));

  @BeforeAll
  static void start() throws Exception {
    nodes = new BothNodes(directory, options -> options);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("refused")
  void whatIsAmbiguousIsRefusedAndTheConnectionClosed(Port port, Probe row) throws Exception {
    String second = get("/health/second", "Host: localhost") + "\r\n\r\n";
    try (var connection = nodes.connect(port)) {
      connection.send(row.head() + "\r\n\r\n" + second);
      var answer = connection.answer();
      assertEquals(row.status(), answer.status(), answer::body);
      assertEquals("application/problem+json", answer.header("Content-Type"), answer::body);
      assertEquals("no-store", answer.header("Cache-Control"));
      assertFalse(answer.header("Date").isEmpty());
      BadInput.assertNothingInternal(answer.body());
      assertTrue(connection.isClosed(), "nothing follows");
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("accepted")
  void whatIsCertainIsAnswered(Port port, Probe row) throws Exception {
    try (var connection = nodes.connect(port)) {
      var answer = connection.send(row.head() + "\r\n\r\n").answer();
      assertEquals(row.status(), answer.status(), answer::body);
    }
  }

  static Stream<Arguments> refused() {
    return onEveryPort(REFUSED);
  }

  static Stream<Arguments> accepted() {
    return onEveryPort(ACCEPTED);
  }

  private static Stream<Arguments> onEveryPort(List<Probe> rows) {
    var each = new ArrayList<Arguments>();
    for (Port port : Port.values()) rows.forEach(row -> each.add(Arguments.of(port, row)));
    return each.stream();
  }

  private static Probe row(String says, String head, int status) {
    return new Probe(says, head, status);
  }

  private static String get(String target, String... fields) {
    return "GET " + target + " HTTP/1.1\r\n" + String.join("\r\n", fields);
  }

  private static String post(String... fields) {
    return "POST /routing/decisions HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", fields);
  }
}
