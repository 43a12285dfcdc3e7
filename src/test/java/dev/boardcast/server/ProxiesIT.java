package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Proxy;
import dev.boardcast.testing.Proxy.Kind;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.TestCa;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The shipped configurations of proxies, each by the real program, before nodes of split roles. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxiesIT {
  private static final Person ANN = Person.of("ann", "plants").with("ingest", "publish");
  private static final Person ROOT = Person.of("root").with("admin");
  private static final String CLIENT = "127.0.0.2";

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Proxy.Upstream> upstreams = new ArrayList<>();
  private Cluster cluster;
  private NodeProcess api;
  private TestCa authority;
  private TestCa.Issued certificate;
  private Path directory;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    cluster =
        Cluster.start(
            Services.get().freshDatabase(),
            3,
            index -> List.of("--trusted-proxies", "127.0.0.1", "--roles", roles(index)));
    api = cluster.node(0);
    authority = new TestCa(directory, "authority");
    certificate = authority.issue();
    for (int i = 0; i < 3; i++) upstreams.add(upstream(cluster.node(i), i == 0, i == 1));
  }

  private static String roles(int index) {
    return List.of("api", "gateway", "metrics,emitter").get(index);
  }

  private Proxy.Upstream upstream(NodeProcess node, boolean isApi, boolean isGateway)
      throws Exception {
    int port = cluster.health(node).at("/node/gateway_port").asInt();
    return new Proxy.Upstream(node.http(), port == 0 ? FreePorts.one() : port, isApi, isGateway);
  }

  @AfterAll
  void stop() throws Exception {
    if (cluster != null) cluster.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void eachPathIsServedByANodeOfItsRole(Kind kind) throws Exception {
    try (var proxy = start(kind)) {
      // More requests than nodes: none of them may meet a node without the role.
      for (int i = 0; i < 12; i++) {
        assertEquals(200, get(proxy, kind.prefix() + "/api/v1/boards/routing").statusCode());
        assertEquals(201, decide(proxy.uri(kind.prefix() + "/routing/decisions")).statusCode());
      }
      String sockets = proxy.uri(kind.prefix()).toString().replace("http:", "ws:");
      String stream = proxy.uri(kind.prefix() + "/api/v1/stream?topics=news").toString();
      for (int i = 0; i < 4; i++) {
        try (var socket = WsClient.connect(vertx, sockets + "/ws?topics=news");
            var events = SseClient.open(vertx, stream, Map.of())) {
          socket.next("subscribed");
          events.next("subscribed");
          String event = "{\"type\":\"release\",\"data\":{\"n\":%d}}".formatted(i);
          String path = kind.prefix() + "/api/v1/streams/news/events";
          assertEquals(201, post(proxy.uri(path), event).statusCode());
          assertEquals(i, socket.next("release").at("/data/n").asInt());
          assertEquals(i, events.next("release").data().at("/data/n").asInt());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theNodesSeeTheAddressOfTheClient(Kind kind) throws Exception {
    try (var proxy = start(kind);
        var socket = new Socket()) {
      socket.bind(new InetSocketAddress(CLIENT, 0));
      socket.connect(new InetSocketAddress("127.0.0.1", proxy.uri("").getPort()));
      socket.setSoTimeout(20_000);
      String head =
          "GET %s/api/v1/stream?topics=news HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 10.9.8.7\r\n\r\n";
      socket
          .getOutputStream()
          .write(head.formatted(kind.prefix()).getBytes(StandardCharsets.US_ASCII));
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream()));
      for (String line = in.readLine(); !line.contains("\"subscribed\""); line = in.readLine()) {
        assertTrue(line != null, "the stream has ended");
      }

      var sessions = cluster.get(api, "/api/v1/admin/sessions?topic=news", ROOT.token()).body();
      var addresses = new ArrayList<String>();
      for (JsonNode each : Json.MAPPER.readTree(sessions).get("sessions")) {
        addresses.add(each.get("address").asText());
      }
      assertEquals(List.of(CLIENT), addresses, sessions);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void metersAndOrdersToANodeAreClosed(Kind kind) throws Exception {
    try (var proxy = start(kind)) {
      for (String path :
          List.of(
              "/metrics",
              "/%6detrics",
              "//metrics",
              "/metrics/",
              "/admin/drain",
              "/%61dmin/drain")) {
        var answer = send(request(proxy.uri(kind.prefix() + path), ROOT));
        assertEquals(404, answer.statusCode(), path);
        assertTrue(!answer.body().contains("boardcast_"), path);
        var order =
            send(request(proxy.uri(kind.prefix() + path), ROOT).POST(BodyPublishers.noBody()));
        assertEquals(404, order.statusCode(), path);
      }
      // The page of administration works through it, with its role.
      String nodes = kind.prefix() + "/api/v1/admin/nodes";
      assertEquals(200, send(request(proxy.uri(nodes), ROOT)).statusCode());
    }
    try (var proxy = start(kind, "closed")) {
      for (String path : List.of("/api/v1/admin/nodes", "/api/v1/%61dmin/sessions")) {
        var answer = send(request(proxy.uri(kind.prefix() + path), ROOT));
        assertEquals(404, answer.statusCode(), path);
        if (kind != Kind.HAPROXY) continue;
        // Of haproxy, before it asks a node: it answers in HTML.
        var second = send(request(proxy.gateway(path), ROOT));
        assertEquals(404, second.statusCode(), path);
        assertTrue(second.body().startsWith("<html>"), second.body());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void http2AndSocketsOverTls(Kind kind) throws Exception {
    try (var proxy = started(kind, kind.prefix(), upstreams, Optional.of(certificate), "tls")) {
      var client =
          HttpClient.newBuilder()
              .sslContext(trusting(authority.certificate()))
              .version(HttpClient.Version.HTTP_2)
              .build();
      URI board = proxy.tls(kind.prefix() + "/api/v1/boards/routing");
      var answer = client.send(request(board, ANN).build(), HttpResponse.BodyHandlers.ofString());
      assertEquals(200, answer.statusCode(), answer.body());
      assertEquals(HttpClient.Version.HTTP_2, answer.version());
      String sockets = proxy.tls(kind.prefix()).toString().replace("https:", "wss:");
      try (var socket = WsClient.connect(vertx, sockets + "/ws?topics=routing")) {
        socket.next("subscribed");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"HAPROXY", "CADDY"})
  void belowAPath(Kind kind) throws Exception {
    try (var proxy = start(kind, "prefix")) {
      assertTrue(get(proxy, "/dashboards/").body().contains("<title>Boardcast</title>"));
      var bare = send(HttpRequest.newBuilder(proxy.uri("/dashboards")));
      assertEquals(301, bare.statusCode());
      assertEquals("/dashboards/", bare.headers().firstValue("Location").orElseThrow());
      var created = post(proxy.uri("/dashboards/api/v1/tasks"), "{\"title\":\"Water the plants\"}");
      assertEquals(201, created.statusCode(), created.body());
      String location = created.headers().firstValue("Location").orElseThrow();
      assertTrue(location.startsWith("/dashboards/api/v1/tasks/"), location);
      assertEquals(200, get(proxy, location).statusCode());
      assertEquals(404, get(proxy, "/dashboards/metrics").statusCode());
      String sockets = proxy.uri("/dashboards").toString().replace("http:", "ws:");
      try (var socket = WsClient.connect(vertx, sockets + "/ws?topics=routing")) {
        socket.next("subscribed");
      }
      assertEquals(404, get(proxy, "/api/v1/boards").statusCode());
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void basicAuthenticationInFrontOfPublicBoards(Kind kind) throws Exception {
    try (var proxy = start(kind, "password")) {
      URI board = proxy.uri(kind.prefix() + "/api/v1/boards/routing");
      var refused = send(HttpRequest.newBuilder(board));
      assertEquals(401, refused.statusCode());
      assertTrue(refused.headers().firstValue("WWW-Authenticate").orElse("").startsWith("Basic"));
      if (kind == Kind.HAPROXY) {
        URI session = proxy.gateway("/ws?topics=routing");
        assertEquals(401, send(HttpRequest.newBuilder(session)).statusCode());
      }
      String password =
          "Basic "
              + Base64.getEncoder()
                  .encodeToString("ann:a password".getBytes(StandardCharsets.UTF_8));
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                var allowed = HttpRequest.newBuilder(board).header("Authorization", password);
                assertEquals(200, send(allowed).statusCode());
              });
      String sockets = proxy.uri(kind.prefix()).toString().replace("http:", "ws:");
      var headers = Map.of("Authorization", password);
      String url = sockets + "/ws?topics=routing";
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(
              () -> {
                try (var socket = WsClient.connect(vertx, url, headers, List.of())) {
                  return socket.next("subscribed") != null;
                }
              });
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aNodeThatIsStoppedSendsItsClientsToAnotherThroughTheProxy(Kind kind) throws Exception {
    NodeProcess second = cluster.add("--roles", "gateway", "--trusted-proxies", "127.0.0.1");
    try {
      String leaver = cluster.health(second).at("/node/name").asText();
      var nodes = new ArrayList<>(upstreams);
      nodes.add(upstream(second, false, true));
      try (var proxy = started(kind, kind.prefix(), nodes, Optional.empty())) {
        String url =
            proxy.uri(kind.prefix() + "/ws?topics=news").toString().replace("http:", "ws:");
        try (var socket = onNode(url, leaver)) {
          String offset = socket.next("subscribed").get("offset").asText();
          assertEquals(143, second.terminate(Duration.ofSeconds(30)));
          socket.next("goaway");
          assertEquals(1001, socket.closeCode());
          String resume =
              "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"news\",\"since\":\"%s\"}]}";
          try (var back = WsClient.connect(vertx, url.replace("?topics=news", "?topics="))) {
            back.send(resume.formatted(offset));
            assertTrue(back.next("subscribed").get("recovered").asBoolean());
          }
        }
      }
    } finally {
      cluster.remove(second);
    }
  }

  /** Connects until the proxy has chosen the node: it prefers that with the fewest connections. */
  private WsClient onNode(String url, String node) {
    var others = new ArrayList<WsClient>();
    try {
      return Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                WsClient socket = WsClient.connect(vertx, url);
                if (socket.next("connection_ack").get("node").asText().equals(node)) return socket;
                others.add(socket);
                return null;
              },
              socket -> socket != null);
    } finally {
      others.forEach(WsClient::close);
    }
  }

  private Proxy start(Kind kind, String... marks) throws Exception {
    boolean isBelow = List.of(marks).contains("prefix");
    return started(
        kind, isBelow ? "/dashboards" : kind.prefix(), upstreams, Optional.empty(), marks);
  }

  /** A proxy that has asked all nodes for their roles: until then it takes them for ready. */
  private Proxy started(
      Kind kind,
      String prefix,
      List<Proxy.Upstream> nodes,
      Optional<TestCa.Issued> issued,
      String... marks)
      throws Exception {
    var proxy = Proxy.start(kind, fresh(kind), nodes, List.of(marks), issued);
    if (List.of(marks).contains("password")) return proxy;
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              for (int i = 0; i < 2 * nodes.size(); i++) {
                int api = get(proxy, prefix + "/api/v1/boards").statusCode();
                // A node with the role asks for an upgrade.
                int gateway = get(proxy, prefix + "/ws").statusCode();
                if (api != 200 || gateway != 426) return false;
              }
              return true;
            });
    return proxy;
  }

  private Path fresh(Kind kind) throws Exception {
    return Files.createTempDirectory(directory, kind.name());
  }

  private static SSLContext trusting(Path authority) throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var in = Files.newInputStream(authority)) {
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private HttpResponse<String> decide(URI uri) throws Exception {
    return post(uri, "{\"strategy\":\"cost\",\"provider\":\"p\",\"cost\":1}");
  }

  private HttpResponse<String> post(URI uri, String json) throws Exception {
    return send(
        request(uri, ANN)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  private HttpResponse<String> get(Proxy proxy, String path) throws Exception {
    return send(request(proxy.uri(path), ANN));
  }

  private static HttpRequest.Builder request(URI uri, Person person) {
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(20))
        .header("Authorization", "Bearer " + person.token());
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
