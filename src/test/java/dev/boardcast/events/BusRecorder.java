package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.bus.TypedBus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Records event batches and beacons from the bus, in order of arrival. */
final class BusRecorder {
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final List<EventBatch> batches = new ArrayList<>();
  private final List<ShardBeacon> beacons = new ArrayList<>();

  BusRecorder(TypedBus bus) throws Exception {
    bus.subscribe(Addresses.EVENTS, this::batch).await(5, TimeUnit.SECONDS);
    bus.subscribe(Addresses.SHARD_BEACONS, this::beacon).await(5, TimeUnit.SECONDS);
  }

  /** Waits until a shard's event with this sequence was published. */
  void awaitEvent(int shard, long sequence) throws InterruptedException {
    await(
        "event " + sequence + " of shard " + shard,
        () -> events(shard).stream().anyMatch(event -> event.sequence() == sequence));
  }

  /** Waits for a beacon of a shard with exactly this head. */
  ShardBeacon awaitBeacon(int shard, long head) throws InterruptedException {
    await("beacon of head " + head, () -> !beacons(shard, head).isEmpty());
    return beacons(shard, head).get(0);
  }

  /** All events published for a shard so far, including repeated ones. */
  synchronized List<LoggedEvent> events(int shard) {
    return batches.stream()
        .filter(batch -> batch.shard() == shard)
        .flatMap(batch -> batch.events().stream())
        .toList();
  }

  /** The same without the events that a new holder repeats. */
  List<LoggedEvent> distinctEvents(int shard) {
    return List.copyOf(new LinkedHashSet<>(events(shard)));
  }

  private synchronized List<ShardBeacon> beacons(int shard, long head) {
    return beacons.stream()
        .filter(beacon -> beacon.shard() == shard && beacon.head() == head)
        .toList();
  }

  private synchronized void batch(EventBatch batch) {
    assertEquals(batch.first(), batch.events().get(0).sequence());
    batches.add(batch);
    notifyAll();
  }

  private synchronized void beacon(ShardBeacon beacon) {
    beacons.add(beacon);
    notifyAll();
  }

  private synchronized void await(String what, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT_NANOS;
    while (!condition.getAsBoolean()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) fail("no " + what);
      wait(left);
    }
  }
}
