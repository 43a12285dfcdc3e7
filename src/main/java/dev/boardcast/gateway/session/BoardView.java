package dev.boardcast.gateway.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.engine.ComparedWith;
import dev.boardcast.engine.SnapshotComparisons;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.FieldSelection;
import dev.boardcast.gateway.protocol.MergePatch;
import dev.boardcast.gateway.protocol.SnapshotDelta;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import dev.boardcast.gateway.protocol.SubscribeOptions;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What subscribers who have chosen the same members of a board see of it. Each snapshot is reduced
 * and encoded once for all of them, and so is each change from one snapshot to another. One event
 * loop.
 */
final class BoardView {
  private final FieldSelection fields;
  private final ComparedWith with;
  private final AwaitedComparison comparison;
  private final SnapshotBases bases;
  private final Set<ChosenBoardSubscription> subscribers = new LinkedHashSet<>(4);
  private final Map<Sent, Optional<SnapshotDelta>> deltas = new HashMap<>(4);
  private SnapshotMessage source;
  private SnapshotMessage shown;
  private Sent sent;
  private ObjectNode tree;

  /**
   * A snapshot as a client has got it.
   *
   * @param number counts the snapshots with other metrics: a version may come again, with other
   *     metrics, after a restore of the database
   */
  record Sent(long number, String offset) {}

  /**
   * @param options of the first subscriber: the members and the comparison that all have chosen
   */
  BoardView(
      SubscribeOptions options,
      SnapshotBases bases,
      SnapshotComparisons comparisons,
      GatewayLoop loop) {
    this.fields = options.fields();
    this.with = options.compare();
    this.bases = bases;
    this.comparison =
        with == null
            ? null
            : new AwaitedComparison(
                snapshot -> comparisons.compare(snapshot, with), loop, this::takeCompared);
  }

  /** Whether subscribers with these options see the board alike. */
  boolean isFor(SubscribeOptions options) {
    return Objects.equals(fields, options.fields()) && with == options.compare();
  }

  Set<ChosenBoardSubscription> subscribers() {
    return subscribers;
  }

  void remove(ChosenBoardSubscription subscriber) {
    subscribers.remove(subscriber);
    if (comparison != null) comparison.remove(subscriber);
  }

  /** Takes a snapshot of the board, and offers it to a subscriber, once it is compared. */
  void deliver(SnapshotMessage message, ChosenBoardSubscription subscriber) {
    if (comparison != null) {
      comparison.await(message, subscriber);
    } else {
      take(message);
      subscriber.offer();
    }
  }

  /**
   * @param waiting the subscribers that get it; null for all that have got a snapshot
   */
  private void takeCompared(SnapshotMessage message, Collection<ChosenBoardSubscription> waiting) {
    take(message);
    for (var subscriber : List.copyOf(waiting == null ? subscribers : waiting)) {
      if (subscriber.hasSnapshot()) subscriber.offer();
    }
  }

  /** Takes a snapshot of the board. */
  void take(SnapshotMessage message) {
    if (message == source) return;
    boolean isSame = source != null && isSame(source.snapshot(), message.snapshot());
    source = message;
    deltas.clear();
    if (fields == null) {
      shown = message;
    } else {
      // The same metrics at a later time are not reduced again.
      shown =
          message.reduced(isSame ? shown.snapshot().data() : fields.of(message.snapshot().data()));
    }
    if (isSame) return;
    tree = null;
    sent = new Sent(sent == null ? 1 : sent.number() + 1, shown.offset());
  }

  private static boolean isSame(Snapshot before, Snapshot after) {
    return before.version() == after.version() && before.data().equals(after.data());
  }

  /** The newest snapshot that was taken, as the subscribers see it. */
  SnapshotMessage newest() {
    return shown;
  }

  /** A subscriber gets the newest snapshot, whole or as a change, and will want the next change. */
  Sent send() {
    bases.put(this, sent.number(), shown.snapshot().data());
    return sent;
  }

  /** What has changed since a client got a snapshot; empty where it needs the whole newest one. */
  Optional<SnapshotDelta> since(Sent before) {
    return deltas.computeIfAbsent(before, this::change);
  }

  private Optional<SnapshotDelta> change(Sent before) {
    RawJson base = bases.get(this, before.number());
    if (base == null) return Optional.empty();
    if (tree == null) tree = object(shown.snapshot().data());
    return MergePatch.between(before.equals(sent) ? tree : object(base), tree)
        .map(RawJson::encode)
        .filter(patch -> patch.text().length() < shown.snapshot().data().text().length())
        .map(patch -> new SnapshotDelta(before.offset(), shown, patch));
  }

  private static ObjectNode object(RawJson data) {
    return (ObjectNode) ParsedEvents.parse(data);
  }
}
