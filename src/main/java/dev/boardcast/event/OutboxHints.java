package dev.boardcast.event;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.OutboxHint;
import dev.boardcast.bus.SpacedHint;
import dev.boardcast.bus.TypedBus;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** About one hint per shard and millisecond. Safe to use from any thread. */
final class OutboxHints {
  private static final Duration SPACING = Duration.ofMillis(1);

  private final List<SpacedHint<OutboxHint>> shards;

  OutboxHints(Vertx vertx, TypedBus bus) {
    shards =
        IntStream.range(0, Shards.COUNT)
            .mapToObj(OutboxHint::new)
            .map(hint -> new SpacedHint<>(vertx, bus, Addresses.OUTBOX_HINTS, hint, SPACING))
            .toList();
  }

  void hint(int shard) {
    shards.get(shard).give();
  }
}
