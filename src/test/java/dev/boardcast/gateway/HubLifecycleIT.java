package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.WsClient;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hubs are made where requests arrive, serve everything there, and end with their context. */
@Timeout(120)
class HubLifecycleIT {
  private static final int EVENT_LOOPS = 8;
  private static final int CLIENTS = 64;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS));
  private final List<WsClient> clients = new ArrayList<>();
  private GatewayFixture gateway;

  @AfterEach
  void close() {
    clients.forEach(WsClient::close);
    if (gateway != null) gateway.close();
  }

  @Test
  void sessionsOnAllEventLoopsOfABusyHostReceiveEverythingOnce() {
    open();
    deployOthers(5);
    var host = new HostServer(gateway.node);
    GatewayFixture.await(
        vertx.deployVerticle(
            () -> host.new Instance(), new DeploymentOptions().setInstances(EVENT_LOOPS)));
    deployOthers(6);
    var threads = ConcurrentHashMap.<String>newKeySet();
    host.onRequest = request -> threads.add(Thread.currentThread().getName());
    for (int i = 0; i < CLIENTS; i++) connect(host.port(), "/ws?topics=agents,routing");
    clients.forEach(client -> client.next("subscribed"));
    clients.forEach(client -> client.next("subscribed"));
    assertEquals(EVENT_LOOPS, threads.size());
    // And that of the gateway's own port.
    assertEquals(EVENT_LOOPS + 1, gateway.node.hubs().size());
    assertEquals(CLIENTS, gateway.node.sessions());
    assertEquals(CLIENTS, GatewayFixture.await(gateway.node.statistics()).sessions());

    int events = 200;
    for (int n = 1; n <= events; n++) gateway.emit("{\"n\":" + n + "}", "agents");
    gateway.publish("routing", 7, "{\"v\":7}");
    for (WsClient client : clients) {
      var numbers = new ArrayList<Integer>();
      int snapshots = 0;
      while (numbers.size() < events || snapshots == 0) {
        JsonNode frame = client.next();
        if (WsClient.type(frame).equals("task_created")) {
          numbers.add(frame.path("data").path("n").asInt());
        } else if (frame.path("data").path("v").asInt() == 7) {
          snapshots++;
        }
      }
      assertEquals(IntStream.rangeClosed(1, events).boxed().toList(), numbers);
      assertEquals(1, snapshots);
      assertEquals(List.of(), client.settle());
    }
    assertEquals(0, gateway.history.reads.get(), "nothing was lost on the way");
  }

  @Test
  void undeployingAVerticleEndsItsSessionsAndNoOthers() {
    open();
    var leaving = new HostServer(gateway.node);
    var staying = new HostServer(gateway.node);
    String deployment = GatewayFixture.await(vertx.deployVerticle(leaving.new Instance()));
    GatewayFixture.await(vertx.deployVerticle(staying.new Instance()));
    var ended = new ArrayList<WsClient>();
    var others = new ArrayList<WsClient>();
    for (int i = 0; i < 5; i++) {
      ended.add(connect(leaving.port(), "/ws?topics=agents"));
      others.add(connect(staying.port(), "/ws?topics=agents"));
      others.add(gateway.connect("/ws?topics=agents"));
    }
    for (WsClient client : ended) client.next("subscribed");
    for (WsClient client : others) client.next("subscribed");
    int hubs = gateway.node.hubs().size();

    GatewayFixture.await(vertx.undeploy(deployment));
    for (WsClient client : ended) {
      client.next("goaway");
      assertEquals(1001, client.closeCode());
    }
    assertEquals(hubs - 1, gateway.node.hubs().size());
    assertEquals(others.size(), gateway.node.sessions());
    gateway.emit("{\"n\":1}", "agents");
    for (WsClient client : others) {
      assertEquals(1, client.next("task_created").path("data").path("n").asInt());
      assertEquals(List.of(), client.settle());
    }
    connect(staying.port(), "/ws?topics=agents").next("subscribed");
  }

  @Test
  void closingTheVertxOfAHostLeavesOthersAlone() {
    open();
    Vertx other = Vertx.vertx();
    var host = new HostServer(gateway.node);
    GatewayFixture.await(other.deployVerticle(host.new Instance()));
    WsClient ended = connect(host.port(), "/ws?topics=agents");
    WsClient stays = gateway.connect("/ws?topics=agents");
    ended.next("subscribed");
    stays.next("subscribed");
    GatewayFixture.await(other.close());
    assertEquals(1001, ended.closeCode());
    assertEquals(1, gateway.node.hubs().size());
    gateway.emit("{\"n\":1}", "agents");
    assertEquals(1, stays.next("task_created").path("data").path("n").asInt());
    assertEquals(1, GatewayFixture.await(gateway.node.statistics()).sessions());
  }

  @Test
  void aHubWithoutSessionsEndsAndTheNextRequestMakesAnother() {
    gateway =
        new GatewayFixture(
            GatewayFixture.CONFIG, vertx, 1, node -> node.withIdleLimit(Duration.ofMillis(200)));
    Set<String> before = vertx.deploymentIDs();
    Awaitility.await().until(() -> gateway.node.hubs().size() == 0);
    Set<String> without = vertx.deploymentIDs();
    assertTrue(without.size() < before.size(), "it leaves no deployment behind");
    int port = gateway.httpPort();
    for (int i = 0; i < 3; i++) {
      WsClient client = connect(port, "/ws?topics=agents");
      client.next("subscribed");
      gateway.emit("{\"n\":" + i + "}", "agents");
      assertEquals(i, client.next("task_created").path("data").path("n").asInt());
      assertEquals(1, gateway.node.hubs().size());
      client.close();
      Awaitility.await().until(() -> gateway.node.hubs().size() == 0);
    }
    assertEquals(without.size() + 1, vertx.deploymentIDs().size());
  }

  @Test
  void whileTheLogCannotBeReadANewEventLoopAnswers503AndTheOthersServe() {
    open();
    WsClient served = gateway.connect("/ws?topics=agents");
    served.next("subscribed");
    int port = gateway.httpPort();
    gateway.history.unavailable = true;
    var refused =
        assertThrows(IllegalStateException.class, () -> connect(port, "/ws?topics=agents"));
    var why = assertInstanceOf(UpgradeRejectedException.class, refused.getCause());
    assertEquals(503, why.getStatus());
    assertTrue(Integer.parseInt(why.getHeaders().get("Retry-After")) > 0);
    assertEquals("application/problem+json", why.getHeaders().get("Content-Type"));
    try (var stream =
        dev.boardcast.testing.SseClient.open(
            vertx,
            "http://127.0.0.1:" + port + "/api/v1/stream?topics=agents",
            java.util.Map.of())) {
      assertEquals(503, stream.status());
    }
    assertEquals(1, gateway.node.sessions());
    assertFalse(served.isClosed());
    assertEquals(1, gateway.node.hubs().size());

    gateway.history.unavailable = false;
    connect(port, "/ws?topics=agents").next("subscribed");
  }

  @Test
  void aRequestOnAWorkerThreadIsRefusedAndSaysWhy() {
    open();
    var host = new HostServer(gateway.node);
    GatewayFixture.await(
        vertx.deployVerticle(
            host.new Instance(), new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    var refused =
        assertThrows(IllegalStateException.class, () -> connect(host.port(), "/ws?topics=agents"));
    var why = assertInstanceOf(UpgradeRejectedException.class, refused.getCause());
    assertEquals(500, why.getStatus());
    assertTrue(why.getBody().toString().contains("event loop"), why.getBody().toString());
    assertEquals(0, gateway.node.sessions());
  }

  @Test
  void aRequestThatWasReadBeforeItArrivedIsRefusedAndSaysWhy() {
    open();
    var router = Router.router(vertx);
    router
        .route()
        .handler(
            context -> {
              // Without a pause the request ends meanwhile.
              vertx.setTimer(50, later -> context.next());
            });
    gateway.node.routes().mount(router);
    HttpServer server =
        GatewayFixture.await(
            vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    var refused =
        assertThrows(
            IllegalStateException.class, () -> connect(server.actualPort(), "/ws?topics=agents"));
    var why = assertInstanceOf(UpgradeRejectedException.class, refused.getCause());
    assertEquals(500, why.getStatus());
    assertEquals(0, gateway.node.sessions());
  }

  @Test
  void aBlockedEventLoopCatchesUpAndHoldsNobodyElseUp() throws Exception {
    open();
    var host = new HostServer(gateway.node);
    GatewayFixture.await(vertx.deployVerticle(host.new Instance()));
    WsClient blocked = connect(host.port(), "/ws?topics=agents,routing");
    WsClient other = gateway.connect("/ws?topics=agents,routing");
    for (WsClient client : List.of(blocked, other)) {
      client.next("subscribed");
      client.next("subscribed");
    }
    var release = new CountDownLatch(1);
    var blocking = new CountDownLatch(1);
    host.context.runOnContext(
        turn -> {
          blocking.countDown();
          try {
            release.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
          }
        });
    blocking.await();
    int many = GatewayHub.MAX_PENDING + 500;
    for (int version = 1; version <= many; version++) gateway.publish("routing", version, "{}");
    gateway.emit("{\"n\":1}", "agents");
    other.takeUntil(frame -> frame.path("data").path("n").asInt() == 1);
    release.countDown();
    // Dropped by the bus, and read from the log.
    gateway.emit("{\"n\":2}", "agents");
    var numbers = new ArrayList<Integer>();
    while (numbers.size() < 2) {
      JsonNode frame = blocked.next("task_created");
      numbers.add(frame.path("data").path("n").asInt());
    }
    assertEquals(List.of(1, 2), numbers);
  }

  @Test
  void everySessionOfTheNodeIsDrainedWhicheverServerItCameBy() {
    open();
    var host = new HostServer(gateway.node);
    GatewayFixture.await(
        vertx.deployVerticle(() -> host.new Instance(), new DeploymentOptions().setInstances(4)));
    int http = gateway.httpPort();
    for (int i = 0; i < 8; i++) {
      connect(http, "/ws?topics=agents");
      connect(host.port(), "/ws?topics=agents");
      clients.add(gateway.connect("/ws?topics=agents"));
    }
    clients.forEach(client -> client.next("subscribed"));
    Future<Void> left = gateway.leave();
    for (int port : List.of(http, host.port())) {
      var refused = assertThrows(IllegalStateException.class, () -> connect(port, "/ws"));
      var why = assertInstanceOf(UpgradeRejectedException.class, refused.getCause());
      assertEquals(503, why.getStatus());
    }
    for (WsClient client : clients) {
      assertTrue(client.next("goaway").path("reconnect_after_ms").isIntegralNumber());
      assertEquals(1001, client.closeCode());
    }
    GatewayFixture.await(left);
    assertEquals(0, gateway.node.sessions());
    assertEquals(0, gateway.node.hubs().size());
  }

  private void open() {
    gateway = new GatewayFixture(GatewayFixture.CONFIG, vertx);
  }

  /** Verticles of the host's own, so that event loops are not given out in any order. */
  private void deployOthers(int count) {
    for (int i = 0; i < count; i++) {
      GatewayFixture.await(vertx.deployVerticle((Deployable) new AbstractVerticle() {}));
    }
  }

  private WsClient connect(int port, String path) {
    WsClient client = WsClient.connect(vertx, "ws://127.0.0.1:" + port + path);
    clients.add(client);
    return client;
  }

  /** A server of a host application, with instances that share its port. */
  private static final class HostServer {
    private final int shared = -1 - (int) (System.nanoTime() & 0xfffff);
    private final Gateway gateway;
    private final Promise<Integer> port = Promise.promise();
    private volatile Handler<HttpServerRequest> onRequest = request -> {};
    private volatile io.vertx.core.Context context;

    HostServer(Gateway gateway) {
      this.gateway = gateway;
    }

    int port() {
      return GatewayFixture.await(port.future());
    }

    private final class Instance extends VerticleBase {
      @Override
      public Future<?> start() {
        HostServer.this.context = context;
        var router = Router.router(vertx);
        router
            .route()
            .handler(
                each -> {
                  onRequest.handle(each.request());
                  each.next();
                });
        gateway.routes().mount(router);
        return vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(shared, "127.0.0.1")
            .onSuccess(server -> port.tryComplete(server.actualPort()));
      }
    }
  }
}
