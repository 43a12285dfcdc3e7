package dev.boardcast.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who numbers a shard in memory, and what is kept of its log. */
class ShardReplicaTest {
  private final ReplicaCluster cluster = new ReplicaCluster(new Random(7), 0);

  private List<UUID> ids(ReplicaCluster.Node node) {
    return node.all().events().stream().map(LoggedEvent::id).toList();
  }

  private ReplicaCluster.Node two() {
    cluster.add();
    cluster.add();
    cluster.seeAll();
    return cluster.awaitServing();
  }

  private ReplicaCluster.Node other(ReplicaCluster.Node than) {
    return cluster.nodes.values().stream().filter(node -> node != than).findFirst().orElseThrow();
  }

  @Test
  void aNodeAloneNumbersAtOnce() {
    ReplicaCluster.Node alone = cluster.add();
    cluster.seeAll();
    UUID id = cluster.append(alone, null);
    assertTrue(cluster.acknowledged.contains(id));
    assertEquals(List.of(id), ids(alone));
  }

  @Test
  void anEventIsAcknowledgedAndPublishedWhenTheCopyHasIt() {
    ReplicaCluster.Node numbering = two();
    UUID id = cluster.append(numbering, null);
    assertFalse(cluster.acknowledged.contains(id));
    assertFalse(cluster.published.containsValue(id));
    cluster.run(100);
    assertTrue(cluster.acknowledged.contains(id));
    assertTrue(cluster.published.containsValue(id));
  }

  @Test
  void nothingIsAcknowledgedWhileTheCopyDoesNotAnswer() {
    ReplicaCluster.Node numbering = two();
    other(numbering).sees.clear();
    UUID id = cluster.append(numbering, null);
    cluster.run(2_000);
    assertFalse(cluster.acknowledged.contains(id));
    assertFalse(cluster.published.containsValue(id));
  }

  @Test
  void theCopyContinuesWhenTheNumberingNodeDies() {
    ReplicaCluster.Node first = two();
    UUID id = cluster.append(first, null);
    cluster.run(100);
    Offset before = first.replica.position();
    cluster.kill(first);
    cluster.seeAll();
    ReplicaCluster.Node second = cluster.awaitServing();
    assertEquals(List.of(id), ids(second));
    Offset now = second.replica.position();
    assertNotEquals(before.epoch(), now.epoch());
    assertEquals(now, second.replica.resolve(before).orElseThrow());
    UUID next = cluster.append(second, null);
    assertEquals(List.of(id, next), ids(second));
    assertTrue(second.replica.resolve(new Offset(before.epoch(), before.sequence() + 1)).isEmpty());
  }

  @Test
  void noOffsetIsContinuedWhenBothDie() {
    for (int i = 0; i < 3; i++) cluster.add();
    cluster.seeAll();
    ReplicaCluster.Node first = cluster.awaitServing();
    cluster.append(first, null);
    cluster.run(100);
    Offset before = first.replica.position();
    String copy = Membership.of(cluster.nodes.keySet()).ranked(1).get(1);
    cluster.kill(first);
    cluster.kill(cluster.nodes.get(copy));
    cluster.seeAll();
    ReplicaCluster.Node last = cluster.awaitServing();
    assertTrue(last.replica.resolve(before).isEmpty());
    assertEquals(List.of(), ids(last));
  }

  @Test
  void aNodeThatLeavesHandsItsLogOver() {
    ReplicaCluster.Node first = two();
    UUID id = cluster.append(first, null);
    cluster.run(100);
    Offset before = first.replica.position();
    first.isLeaving = true;
    cluster.seeAll();
    cluster.run(1_000);
    assertFalse(first.replica.isNeeded());
    cluster.kill(first);
    cluster.seeAll();
    ReplicaCluster.Node second = cluster.awaitServing();
    assertEquals(List.of(id), ids(second));
    assertTrue(second.replica.resolve(before).isPresent());
  }

  @Test
  void aNodeThatComesGetsTheWholeLog() {
    ReplicaCluster.Node alone = cluster.add();
    cluster.seeAll();
    for (int i = 0; i < 3_000; i++) cluster.append(alone, null);
    Offset before = alone.replica.position();
    cluster.add();
    cluster.seeAll();
    cluster.run(2_000);
    ReplicaCluster.Node numbering = cluster.awaitServing();
    assertEquals(3_000, ids(numbering).size());
    assertTrue(numbering.replica.resolve(before).isPresent());
    ReplicaCluster.Node other = other(numbering);
    cluster.kill(numbering);
    cluster.seeAll();
    assertEquals(3_000, ids(cluster.awaitServing()).size());
    assertTrue(other.replica.resolve(before).isPresent());
  }

