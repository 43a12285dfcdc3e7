package dev.boardcast.gateway;

import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import dev.boardcast.engine.StreamPublisher;
import dev.boardcast.spi.Problem.FieldError;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Shards;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The events and snapshots of a {@link WarmUp}: given to its own hub alone, and stored nowhere.
 * What its clients publish is answered as if it were stored. Event loop of the hub, except {@link
 * #begin}.
 */
final class WarmUpEvents implements StreamPublisher {
  /** The stream of the events; no client receives them, even if a stream has that name. */
  static final String STREAM = "warm-up";

  private static final RawJson DATA =
      RawJson.of("{\"text\":\"" + "warm ".repeat(40) + "\",\"number\":1}");
  // Newer than any other: versions are times.
  private static final long FIRST_VERSION = Long.MAX_VALUE / 2;

  private final List<String> boards;
  private volatile Offset start;
  private long count;

  WarmUpEvents(Collection<String> boards) {
    this.boards = List.copyOf(boards);
  }

  /** Events follow this offset, which the hub has told a client. Any thread. */
  void begin(Offset offset) {
    if (start == null) start = offset;
  }

  /** Gives a hub one more event, and a board's snapshot. */
  void publishTo(GatewayHub hub) {
    Offset after = start;
    if (after == null) return;
    Instant now = Instant.now();
    count++;
    long sequence = after.sequence() + count;
    var event = new LoggedEvent(sequence, UUID.randomUUID(), "warm_up", List.of(STREAM), DATA, now);
    hub.onBatch(new EventBatch(Shards.of(STREAM), after.epoch(), sequence, List.of(event)));
    if (boards.isEmpty()) return;
    String board = boards.get((int) (count % boards.size()));
    hub.onSnapshot(new Snapshot(board, FIRST_VERSION + count, now, now, false, DATA));
  }

  @Override
  public Optional<FieldError> refusal(String topic, String type) {
    return Optional.empty();
  }

  @Override
  public Future<List<Boolean>> store(Publisher by, List<Publication> events) {
    return Future.succeededFuture(Collections.nCopies(events.size(), true));
  }

  @Override
  public boolean send(EphemeralMessage message) {
    return true;
  }
}
