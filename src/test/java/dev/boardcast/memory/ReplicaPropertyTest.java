package dev.boardcast.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.LogAnswer;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replicas of a shard in random interleavings of publishing, loss, delay, repetition, death, split
 * and return. No two events ever have one offset ({@link ReplicaCluster} checks that), and a client
 * whose offset is continued gets every acknowledged event that it has not, and none twice.
 */
class ReplicaPropertyTest {
  private static final int RUNS = 150;
  private static final int STEPS = 40;

  /**
   * A client's offset, and the events up to it.
   *
   * @param before acknowledged before the client came: those that are lost it is not told of
   */
  private record Client(Offset offset, Set<UUID> events, Set<UUID> before) {}

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.3})
  void acknowledgedEventsAreKeptWhileOneNodeDiesAtATime(double loss) {
    for (int seed = 0; seed < RUNS; seed++) oneAtATime(new Random(seed), loss, seed);
  }

  private static void oneAtATime(Random random, double loss, int seed) {
    var cluster = new ReplicaCluster(random, loss);
    for (int i = 0; i < 3; i++) cluster.add();
    cluster.seeAll();
    var clients = new ArrayList<Client>();
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          // Another one dies only when what the last one had is in two places again.
          cluster.awaitServing();
          if (cluster.nodes.size() > 1) cluster.kill(any(cluster, random));
          cluster.seeAll();
        }
        case 1 -> {
          if (cluster.nodes.size() < 4) cluster.add();
          cluster.seeAll();
        }
        case 2 -> cluster.serving().forEach(node -> clients.add(client(cluster, node)));
        default -> cluster.append(any(cluster, random), null);
      }
      cluster.run(random.nextInt(300));
    }
    cluster.seeAll();
    ReplicaCluster.Node last = cluster.awaitServing();
    assertTrue(ids(last.all()).containsAll(cluster.acknowledged), "seed " + seed);
    for (Client client : clients) {
      assertTrue(last.replica.resolve(client.offset()).isPresent(), "seed " + seed);
      requireContinued(cluster, last, client, seed);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.3})
  void noOffsetIsContinuedWronglyWhateverHappens(double loss) {
    for (int seed = 0; seed < RUNS; seed++) anything(new Random(seed), loss, seed);
  }

  private static void anything(Random random, double loss, int seed) {
    var cluster = new ReplicaCluster(random, loss);
    for (int i = 0; i < 4; i++) cluster.add();
    cluster.seeAll();
    var clients = new ArrayList<Client>();
    boolean isSplit = false;
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(10)) {
        case 0 -> {
          // What a part that is cut off has acknowledged before it dies, nobody can know.
          if (isSplit || cluster.nodes.size() < 2) break;
          for (int dead = 1 + random.nextInt(cluster.nodes.size() - 1); dead > 0; dead--) {
            cluster.kill(any(cluster, random));
          }
          cluster.run(random.nextInt(100));
          cluster.seeAll();
        }
        case 1 -> {
          if (!isSplit && cluster.nodes.size() < 5) {
            cluster.add();
            cluster.seeAll();
          }
        }
        case 2 -> {
          var one = new TreeSet<String>();
          var other = new TreeSet<String>();
          cluster.nodes.keySet().forEach(name -> (random.nextBoolean() ? one : other).add(name));
          cluster.see(List.of(one, other));
          isSplit = true;
        }
        case 3, 4 -> {
          cluster.seeAll();
          if (isSplit) {
            // The parts meet, and learn what each has.
            cluster.run(3_000);
            cluster.awaitServing();
          }
          isSplit = false;
        }
        case 5 -> cluster.serving().forEach(node -> clients.add(client(cluster, node)));
        default -> cluster.append(any(cluster, random), null);
      }
      cluster.run(random.nextInt(400));
    }
    cluster.seeAll();
    cluster.run(3_000);
    ReplicaCluster.Node last = cluster.awaitServing();
    for (Client client : clients) requireContinued(cluster, last, client, seed);
  }

  private static ReplicaCluster.Node any(ReplicaCluster cluster, Random random) {
    var all = List.copyOf(cluster.nodes.values());
    return all.get(random.nextInt(all.size()));
  }

  private static Client client(ReplicaCluster cluster, ReplicaCluster.Node node) {
    return new Client(node.replica.position(), ids(node.all()), Set.copyOf(cluster.acknowledged));
  }

  /** A client that resumes gets what it has not, or is told that something is lost. */
  private static void requireContinued(
      ReplicaCluster cluster, ReplicaCluster.Node node, Client client, int seed) {
    Optional<Offset> offset = node.replica.resolve(client.offset());
    if (offset.isEmpty()) return;
    var received = new HashSet<>(client.events());
    var twice = new HashSet<UUID>();
    for (LoggedEvent event : node.all().events()) {
      boolean isLater = event.sequence() > offset.get().sequence();
      if (isLater && !received.add(event.id())) twice.add(event.id());
    }
    assertEquals(Set.of(), twice, "received twice, seed " + seed);
    var missed = new HashSet<>(cluster.acknowledged);
    missed.removeAll(received);
    missed.removeAll(client.before());
    assertEquals(Set.of(), missed, "missed, seed " + seed);
  }

  private static Set<UUID> ids(LogAnswer answer) {
    var ids = new HashSet<UUID>();
    answer.events().forEach(event -> ids.add(event.id()));
    return ids;
  }
}
