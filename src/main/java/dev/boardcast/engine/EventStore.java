package dev.boardcast.engine;

import dev.boardcast.spi.AuditEntry;
import dev.boardcast.spi.NewEvent;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Stores events that applications publish. Thread safe. */
public interface EventStore {
  /**
   * An event of one stream.
   *
   * @param key under which the stream remembers it; null for an event that is always new
   * @param origin see {@link dev.boardcast.bus.Origin#text}; null for none
   */
  record Item(NewEvent event, UUID key, String origin) {
    public String stream() {
      return event.streams().get(0);
    }
  }

  /**
   * Stores events in their order.
   *
   * @param entry the row of the audit trail, for the same statement, where there is a trail
   * @return for each event whether it is new, when it cannot be lost by one failure; fails when
   *     that is not known
   */
  Future<List<Boolean>> store(List<Item> items, Optional<AuditEntry> entry);
}
