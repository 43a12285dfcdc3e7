package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.TestCa;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * TLS handshakes that do not end are bounded in number and time, as connections without TLS are.
 */
@Timeout(60)
class HandshakeFillerIT {
  // The beginning of a ClientHello of 512 bytes.
  private static final String HALF_HELLO = "\u0016\u0003\u0001\u0002\u0000\u0001\u0000";

  @TempDir private Path directory;
  private final List<RawHttp> clients = new ArrayList<>();
  private LimitedApi api;

  @BeforeEach
  void start() throws Exception {
    api =
        LimitedApi.overTls(
            new TestCa(directory, "ca").issue(),
            "http-head-limit=1s",
            "max-anonymous-connections-per-address=3");
  }

  @AfterEach
  void stop() throws Exception {
    for (RawHttp each : clients) each.close();
    api.close();
  }

  @Test
  void handshakesThatDoNotEndAreRefusedAndCut() throws Exception {
    for (int i = 0; i < 3; i++) clients.add(new RawHttp(api.port()));
    for (RawHttp each : clients) each.send(HALF_HELLO);
    Awaitility.await().until(() -> api.gauge("boardcast.anonymous.connections") == 3);
    try (var refused = new RawHttp(api.port())) {
      assertEquals("", refused.rest());
    }
    assertEquals(1, api.refusals("max-anonymous-connections-per-address"));
    for (RawHttp each : clients) each.rest();
    Awaitility.await().until(() -> api.gauge("boardcast.anonymous.connections") == 0);
    assertEquals(3, api.refusals("http-head-limit"));
    assertTrue(
        request("GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n").startsWith("HTTP/1.1 200"));
  }

  @Test
  void aHeadOfManyLinesIsAnsweredWithinTls() throws Exception {
    String answer = request("GET /quick HTTP/1.1\r\nHost: localhost\r\n" + "a:\r\n".repeat(200));
    assertTrue(answer.startsWith("HTTP/1.1 431 "), answer);
  }

  @Test
  void aSlowHeadIsAnsweredWithinTls() throws Exception {
    String answer = request("GET /quick HTTP/1.1\r\nHost: localhost\r\nX: ");
    assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
    assertTrue(answer.contains("http-head-limit"), answer);
  }

  /** The beginning of the answer to bytes that are sent over TLS. */
  private String request(String bytes) throws Exception {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustAll()}, null);
    try (var socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", api.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      var answer = new byte[4096];
      int count = socket.getInputStream().read(answer);
      return new String(answer, 0, Math.max(0, count), StandardCharsets.UTF_8);
    }
  }

  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
