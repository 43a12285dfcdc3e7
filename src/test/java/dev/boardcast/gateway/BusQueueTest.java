package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BusQueueTest {
  private static final int CAPACITY = 1_000;

  private final BusQueue<Integer> queue = new BusQueue<>(CAPACITY);
  private final List<Integer> taken = new ArrayList<>();
  private int again;

  @Test
  void theFirstMessageWakesTheLoopAndTheOthersAreTakenWithIt() {
    assertTrue(queue.add(1));
    assertFalse(queue.add(2));
    take();
    assertTrue(queue.add(3));
    take();

    assertEquals(List.of(1, 2, 3), taken);
    assertEquals(0, again);
  }

  @Test
  void withoutUrgencyMessagesWaitForTheTick() {
    queue.setUrgent(false);
    assertFalse(queue.add(1));
    assertFalse(queue.add(2));
    take();
    assertEquals(List.of(1, 2), taken);

    queue.setUrgent(true);
    assertTrue(queue.add(3));
  }

  @Test
  void messagesBeyondTheCapacityAreDropped() {
    for (int i = 0; i < CAPACITY + 10; i++) queue.add(i);
    take();
    assertEquals(IntStream.range(0, CAPACITY).boxed().toList(), taken);
    queue.add(7);
    take();
    assertEquals(CAPACITY + 1, taken.size());
  }

  @Test
  void aMessageThatFailsDoesNotKeepBackTheOthers() {
    for (int i = 0; i < 3; i++) queue.add(i);
    assertThrows(
        IllegalStateException.class,
        () ->
            queue.take(
                message -> {
                  throw new IllegalStateException("message " + message);
                },
                () -> again++));
    assertEquals(1, again);
    take();
    assertEquals(List.of(1, 2), taken);
  }

  @Test
  void aMessageThatComesWhileOthersAreTakenIsTakenInTheNextTurn() {
    queue.add(1);
    queue.take(
        message -> {
          taken.add(message);
          assertTrue(queue.add(2), "another turn is due");
        },
        () -> again++);
    assertEquals(List.of(1), taken);
    take();
    assertEquals(List.of(1, 2), taken);
  }

  @Test
  void nothingIsForgottenBetweenThreads() throws Exception {
    var loop = Executors.newSingleThreadExecutor();
    int many = 100_000;
    var big = new BusQueue<Integer>(many);
    for (int i = 0; i < many; i++) {
      if (i % 1_000 == 0) big.setUrgent(i % 2_000 != 0);
      if (big.add(i)) loop.execute(() -> big.take(taken::add, () -> again++));
    }
    // The tick.
    loop.submit(() -> big.take(taken::add, () -> again++)).get(10, TimeUnit.SECONDS);
    loop.shutdown();
    assertTrue(loop.awaitTermination(10, TimeUnit.SECONDS));
    assertEquals(IntStream.range(0, many).boxed().toList(), taken);
  }

  private void take() {
    queue.take(taken::add, () -> again++);
  }
}
