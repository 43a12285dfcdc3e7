package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.auth.Tokens;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Sql;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A client that is revoked while it sends a body writes nothing more. */
class RevokedUploadIT extends AccessCase {
  private static final String FACT =
      "{\"strategy\":\"hybrid\",\"provider\":\"p\",\"model\":\"m\",\"confidence\":0.5,"
          + "\"cost\":0.1,\"decided_at\":\"%s\"}\n";

  @Test
  void linesAfterTheRevocationAreNotWritten() throws Exception {
    Boardcast node = deploy();
    try (Socket client = new Socket("127.0.0.1", node.httpPort())) {
      String line = FACT.formatted(Instant.now());
      send(client, head("application/x-ndjson", "Transfer-Encoding: chunked") + chunk(line));
      Awaitility.await().until(() -> decisions() == 1);
      revoke(node);
      send(client, chunk(line));
      assertRevoked(rest(client));
      assertEquals(1, decisions());
    }
  }

  @Test
  void aBodyThatEndsAfterTheRevocationIsNotWritten() throws Exception {
    Boardcast node = deploy();
    try (Socket client = new Socket("127.0.0.1", node.httpPort())) {
      String fact = FACT.formatted(Instant.now());
      String length = "Content-Length: " + fact.length() + "\r\nExpect: 100-continue";
      send(client, head("application/json", length));
      assertTrue(response(client).startsWith("HTTP/1.1 100 "));
      send(client, fact.substring(0, 20));
      revoke(node);
      send(client, fact.substring(20));
      assertRevoked(response(client));
      assertEquals(0, decisions());
    }
  }

  private void revoke(Boardcast node) throws Exception {
    String body = "{\"user\":\"ann\",\"reason\":\"left\"}";
    assertEquals(201, post(node, REVOCATIONS, ADMIN, body).status());
  }

  private int decisions() throws Exception {
    List<String> found = new Sql(db.postgresUri()).column("SELECT 1 FROM routing_decision");
    return found.size();
  }

  private static String head(String type, String length) {
    String token =
        Tokens.hs256(
            Cluster.SECRET,
            Tokens.claims(
                Map.of(
                    "sub",
                    "ann",
                    "roles",
                    List.of("ingest"),
                    "iat",
                    Instant.now().getEpochSecond())));
    return "POST /routing/decisions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
            .formatted(token)
        + "Content-Type: %s\r\n%s\r\n\r\n".formatted(type, length);
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private static void send(Socket client, String text) throws IOException {
    client.setSoTimeout(10_000);
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void assertRevoked(String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
    assertTrue(answer.contains("\"reason\":\"revoked\""), answer);
  }

  private static String response(Socket client) throws IOException {
    var bytes = new byte[8192];
    int count = client.getInputStream().read(bytes);
    return new String(bytes, 0, Math.max(0, count), StandardCharsets.US_ASCII);
  }

  /** What is sent until the connection is closed. */
  private static String rest(Socket client) throws IOException {
    var all = new StringBuilder();
    try {
      for (String part = response(client); !part.isEmpty(); part = response(client)) {
        all.append(part);
      }
    } catch (SocketException reset) {
      // As good as closed.
    }
    return all.toString();
  }
}
