package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.cluster.InitialMembershipEvent;
import com.hazelcast.cluster.InitialMembershipListener;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.HazelcastInstance;
import dev.boardcast.bus.security.MemberHandshake;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Services;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes of one machine among other programs, and among nodes of other clusters. */
class LocalNodeDiscoveryIT {
  private static final String HOST = "127.0.0.1";
  private static final String SECRET = "a secret of the nodes of this machine";

  private final List<Vertx> members = new ArrayList<>();

  @AfterEach
  void stop() {
    members.forEach(vertx -> await(vertx.close()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void otherProgramsAreLeftOut(boolean isAuthenticated) {
    for (int port : List.of(redisPort(), postgresPort())) {
      assertFalse(possible(port, isAuthenticated).contains(HOST + ":" + port));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void membersAndThoseThatDoNotAnswerYetAreTried(boolean isAuthenticated) throws Exception {
    int port = FreePorts.one();
    join(config("it-found", port, isAuthenticated));
    assertTrue(possible(port, isAuthenticated).contains(HOST + ":" + port));
    try (var silent = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      String address = HOST + ":" + silent.getLocalPort();
      assertTrue(possible(silent.getLocalPort(), isAuthenticated).contains(address));
    }
  }

  @Test
  void whereNobodyListensTheFirstPortIsEnough() {
    // The system gives no ports of this range to anybody.
    var found = LocalNodeDiscovery.of(HOST, 1, new byte[0]);
    assertEquals(List.of(HOST + ":1"), found.first());
    assertEquals(10, found.all().size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nodesFindEachOtherBesideAnotherProgram(boolean isAuthenticated) {
    var config = config("it-beside", redisPort(), isAuthenticated);
    join(config);
    assertEquals(2, hazelcast(join(config)).getCluster().getMembers().size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nodesOfSeveralClustersStartTogether(boolean isAuthenticated) throws Exception {
    int port = FreePorts.one();
    ExecutorService threads = Executors.newCachedThreadPool();
    var starting = new ArrayList<CompletableFuture<Vertx>>();
    for (int n = 0; n < 6; n++) {
      var config = config("it-together-" + n % 3, port, isAuthenticated);
      starting.add(CompletableFuture.supplyAsync(() -> join(config), threads));
    }
    var joined = starting.stream().map(CompletableFuture::join).toList();
    threads.shutdown();
    // Those that did not find their own at the start look again every few seconds.
    for (Vertx each : joined) awaitTwo(each);
  }

  private Vertx join(BoardcastOptions config) {
    Vertx vertx = await(ClusteredVertx.vertx(config, new VertxOptions(), Vertx.builder()));
    synchronized (members) {
      members.add(vertx);
    }
    return vertx;
  }

  private static void awaitTwo(Vertx vertx) {
    var two = new CompletableFuture<Void>();
    hazelcast(vertx)
        .getCluster()
        .addMembershipListener(
            new InitialMembershipListener() {
              @Override
              public void init(InitialMembershipEvent event) {
                if (event.getMembers().size() == 2) two.complete(null);
              }

              @Override
              public void memberAdded(MembershipEvent event) {
                if (event.getMembers().size() == 2) two.complete(null);
              }

              @Override
              public void memberRemoved(MembershipEvent event) {}
            });
    two.orTimeout(60, TimeUnit.SECONDS).join();
  }

  private static HazelcastInstance hazelcast(Vertx vertx) {
    var manager = (HazelcastClusterManager) ((VertxInternal) vertx).clusterManager();
    return manager.getHazelcastInstance();
  }

  private static List<String> possible(int port, boolean isAuthenticated) {
    byte[] greeting = isAuthenticated ? MemberHandshake.greeting() : new byte[0];
    return LocalNodeDiscovery.of(HOST, port, greeting).first();
  }

  private static BoardcastOptions config(String name, int port, boolean isAuthenticated) {
    var config = BoardcastOptions.defaults().name(name).set("cluster-port", Integer.toString(port));
    return isAuthenticated ? config.set("cluster-secret", SECRET + name) : config;
  }

  private static int redisPort() {
    return URI.create(Services.get().freshDatabase().redisUri()).getPort();
  }

  private static int postgresPort() {
    return URI.create(Services.get().freshDatabase().postgresUri()).getPort();
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
