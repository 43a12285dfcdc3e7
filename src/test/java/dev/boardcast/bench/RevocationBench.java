package dev.boardcast.bench;

import dev.boardcast.auth.Tokens;
import dev.boardcast.bus.Addresses;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Measures how long after a revocation the sessions that it fits are closed, on nodes in separate
 * processes: with the event bus, and with every bus message of a revocation lost.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.RevocationBench 5000 3 10"
 * }</pre>
 *
 * Arguments: sessions (5000), nodes (3), revoked users, each with a hundredth of the sessions (10).
 */
public final class RevocationBench {
  private static final int USERS = 100;
  private static final int CONCURRENT_CONNECTS = 50;
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final KeyPair KEY = Tokens.rsa();
  private static final KeyPair OTHER_KEY = Tokens.rsa();

  private final Vertx vertx = Vertx.vertx();
  private final WebSocketClient client =
      vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(100_000));
  private final int sessions;
  private final int nodes;
  private final int revoked;
  private volatile List<Map<String, Object>> published = List.of();
  private HttpServer keys;
  private Cluster cluster;

  /** One connected client; {@code closedNanos} is 0 while it is open. */
  private static final class Client {
    private final String user;
    private volatile long closedNanos;
    private volatile int code;
    private WebSocket socket;

    private Client(String user) {
      this.user = user;
    }
  }

  private RevocationBench(int sessions, int nodes, int revoked) {
    this.sessions = sessions;
    this.nodes = nodes;
    this.revoked = revoked;
  }

  public static void main(String[] arguments) throws Exception {
    int[] values = {5000, 3, 10};
    for (int i = 0; i < arguments.length; i++) values[i] = Integer.parseInt(arguments[i]);
    System.out.println(Bench.machine());
    System.out.printf("%d sessions on %d nodes%n", values[0], values[1]);
    var bench = new RevocationBench(values[0], values[1], values[2]);
    Path dir = Files.createTempDirectory("boardcast-revocation");
    try (DedicatedServices servers = Services.durable(dir)) {
      bench.serveKeys();
      for (boolean lost : new boolean[] {false, true}) bench.run(servers.freshDatabase(), lost);
    } finally {
      bench.vertx.close().await(10, TimeUnit.SECONDS);
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private void serveKeys() throws Exception {
    keys =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> request.response().end(Json.encode(Map.of("keys", published))))
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  private void run(DatabaseConfig db, boolean lost) throws Exception {
    publish(KEY, OTHER_KEY);
    String[] settings = {"--jwt-jwks-url", "http://127.0.0.1:" + keys.actualPort() + "/"};
    String address = Addresses.REVOCATIONS.name();
    try (Cluster started =
        lost
            ? Cluster.startWithout(address, db, nodes, settings)
            : Cluster.start(db, nodes, settings)) {
      cluster = started;
      System.out.println(lost ? "bus messages of revocations lost" : "with the bus");
      users();
      tokensIssuedBefore();
      signOutEverywhere();
      keyRevoked();
      keyWithdrawn();
    }
  }

  private void users() throws Exception {
    List<Client> all = connect(i -> hs256("user-" + i % USERS, Instant.now()));
    var millis = new ArrayList<Double>();
    for (int i = 0; i < revoked; i++) {
      String user = "user-" + i;
      List<Client> fit = all.stream().filter(each -> each.user.equals(user)).toList();
      millis.addAll(measure(fit, () -> revoke("\"user\":\"" + user + "\"")));
    }
    print("a user, %d times".formatted(revoked), millis);
    close(all);
  }

  private void tokensIssuedBefore() throws Exception {
    Instant past = Instant.now().minusSeconds(120);
    List<Client> all = connect(i -> hs256("visitor-" + i % USERS, past));
    String before = past.plusSeconds(10).toString();
    print(
        "everything issued before",
        measure(all, () -> revoke("\"issued_before\":\"" + before + "\"")));
  }

  private void signOutEverywhere() throws Exception {
    Instant issued = Instant.now();
    List<Client> all = connect(i -> hs256(i % 10 == 0 ? "ann" : "guest-" + i % USERS, issued));
    List<Client> own = all.stream().filter(each -> each.user.equals("ann")).toList();
    String token = hs256("ann", issued);
    print("sign out everywhere", measure(own, () -> signOut(token)));
    close(all);
  }

  private void keyRevoked() throws Exception {
    List<Client> all = connect(i -> rs256("k1", KEY, "member-" + i % USERS));
    print("a key", measure(all, () -> revoke("\"key_id\":\"k1\"")));
  }

  private void keyWithdrawn() throws Exception {
    List<Client> all = connect(i -> rs256("k2", OTHER_KEY, "partner-" + i % USERS));
    Callable<Integer> withdraw =
        () -> {
          publish(KEY);
          return 201;
        };
    print("a key withdrawn from the key set, nothing else", measure(all, withdraw));
    publish(KEY, OTHER_KEY);
  }

  private void publish(KeyPair... pairs) {
    var list = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < pairs.length; i++) {
      list.add(Tokens.jwk("k" + (i + 1), pairs[i].getPublic()));
    }
    published = list;
  }

  /** Acts, waits until all are closed with 4401, and returns after how many ms each was. */
  private static List<Double> measure(List<Client> fit, Callable<Integer> act) throws Exception {
    long start = System.nanoTime();
    int status = act.call();
    if (status >= 300) throw new IllegalStateException("status " + status);
    while (fit.stream().anyMatch(each -> each.closedNanos == 0)) {
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        long open = fit.stream().filter(each -> each.closedNanos == 0).count();
        throw new IllegalStateException(open + " sessions are open after " + LIMIT);
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
    if (fit.stream().anyMatch(each -> each.code != 4401)) {
      throw new IllegalStateException("another close code than 4401");
    }
    return fit.stream().map(each -> (each.closedNanos - start) / 1e6).toList();
  }

  private static void print(String what, Collection<Double> millis) {
    List<Double> sorted = millis.stream().sorted().toList();
    System.out.printf(
        "  %-50s %6d sessions, p50 %8.1f ms, p99 %8.1f ms, max %8.1f ms%n",
        what,
        sorted.size(),
        sorted.get(sorted.size() / 2),
        sorted.get((int) (sorted.size() * 0.99)),
        sorted.get(sorted.size() - 1));
  }

  private int revoke(String criterion) throws Exception {
    String body = "{" + criterion + ",\"reason\":\"measured\"}";
    return cluster.post(cluster.node(0), "/api/v1/admin/revocations", admin(), body).statusCode();
  }

  /** Issued now, so that no revocation of earlier tokens fits. */
  private static String admin() {
    return Person.of("root").with("admin").token();
  }

  private int signOut(String token) throws Exception {
    return cluster.delete(cluster.node(0), "/api/v1/sessions", token).statusCode();
  }

  private List<Client> connect(IntFunction<String> token) throws Exception {
    var all = new ArrayList<Client>();
    var pending = new ArrayList<Future<?>>();
    for (int i = 0; i < sessions; i++) {
      String text = token.apply(i);
      var one = new Client(subject(text));
      all.add(one);
      NodeProcess node = cluster.node(i % nodes);
      pending.add(open(one, node, text));
      if (pending.size() < CONCURRENT_CONNECTS) continue;
      Future.all(pending).await(60, TimeUnit.SECONDS);
      pending.clear();
    }
    if (!pending.isEmpty()) Future.all(pending).await(60, TimeUnit.SECONDS);
    TimeUnit.SECONDS.sleep(2);
    return all;
  }

  private Future<?> open(Client one, NodeProcess node, String token) {
    var options =
        new WebSocketConnectOptions()
            .setAbsoluteURI("ws://127.0.0.1:" + node.http().getPort() + "/ws?topics=agents")
            .addHeader("Authorization", "Bearer " + token);
    return client
        .connect(options)
        .onSuccess(
            socket -> {
              one.socket = socket;
              socket.closeHandler(
                  end -> {
                    one.code = socket.closeStatusCode() == null ? 0 : socket.closeStatusCode();
                    one.closedNanos = System.nanoTime();
                  });
            });
  }

  private static void close(List<Client> all) throws Exception {
    for (Client each : all) {
      if (each.closedNanos == 0) each.socket.close();
    }
    TimeUnit.SECONDS.sleep(2);
  }

  private static String subject(String token) throws IOException {
    byte[] payload = Base64.getUrlDecoder().decode(token.split("\\.")[1]);
    return Json.MAPPER.readTree(payload).path("sub").asText();
  }

  private static String hs256(String user, Instant issued) {
    return Tokens.hs256(Cluster.SECRET, claims(user, issued));
  }

  private static String rs256(String kid, KeyPair key, String user) {
    return Tokens.signed("RS256", kid, key, claims(user, Instant.now()));
  }

  private static Map<String, Object> claims(String user, Instant issued) {
    return Tokens.claims(
        Map.of("sub", user, "iat", issued.getEpochSecond(), "exp", issued.getEpochSecond() + 3600));
  }
}
