package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.bus.hazelcast.MembersOnly;
import dev.boardcast.bus.hazelcast.RegistryMember;
import dev.boardcast.bus.security.ClusterSecret;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Services;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What peers that are no members, and a member that is an attacker's, can do to the Hazelcast of a
 * cluster.
 */
@Timeout(240)
class HazelcastAttackIT {
  private ClosedCluster cluster;
  private HazelcastInstance member;

  @BeforeEach
  void start() throws Exception {
    cluster = ClosedCluster.start(Services.get().freshDatabase(), 1);
    member =
        ((RegistryMember) ((VertxInternal) cluster.vertx(0)).clusterManager())
            .getHazelcastInstance();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void aClientThatKnowsTheNameIsRefused() {
    var config = new ClientConfig().setClusterName(cluster.hazelcastName());
    config.getNetworkConfig().addAddress("127.0.0.1:" + cluster.hazelcastPort(0));
    config
        .getConnectionStrategyConfig()
        .getConnectionRetryConfig()
        .setClusterConnectTimeoutMillis(4_000);
    config.setProperty("hazelcast.logging.type", "slf4j");
    assertThrows(IllegalStateException.class, () -> HazelcastClient.newHazelcastClient(config));
    memberIsAlone();
  }

  @Test
  void aMemberThatKnowsTheNameButNotTheSecretDoesNotJoin() throws IOException {
    memberDoesNotJoin(cluster.hazelcastName());
  }

  @Test
  void aMemberThatKnowsNothingDoesNotJoin() throws IOException {
    memberDoesNotJoin(ClosedCluster.NAME);
  }

  @Test
  void aLengthOfTwoGigabytesTakesNoMemory() throws Exception {
    // The length of a packet, for which Hazelcast takes memory at once.
    ByteBuffer packet = ByteBuffer.allocate(14);
    packet.put(new byte[] {'H', 'Z', 'C'}).put((byte) 4).putChar((char) 0).putInt(-1);
    packet.putInt(Integer.MAX_VALUE);
    for (int i = 0; i < 20; i++) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), cluster.hazelcastPort(0))) {
        socket.setSoTimeout(10_000);
        OutputStream out = socket.getOutputStream();
        out.write(packet.array());
        out.write(new byte[256]);
        // The greeting of the member, then the end of the connection.
        assertTrue(endsWithin(socket, 64));
      }
    }
    memberIsAlone();
  }

  @Test
  void aMemberOfAnAttackerWithAllSecretsRunsNoCodeHere() throws Exception {
    int port = FreePorts.one();
    Config config = new Config(cluster.hazelcastName()).setClusterName(cluster.hazelcastName());
    config
        .getNetworkConfig()
        .getJoin()
        .getTcpIpConfig()
        .setEnabled(true)
        .addMember("127.0.0.1:" + cluster.hazelcastPort(0));
    quiet(config);
    MembersOnly.apply(config, new MembersOnly.Endpoint("127.0.0.1", port, 1, true));
    var secret = Optional.of(new ClusterSecret(List.of(ClosedCluster.SECRET)));
    RegistryMember attacker = RegistryMember.start(config, secret);
    try {
      HazelcastInstance hazelcast = attacker.getHazelcastInstance();
      assertEquals(2, hazelcast.getCluster().getMembers().size());
      refusesToRun(hazelcast, new Payloads.JavaObject());
      refusesToRun(hazelcast, new Payloads.Named("attack"));
      assertEquals(0, Payloads.RUNS.get());
      assertTrue(member.getLifecycleService().isRunning());
    } finally {
      attacker.shutDown();
    }
  }

  @Test
  void subscriptionsThatAnAttackerDeletesAreWrittenAgain() {
    var subscriptions = member.getMultiMap("__vertx.subs");
    var bus = new TypedBus(cluster.vertx(0), ClosedCluster.NAME);
    ClosedCluster.await(bus.subscribe(Addresses.FACTS_HINTS, hint -> {}));
    var before = Set.copyOf(subscriptions.keySet());
    var nodes = Map.copyOf(member.getMap("__vertx.nodeInfo"));
    assertEquals(1, nodes.size());
    subscriptions.clear();
    member.getMap("__vertx.nodeInfo").clear();
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .untilAsserted(
            () -> {
              assertEquals(before, Set.copyOf(subscriptions.keySet()));
              assertEquals(nodes.keySet(), member.getMap("__vertx.nodeInfo").keySet());
            });
  }

  private void refusesToRun(HazelcastInstance attacker, Callable<String> payload) {
    var victim = member.getCluster().getLocalMember();
    var refused =
        assertThrows(
            ExecutionException.class,
            () ->
                attacker
                    .getExecutorService("attack")
                    .submitToMember(payload, victim)
                    .get(60, TimeUnit.SECONDS));
    String reasons =
        Stream.iterate((Throwable) refused, cause -> cause != null, Throwable::getCause)
            .map(Throwable::toString)
            .collect(Collectors.joining("\n"));
    assertTrue(reasons.contains("not among those") || reasons.contains("is not allowed"), reasons);
  }

  private void memberDoesNotJoin(String name) throws IOException {
    Config config = new Config("attacker-" + System.nanoTime()).setClusterName(name);
    var network = config.getNetworkConfig().setPort(FreePorts.one()).setPortAutoIncrement(true);
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    network
        .getJoin()
        .getTcpIpConfig()
        .setEnabled(true)
        .addMember("127.0.0.1:" + cluster.hazelcastPort(0));
    network.getJoin().getAutoDetectionConfig().setEnabled(false);
    quiet(config);
    try {
      HazelcastInstance attacker = Hazelcast.newHazelcastInstance(config);
      try {
        assertEquals(1, attacker.getCluster().getMembers().size());
      } finally {
        attacker.getLifecycleService().terminate();
      }
    } catch (IllegalStateException notStarted) {
      // It gives up where it cannot join.
    }
    memberIsAlone();
  }

  private static void quiet(Config config) {
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.max.join.seconds", "8");
    config.setProperty("hazelcast.max.wait.seconds.before.join", "4");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.partition.count", "31");
  }

  private void memberIsAlone() {
    assertTrue(member.getLifecycleService().isRunning());
    assertEquals(1, member.getCluster().getMembers().size());
  }

  private static boolean endsWithin(Socket socket, int bytes) throws IOException {
    for (int i = 0; i <= bytes; i++) {
      try {
        if (socket.getInputStream().read() < 0) return true;
      } catch (SocketException reset) {
        return true;
      }
    }
    return false;
  }
}
