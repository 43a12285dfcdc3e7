package dev.boardcast.gateway.session;

import dev.boardcast.engine.SnapshotComparison;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Holds the newest snapshot of a view back until it is compared, and shows it without a comparison
 * when that fails or takes longer than a second; the next snapshot is compared again. One event
 * loop.
 */
final class AwaitedComparison {
  static final int LIMIT_MILLIS = 1_000;

  private final Function<Snapshot, Future<SnapshotComparison>> compare;
  private final GatewayLoop loop;
  private final BiConsumer<SnapshotMessage, Collection<ChosenBoardSubscription>> show;
  private final Set<ChosenBoardSubscription> waiting = new LinkedHashSet<>(4);
  private SnapshotMessage asked;
  private SnapshotMessage shown;
  private boolean waits;
  private long turn;

  /**
   * @param show takes what is to be shown, and who waits for it; null for all, where they have got
   *     the snapshot without
   */
  AwaitedComparison(
      Function<Snapshot, Future<SnapshotComparison>> compare,
      GatewayLoop loop,
      BiConsumer<SnapshotMessage, Collection<ChosenBoardSubscription>> show) {
    this.compare = compare;
    this.loop = loop;
    this.show = show;
  }

  /** Shows a snapshot to a subscriber, now or when it is compared. */
  void await(SnapshotMessage message, ChosenBoardSubscription subscriber) {
    if (message == shown) {
      subscriber.offer();
      return;
    }
    waiting.add(subscriber);
    if (message != asked) ask(message);
  }

  /** Nothing is shown to a subscriber any more. */
  void remove(ChosenBoardSubscription subscriber) {
    waiting.remove(subscriber);
  }

  private void ask(SnapshotMessage message) {
    asked = message;
    boolean begins = !waits;
    if (begins) turn++;
    waits = true;
    long mine = turn;
    loop.calls()
        .callNow(() -> compare.apply(message.snapshot()))
        .onComplete(
            comparison -> {
              if (message == asked) show(message.compared(comparison));
            },
            failure -> {
              if (message == asked) showWithout(turn);
            });
    // It may have been known.
    if (begins && waits) loop.schedule(LIMIT_MILLIS, () -> showWithout(mine));
  }

  private void showWithout(long begun) {
    if (waits && turn == begun) show(asked);
  }

  private void show(SnapshotMessage message) {
    boolean isLate = !waits;
    waits = false;
    shown = asked;
    var subscribers = List.copyOf(waiting);
    waiting.clear();
    show.accept(message, isLate ? null : subscribers);
  }
}
