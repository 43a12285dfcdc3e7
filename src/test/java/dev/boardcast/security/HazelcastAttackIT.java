package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.HazelcastInstance;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.bus.hazelcast.RegistryMember;
import dev.boardcast.testing.Services;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * What peers that are no members, and a member that is an attacker's, can do to the Hazelcast of a
 * cluster.
 */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HazelcastAttackIT {
  private ClosedCluster cluster;
  private HazelcastInstance member;

  @BeforeAll
  void start() throws Exception {
    cluster = ClosedCluster.start(Services.get().freshDatabase(), 1);
    member =
        ((RegistryMember) ((VertxInternal) cluster.vertx(0)).clusterManager())
            .getHazelcastInstance();
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @Test
  void aClientThatKnowsTheNameIsRefused() {
    assertFalse(
        HazelcastAttacker.connectsAsClient(cluster.hazelcastName(), cluster.hazelcastPort(0)));
    memberIsAlone();
  }

  @Test
  void aMemberThatKnowsTheNameButNotTheSecretDoesNotJoin() throws IOException {
    assertFalse(HazelcastAttacker.joinsAsMember(cluster.hazelcastName(), cluster.hazelcastPort(0)));
    memberIsAlone();
  }

  @Test
  void aMemberThatKnowsNothingDoesNotJoin() throws IOException {
    assertFalse(HazelcastAttacker.joinsAsMember(ClosedCluster.NAME, cluster.hazelcastPort(0)));
    memberIsAlone();
  }

  @Test
  void aLengthOfTwoGigabytesTakesNoMemory() throws IOException {
    for (int i = 0; i < 20; i++) {
      assertTrue(HazelcastAttacker.claimsTwoGigabytes(cluster.hazelcastPort(0)));
    }
    memberIsAlone();
  }

  @Test
  void silentConnectionsKeepNoMemberFromJoining() throws Exception {
    var silent = new ArrayList<RawHttp>();
    ScheduledExecutorService opening = Executors.newSingleThreadScheduledExecutor();
    try {
      // Many more than may be pending, and then 50 more each second, from the member's own address.
      for (int i = 0; i < 100; i++) silent.add(new RawHttp(cluster.hazelcastPort(0)));
      opening.scheduleAtFixedRate(() -> openSilently(silent), 0, 20, TimeUnit.MILLISECONDS);
      RegistryMember joining =
          HazelcastAttacker.insider(
              cluster.hazelcastName(), ClosedCluster.SECRET, cluster.hazelcastPort(0));
      try {
        assertEquals(2, joining.getHazelcastInstance().getCluster().getMembers().size());
      } finally {
        joining.shutDown();
      }
      assertTrue(member.getLifecycleService().isRunning());
    } finally {
      opening.shutdownNow();
      assertTrue(opening.awaitTermination(10, TimeUnit.SECONDS));
      for (RawHttp each : silent) each.close();
    }
  }

  private void openSilently(List<RawHttp> silent) {
    try {
      silent.add(new RawHttp(cluster.hazelcastPort(0)));
    } catch (IOException refused) {
      // As well.
    }
  }

  @Test
  void aMemberOfAnAttackerWithAllSecretsRunsNoCodeHere() throws IOException {
    RegistryMember attacker =
        HazelcastAttacker.insider(
            cluster.hazelcastName(), ClosedCluster.SECRET, cluster.hazelcastPort(0));
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

  private void memberIsAlone() {
    assertTrue(member.getLifecycleService().isRunning());
    // One that a test let in may be leaving.
    Awaitility.await()
        .during(200, TimeUnit.MILLISECONDS)
        .until(() -> member.getCluster().getMembers().size() == 1);
  }
}
