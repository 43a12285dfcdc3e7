package dev.boardcast.gateway.session;

import dev.boardcast.gateway.protocol.FieldSelection;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import dev.boardcast.spi.RawJson;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What subscribers who have chosen the same members of a board see of it. Each snapshot is reduced
 * and encoded once for all of them. One event loop.
 */
final class BoardView {
  private final FieldSelection fields;
  private final Set<ChosenBoardSubscription> subscribers = new LinkedHashSet<>(4);
  private SnapshotMessage source;
  private SnapshotMessage shown;
  private RawJson sourceData;

  /**
   * @param fields null for all
   */
  BoardView(FieldSelection fields) {
    this.fields = fields;
  }

  FieldSelection fields() {
    return fields;
  }

  Set<ChosenBoardSubscription> subscribers() {
    return subscribers;
  }

  /** Takes a snapshot of the board. */
  void take(SnapshotMessage message) {
    if (message == source) return;
    source = message;
    if (fields == null) {
      shown = message;
    } else if (message.snapshot().data() == sourceData) {
      // The same metrics at a later time.
      shown = message.reduced(shown.snapshot().data());
    } else {
      sourceData = message.snapshot().data();
      shown = message.reduced(fields.of(sourceData));
    }
  }

  /** The newest snapshot that was taken, as the subscribers see it. */
  SnapshotMessage newest() {
    return shown;
  }
}
