package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.testing.DnsServer;
import dev.boardcast.testing.FreePorts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that find each other by a service in DNS, as a headless service of Kubernetes is. */
@Timeout(120)
class ServiceDiscoveryIT {
  private static final String SERVICE = "nodes.boardcast.test";
  private static final String HOST = "a.boardcast.test";
  private static final String SRV = "_cluster._tcp.nodes.boardcast.test";

  private final DnsServer dns = new DnsServer();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Vertx> members = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    members.forEach(vertx -> await(vertx.close()));
    threads.shutdown();
    dns.close();
  }

  @Test
  void nodesThatStartAtOnceWaitUntilDnsKnowsThemAndAreOneCluster() throws Exception {
    List<Integer> ports = FreePorts.some(3);
    dns.hosts(HOST, "127.0.0.1");
    var starting = new ArrayList<CompletableFuture<Vertx>>();
    for (int port : ports) starting.add(start(SRV, dns, port));
    awaitQuestions(3 * 4);
    assertTrue(starting.stream().noneMatch(CompletableFuture::isDone));
    // Published one after another; no node has begun a cluster of its own before.
    for (int known = 1; known <= 3; known++) dns.services(SRV, HOST, ports.subList(0, known));

    assertOneCluster(starting);
  }

  @Test
  void aNodeThatComesLaterIsFound() throws Exception {
    List<Integer> ports = FreePorts.some(2);
    dns.hosts(HOST, "127.0.0.1");
    dns.services(SRV, HOST, ports.subList(0, 1));
    Vertx first = start(SRV, dns, ports.get(0)).join();
    dns.services(SRV, HOST, ports);
    Vertx second = start(SRV + ".", dns, ports.get(1)).join();
    assertEquals(2, hazelcast(first).getCluster().getMembers().size());
    assertEquals(2, hazelcast(second).getCluster().getMembers().size());
  }

  @Test
  void nodesThatBeganAloneMergeWhenDnsKnowsBoth() throws Exception {
    List<Integer> ports = FreePorts.some(2);
    // Each is told of itself alone.
    try (var other = new DnsServer()) {
      for (DnsServer each : List.of(dns, other)) each.hosts(HOST, "127.0.0.1");
      dns.services(SRV, HOST, ports.subList(0, 1));
      other.services(SRV, HOST, ports.subList(1, 2));
      Vertx first = start(SRV, dns, ports.get(0)).join();
      Vertx second = start(SRV, other, ports.get(1)).join();
      assertEquals(1, hazelcast(second).getCluster().getMembers().size());
      for (DnsServer each : List.of(dns, other)) each.services(SRV, HOST, ports);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  hazelcast(first).getCluster().getMembers().size() == 2
                      && hazelcast(second).getCluster().getMembers().size() == 2);
    }
  }

  @Test
  void aMemberThatDoesNotAnswerIsNamed() throws Exception {
    int port = FreePorts.one();
    try (var silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      dns.hosts(HOST, "127.0.0.1");
      dns.services(SRV, HOST, List.of(silent.getLocalPort(), port));
      var failure = assertThrows(CompletionException.class, () -> start(SRV, dns, port).join());
      String expected =
          "member 127.0.0.1:" + silent.getLocalPort() + " holds its port and does not answer";
      assertTrue(failure.getMessage().contains(expected), failure.getMessage());
    }
  }

  @Test
  void aNameThatDnsDoesNotKnowEndsTheStart() {
    var options = config("nothing.boardcast.test", dns, 6123);
    var failure =
        assertThrows(
            InvalidSettingException.class,
            () ->
                ServiceDiscovery.await(
                    options.settings().cluster(), "127.0.0.1", Duration.ofMillis(300)));
    assertTrue(failure.getMessage().contains("nothing.boardcast.test"), failure.getMessage());
    assertTrue(failure.getMessage().contains("no addresses"), failure.getMessage());
    assertTrue(dns.questions().size() > 1, "asked once only");
  }

  @Test
  void aServerThatDoesNotAnswerIsNamed() {
    String away = dns.address();
    var options = config(SERVICE, dns, 6123);
    dns.close();
    var failure =
        assertThrows(
            InvalidSettingException.class,
            () ->
                ServiceDiscovery.await(
                    options.settings().cluster(), "127.0.0.1", Duration.ofMillis(1)));
    assertTrue(failure.getMessage().contains("DNS"), failure.getMessage() + " " + away);
  }

  @Test
  void aServiceWithoutTheNodeIsUsedAfterAWhile() {
    dns.hosts(SERVICE, "127.0.0.9", "127.0.0.8");
    var found =
        ServiceDiscovery.await(
            config(SERVICE, dns, 6123).settings().cluster(), "127.0.0.1", Duration.ofMillis(300));
    var expected =
        Set.of(new InetSocketAddress("127.0.0.9", 6123), new InetSocketAddress("127.0.0.8", 6123));
    assertEquals(expected, Set.copyOf(found.others()));
  }

  private void assertOneCluster(List<CompletableFuture<Vertx>> starting) {
    var joined = starting.stream().map(CompletableFuture::join).toList();
    var merges = new AtomicInteger();
    for (Vertx each : joined) {
      hazelcast(each)
          .getLifecycleService()
          .addLifecycleListener(
              event -> {
                if (event.getState() == LifecycleState.MERGING) merges.incrementAndGet();
              });
      assertEquals(joined.size(), hazelcast(each).getCluster().getMembers().size());
    }
    assertEquals(0, merges.get());
  }

  private void awaitQuestions(int count) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> dns.questions().size() >= count);
  }

  private CompletableFuture<Vertx> start(String name, DnsServer server, int port) {
    var config = config(name, server, port);
    return CompletableFuture.supplyAsync(
        () -> {
          Vertx vertx = await(ClusteredVertx.vertx(config, new VertxOptions(), Vertx.builder()));
          members.add(vertx);
          return vertx;
        },
        threads);
  }

  private static BoardcastOptions config(String name, DnsServer server, int port) {
    return BoardcastOptions.defaults()
        .name("it-dns")
        .set("cluster-host", "127.0.0.1")
        .set("cluster-port", Integer.toString(port))
        .set("cluster-kubernetes", name)
        .set("cluster-dns", server.address());
  }

  private static HazelcastInstance hazelcast(Vertx vertx) {
    var manager = (HazelcastClusterManager) ((VertxInternal) vertx).clusterManager();
    return manager.getHazelcastInstance();
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