  @Test
  void aSplitInWhichBothPartsNumberedContinuesNoOffset() {
    ReplicaCluster.Node first = two();
    ReplicaCluster.Node second = other(first);
    cluster.append(first, null);
    cluster.run(100);
    Offset common = first.replica.position();
    cluster.see(List.of(Set.of(first.name), Set.of(second.name)));
    cluster.run(1_000);
    cluster.append(first, null);
    cluster.append(second, null);
    Offset one = first.replica.position();
    Offset two = second.replica.position();
    assertTrue(second.replica.resolve(common).isPresent());
    cluster.seeAll();
    cluster.run(3_000);
    ReplicaCluster.Node healed = cluster.awaitServing();
    for (Offset offset : List.of(common, one, two)) {
      assertTrue(healed.replica.resolve(offset).isEmpty(), "" + offset);
    }
  }

  @Test
  void aSplitInWhichNothingWasNumberedContinues() {
    ReplicaCluster.Node first = two();
    cluster.append(first, null);
    cluster.run(100);
    Offset common = first.replica.position();
    cluster.see(List.of(Set.of(first.name), Set.of(other(first).name)));
    cluster.run(1_000);
    cluster.seeAll();
    cluster.run(3_000);
    assertTrue(cluster.awaitServing().replica.resolve(common).isPresent());
  }

  @Test
  void aCopyThatWasCutOffIsNotContinuedWhenBothOthersDie() {
    for (int i = 0; i < 4; i++) cluster.add();
    cluster.seeAll();
    ReplicaCluster.Node first = cluster.awaitServing();
    List<String> ranked = Membership.of(cluster.nodes.keySet()).ranked(1);
    cluster.append(first, null);
    cluster.run(100);
    Offset common = first.replica.position();
    cluster.see(
        List.of(Set.of(ranked.get(0), ranked.get(2), ranked.get(3)), Set.of(ranked.get(1))));
    UUID id = cluster.append(first, null);
    cluster.run(1_000);
    assertTrue(cluster.acknowledged.contains(id));
    cluster.kill(first);
    cluster.kill(cluster.nodes.get(ranked.get(2)));
    cluster.seeAll();
    cluster.run(1_000);
    assertTrue(cluster.awaitServing().replica.resolve(common).isEmpty());
  }

  @Test
  void aCopyThatComesBackKnowsThatItIsNoneBeforeAnythingIsAcknowledged() {
    for (int seed = 0; seed < 50; seed++) {
      var lossy = new ReplicaCluster(new Random(seed), 0.5);
      for (int i = 0; i < 3; i++) lossy.add();
      lossy.seeAll();
      ReplicaCluster.Node first = lossy.awaitServing();
      List<String> ranked = Membership.of(lossy.nodes.keySet()).ranked(1);
      Offset common = first.replica.position();
      ReplicaCluster.Node away = lossy.nodes.get(ranked.get(1));
      lossy.see(List.of(Set.of(ranked.get(0), ranked.get(2)), Set.of(away.name)));
      lossy.run(2_000);
      // It is about to leave, so it is not the copy again.
      away.isLeaving = true;
      lossy.seeAll();
      UUID id = UUID.randomUUID();
      for (int i = 0; i < 4_000 && !lossy.acknowledged.contains(id); i++) {
        lossy.append(first, id, null);
        lossy.run(5);
      }
      assertTrue(lossy.acknowledged.contains(id), "seed " + seed);
      lossy.kill(first);
      lossy.kill(lossy.nodes.get(ranked.get(2)));
      away.isLeaving = false;
      lossy.seeAll();
      lossy.run(1_000);
      ReplicaCluster.Node last = lossy.awaitServing();
      boolean hasIt = ids(last).contains(id);
      assertTrue(hasIt || last.replica.resolve(common).isEmpty(), "seed " + seed);
    }
  }

  @Test
  void aKeyIsStoredOnce() {
    ReplicaCluster.Node alone = cluster.add();
    cluster.seeAll();
    UUID key = UUID.randomUUID();
    UUID first = cluster.append(alone, key);
    UUID second = cluster.append(alone, key);
    assertTrue(cluster.acknowledged.contains(first));
    assertFalse(cluster.acknowledged.contains(second));
    assertEquals(List.of(first), ids(alone));
  }

  @Test
  void aRequestThatIsRepeatedAtAnotherNodeIsStoredOnce() {
    ReplicaCluster.Node first = two();
    UUID id = cluster.append(first, null);
    cluster.run(100);
    cluster.kill(first);
    cluster.seeAll();
    ReplicaCluster.Node second = cluster.awaitServing();
    cluster.append(second, id, null);
    assertEquals(List.of(id), ids(second));
  }
}
