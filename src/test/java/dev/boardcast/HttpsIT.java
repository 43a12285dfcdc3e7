package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.TestCa;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A node with a certificate serves everything by TLS on both ports, and nothing without it. */
@Timeout(120)
class HttpsIT {
  // As the program has it: there, sessions write to the kernel directly without TLS.
  private static final Vertx VERTX = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  private static final String TOKEN = Person.of("ann").with("publish", "ingest").token();
  // More than are flushed together.
  private static final int SESSIONS = 40;

  // Gets a line where sessions are served by Vert.x's public API.
  private static final ListAppender<ILoggingEvent> SLOW_PATH = new ListAppender<>();

  @TempDir static Path dir;
  private static TestCa ca;
  private static TestCa.Issued issued;
  private static Boardcast node;

  @BeforeAll
  static void start() throws Exception {
    SLOW_PATH.start();
    ((Logger) LoggerFactory.getLogger("dev.boardcast.gateway.transport")).addAppender(SLOW_PATH);
    ca = new TestCa(dir, "ca");
    issued = ca.issue();
    node = start(options -> pem(options, issued).set("tls-hsts", "365d"));
  }

  @AfterAll
  static void stop() {
    Api.await(node.close());
    Api.await(VERTX.close());
  }

  @ParameterizedTest
  @CsvSource({"HTTP_1_1, TLSv1.2", "HTTP_1_1, TLSv1.3", "HTTP_2, TLSv1.2", "HTTP_2, TLSv1.3"})
  void requestsUseHttp2WhereTheClientOffersIt(HttpVersion version, String protocol) {
    var client = client(trusting(ca), version, protocol);
    var response = get(client, node.httpPort(), "/api/v1/boards/routing");
    assertEquals(200, response.statusCode(), response.bodyAsString());
    assertEquals(version, response.version());
    assertEquals("max-age=31536000", response.getHeader("Strict-Transport-Security"));
    assertEquals(200, get(client, node.gatewayPort(), "/health/live").statusCode());
  }

  @Test
  void clientsCheckTheCertificate() throws Exception {
    var stranger = WebClient.create(VERTX, trusting(new TestCa(dir, "stranger")));
    assertThrows(Exception.class, () -> get(stranger, node.httpPort(), "/health/live"));
  }

