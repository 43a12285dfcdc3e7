package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.boardcast.auth.Tokens;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.WsClient;
import io.vertx.core.http.HttpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sessions of a key's tokens end when the key is withdrawn. */
class KeyWithdrawalIT extends AccessCase {
  private static final KeyPair KEPT = Tokens.rsa();
  private static final KeyPair OF_FILE = Tokens.rsa();
  private static final KeyPair OF_URL = Tokens.rsa();

  @TempDir private Path dir;
  private volatile List<Map<String, Object>> published =
      List.of(Tokens.jwk("kept", KEPT.getPublic()), Tokens.jwk("gone", OF_URL.getPublic()));
  private Path file;
  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    file = dir.resolve("keys.pem");
    Files.writeString(file, Tokens.pem(KEPT.getPublic()) + Tokens.pem(OF_FILE.getPublic()));
    server =
        await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> request.response().end(Json.encode(Map.of("keys", published))))
                .listen(0, "127.0.0.1"));
  }

  @Override
  BoardcastOptions options() {
    return super.options()
        .set("jwt-keys", file.toString())
        .set("jwt-jwks-url", "http://127.0.0.1:" + server.actualPort() + "/keys");
  }

  @Test
  void aKeyThatIsRemovedFromAFileEndsItsSessions() throws Exception {
    Boardcast node = deploy();
    String gone = Tokens.signed("RS256", "", OF_FILE, Tokens.claims(Map.of()));
    String kept = Tokens.signed("RS256", "", KEPT, Tokens.claims(Map.of()));
    WsClient ends = socket(node, "agents", gone);
    WsClient stays = socket(node, "agents", kept);
    session(ends);
    session(stays);
    Files.writeString(file, Tokens.pem(KEPT.getPublic()));
    assertEquals(4401, ends.closeCode());
    assertEquals("the signing key was withdrawn", ends.closeReason());
    assertEquals(401, get(node, "/api/v1/tasks", gone).status());
    assertEquals(200, get(node, "/api/v1/tasks", kept).status());
    assertFalse(stays.isClosed());
  }

  @Test
  void aRevocationAsksForTheKeysAtOnce() throws Exception {
    Boardcast node = deploy();
    String gone = Tokens.signed("RS256", "gone", OF_URL, Tokens.claims(Map.of()));
    String kept = Tokens.signed("RS256", "kept", KEPT, Tokens.claims(Map.of()));
    WsClient ends = socket(node, "agents", gone);
    WsClient stays = socket(node, "agents", kept);
    session(ends);
    session(stays);
    published = List.of(Tokens.jwk("kept", KEPT.getPublic()));
    // Of another key: this one is not revoked, but found to be withdrawn.
    String body = "{\"key_id\":\"other\",\"reason\":\"stolen\"}";
    assertEquals(201, post(node, REVOCATIONS, ADMIN, body).status());
    assertEquals(4401, ends.closeCode());
    assertEquals("the signing key was withdrawn", ends.closeReason());
    Awaitility.await().until(() -> get(node, "/api/v1/tasks", gone).status() == 401);
    assertFalse(stays.isClosed());
  }

  @Test
  void aKeyThatTakesTheIdOfAnotherEndsTheSessionsOfThat() throws Exception {
    Boardcast node = deploy();
    WsClient ends =
        socket(node, "agents", Tokens.signed("RS256", "gone", OF_URL, Tokens.claims(Map.of())));
    session(ends);
    published = List.of(Tokens.jwk("gone", KEPT.getPublic()));
    // An unknown signature makes the node fetch the keys; not sooner than 10 s after the start.
    Awaitility.await()
        .until(
            () ->
                get(
                            node,
                            "/api/v1/tasks",
                            Tokens.signed("RS256", "gone", KEPT, Tokens.claims(Map.of())))
                        .status()
                    == 200);
    assertEquals(4401, ends.closeCode());
  }

  @Test
  void aTokenOfASecretIsNotAffected() throws Exception {
    Boardcast node = deploy();
    WsClient stays = socket(node, "agents", Tokens.hs256(Cluster.SECRET, Tokens.claims(Map.of())));
    session(stays);
    Files.writeString(file, Tokens.pem(KEPT.getPublic()));
    String gone = Tokens.signed("RS256", "", OF_FILE, Tokens.claims(Map.of()));
    String body = "{\"key_id\":\"other\",\"reason\":\"stolen\"}";
    assertEquals(201, post(node, REVOCATIONS, ADMIN, body).status());
    Awaitility.await().until(() -> get(node, "/api/v1/tasks", gone).status() == 401);
    assertFalse(stays.isClosed());
  }
}
