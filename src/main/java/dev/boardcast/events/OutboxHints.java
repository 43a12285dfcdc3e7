package dev.boardcast.events;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.OutboxCommitted;
import dev.boardcast.bus.ThrottledPublisher;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.Shards;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Publishes at most about one hint per shard and millisecond. Thread safe. */
final class OutboxHints {
  private static final Duration SPACING = Duration.ofMillis(1);

  private final List<ThrottledPublisher<OutboxCommitted>> shards;

  OutboxHints(Vertx vertx, TypedBus bus) {
    shards =
        IntStream.range(0, Shards.COUNT)
            .mapToObj(OutboxCommitted::new)
            .map(
                hint -> new ThrottledPublisher<>(vertx, bus, Addresses.OUTBOX_HINTS, hint, SPACING))
            .toList();
  }

  void hint(int shard) {
    shards.get(shard).publish();
  }
}