  @Test
  void nothingIsServedWithoutTls() {
    var plain = WebClient.create(VERTX);
    for (int port : List.of(node.httpPort(), node.gatewayPort())) {
      assertThrows(
          Exception.class, () -> Api.await(plain.get(port, "localhost", "/health/live").send()));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void manySessionsGetEveryMessage(boolean gatewayPort) {
    int port = gatewayPort ? node.gatewayPort() : node.httpPort();
    var sessions = new ArrayList<WsClient>();
    try {
      for (int i = 0; i < SESSIONS; i++) {
        var session = WsClient.connect(VERTX, "wss://localhost:" + port + "/ws");
        session.send("{\"type\":\"auth\",\"token\":\"" + TOKEN + "\"}");
        session.send("{\"type\":\"subscribe\",\"topics\":[\"news\"]}");
        sessions.add(session);
      }
      for (WsClient session : sessions) session.next("subscribed");
      assertEquals(List.of(), SLOW_PATH.list, "the channels are taken over");
      for (int n = 0; n < 20; n++) publish(n);
      for (WsClient session : sessions) {
        for (int n = 0; n < 20; n++) {
          assertEquals(n, session.next("note").path("data").path("n").asInt());
        }
      }
    } finally {
      sessions.forEach(WsClient::close);
    }
  }

  @Test
  void eventStreamsAreServed() {
    String uri = "https://localhost:" + node.gatewayPort() + "/api/v1/stream?topics=news";
    try (var stream = SseClient.open(VERTX, uri, Map.of("Authorization", "Bearer " + TOKEN))) {
      stream.next("subscribed");
      publish(7);
      assertEquals(7, stream.next("note").data().path("data").path("n").asInt());
    }
  }

  @Test
  void eventStreamsShareAConnectionOfHttp2() {
    var options = new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setUseAlpn(true);
    options.setSsl(true).setTrustOptions(trusting(ca).getTrustOptions());
    var client = VERTX.createHttpClient(options, new PoolOptions().setHttp2MaxSize(1));
    var received = new StringBuffer();
    for (int i = 0; i < 2; i++) {
      var response =
          Api.await(
              client
                  .request(
                      HttpMethod.GET, node.httpPort(), "localhost", "/api/v1/stream?topics=news")
                  .compose(
                      request ->
                          request
                              .putHeader("Authorization", "Bearer " + TOKEN)
                              .send()
                              .onSuccess(
                                  stream ->
                                      stream.handler(bytes -> received.append(bytes.toString())))));
      assertEquals(HttpVersion.HTTP_2, response.version());
      assertEquals(200, response.statusCode());
    }
    Awaitility.await().until(() -> received.toString().split("\"subscribed\"").length == 3);
    publish(8);
    Awaitility.await().until(() -> received.toString().split("\"note\"").length == 3);
    client.close();
  }

  @Test
  void pkcs12ServesToo() throws Exception {
    Boardcast other =
        start(
            options ->
                options
                    .set("tls-keystore", issued.pkcs12().toString())
                    .set("tls-keystore-password", TestCa.PASSWORD));
    var client = WebClient.create(VERTX, trusting(ca));
    assertEquals(200, get(client, other.httpPort(), "/health/live").statusCode());
    Api.await(other.close());
  }

  @ParameterizedTest
  @ValueSource(strings = {"request", "require"})
  void clientsMayBeAskedForCertificates(String how) throws Exception {
    var clients = new TestCa(dir, "clients-" + how);
    Boardcast other =
        start(
            options ->
                pem(options, issued)
                    .set("tls-client-ca", clients.certificate().toString())
                    .set("tls-client-auth", how));
    int port = other.httpPort();
    var with = WebClient.create(VERTX, withKey(clients.issue()));
    assertEquals(200, get(with, port, "/health/live").statusCode());
    var foreign = WebClient.create(VERTX, withKey(issued));
    var without = WebClient.create(VERTX, trusting(ca));
    if (how.equals("require")) {
      assertThrows(Exception.class, () -> get(foreign, port, "/health/live"));
      assertThrows(Exception.class, () -> get(without, port, "/health/live"));
    } else {
      assertEquals(200, get(without, port, "/health/live").statusCode());
    }
    Api.await(other.close());
  }

  @Test
  void aPlainPortRedirects() throws Exception {
    int plain = FreePorts.one();
    Boardcast other =
        start(options -> pem(options, issued).set("http-redirect-port", Integer.toString(plain)));
    var client = WebClient.create(VERTX, new WebClientOptions().setFollowRedirects(false));
    var response = Api.await(client.post(plain, "localhost", "/api/v1/tasks?a=b%20c").send());
    assertEquals(308, response.statusCode());
    assertEquals(
        "https://localhost:" + other.httpPort() + "/api/v1/tasks?a=b%20c",
        response.getHeader("Location"));
    Api.await(other.close());
  }

  @Test
  void whatCannotBeUsedIsRefusedAtTheStart() throws Exception {
    var expired = ca.issueExpired();
    assertRefused("expired", options -> pem(options, expired));
    assertRefused(
        "the key is not that of the certificate",
        options ->
            options
                .set("tls-cert", expired.cert().toString())
                .set("tls-key", issued.key().toString()));
    assertRefused(
        "tls-key " + dir.resolve("absent") + ": cannot be read",
        options ->
            options
                .set("tls-cert", issued.cert().toString())
                .set("tls-key", dir.resolve("absent").toString()));
    assertRefused(
        "tls-keystore",
        options ->
            options
                .set("tls-keystore", issued.pkcs12().toString())
                .set("tls-keystore-password", "guess"));
    for (var setting : Map.of("tls-hsts", "1d", "http-redirect-port", "0").entrySet()) {
      var failure =
          assertThrows(
              Exception.class, () -> start(o -> o.set(setting.getKey(), setting.getValue())));
      assertTrue(failure instanceof InvalidSettingException, failure.toString());
      assertTrue(failure.getMessage().contains(setting.getKey()), failure.getMessage());
    }
  }

  private static void assertRefused(String message, UnaryOperator<BoardcastOptions> change) {
    var failure = assertThrows(Exception.class, () -> start(change));
    assertTrue(failure.getMessage().contains(message), failure.getMessage());
  }

  private static Boardcast start(UnaryOperator<BoardcastOptions> change) {
    var options = TestOptions.local(Services.get().freshDatabase());
    return Api.await(Boardcast.deploy(VERTX, change.apply(options), Boards.BUILT_IN));
  }

  private static BoardcastOptions pem(BoardcastOptions options, TestCa.Issued files) {
    return options.set("tls-cert", files.cert().toString()).set("tls-key", files.key().toString());
  }

  private static WebClientOptions withKey(TestCa.Issued files) {
    var options = trusting(ca);
    options.setKeyCertOptions(
        new PemKeyCertOptions()
            .setCertPath(files.cert().toString())
            .setKeyPath(files.key().toString()));
    return options;
  }

  private static WebClientOptions trusting(TestCa trusted) {
    var options = new WebClientOptions();
    options.setSsl(true).setUseAlpn(true);
    options.setTrustOptions(new PemTrustOptions().addCertPath(trusted.certificate().toString()));
    return options;
  }

  private static WebClient client(WebClientOptions options, HttpVersion version, String protocol) {
    options.setProtocolVersion(version);
    options.setEnabledSecureTransportProtocols(Set.of(protocol));
    return WebClient.create(VERTX, options);
  }

  private static HttpResponse<Buffer> get(WebClient client, int port, String path) {
    HttpRequest<Buffer> request = client.get(port, "localhost", path);
    return Api.await(request.send());
  }

  private static void publish(int n) {
    var client = WebClient.create(VERTX, trusting(ca));
    var response =
        Api.await(
            client
                .post(node.httpPort(), "localhost", "/api/v1/streams/news/events")
                .bearerTokenAuthentication(TOKEN)
                .putHeader("Content-Type", "application/json")
                .sendBuffer(Buffer.buffer("{\"type\":\"note\",\"data\":{\"n\":" + n + "}}")));
    assertEquals(201, response.statusCode(), response.bodyAsString());
    assertFalse(response.bodyAsString().isEmpty());
  }
}
