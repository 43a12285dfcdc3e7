package dev.boardcast.lab.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeBalancerTest {
  private long now = 5_000_000;
  private final NodeBalancer balancer = new NodeBalancer(3, () -> now);

  @Test
  void connectionsAreSpreadEvenly() {
    int[] chosen = choose(300);
    assertEquals(100, chosen[0]);
    assertEquals(100, chosen[1]);
    assertEquals(100, chosen[2]);
  }

  @Test
  void aNodeWithoutConnectionsGetsTheNextOnes() {
    choose(30);
    for (int i = 0; i < 10; i++) balancer.ended(1, true);
    int[] chosen = choose(10);
    assertEquals(10, chosen[1]);
  }

  @Test
  void aNodeThatRefusedIsTriedOnceAfterASecond() {
    balancer.ended(balancer.choose(), false);
    for (int i = 0; i < 20; i++) assertNotEquals(0, balancer.choose());
    now += 1_000_000;
    assertEquals(0, balancer.choose());
    for (int i = 0; i < 20; i++) assertNotEquals(0, balancer.choose());
  }

  @Test
  void aNodeThatTakesAConnectionAgainGetsMore() {
    balancer.ended(balancer.choose(), false);
    choose(20);
    now += 1_000_000;
    balancer.opened(balancer.choose());
    now += 10_000_000;
    assertEquals(5, choose(5)[0]);
  }

  @Test
  void aNodeThatCameBackGetsFewerThanItsShareAtFirst() {
    choose(300);
    for (int i = 0; i < 100; i++) balancer.ended(0, true);
    balancer.ended(balancer.choose(), false);
    now += 1_000_000;
    balancer.opened(balancer.choose());
    int[] chosen = choose(50);
    assertTrue(chosen[0] > 5 && chosen[0] < 20, Arrays.toString(chosen));
    now += 10_000_000;
    assertEquals(50, choose(50)[0]);
  }

  @Test
  void aNodeThatIsStoppedGetsNoneUntilItIsReady() {
    balancer.stopped(0);
    balancer.ended(balancer.choose(), false);
    now += 60_000_000;
    assertEquals(0, choose(100)[0]);
    balancer.ready(0);
    now += 10_000_000;
    assertTrue(choose(100)[0] > 30);
  }

  @Test
  void whenAllRefusedTheOneThatDidFirstIsTriedAgain() {
    for (int node = 0; node < 3; node++) {
      now += 10;
      balancer.ended(balancer.choose(), false);
    }
    assertEquals(0, balancer.choose());
  }

  private int[] choose(int count) {
    var chosen = new int[3];
    IntStream.range(0, count).forEach(each -> chosen[balancer.choose()]++);
    return chosen;
  }
}
