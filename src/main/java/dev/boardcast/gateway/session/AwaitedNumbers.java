package dev.boardcast.gateway.session;

import dev.boardcast.bus.Offset;
import dev.boardcast.gateway.protocol.EventMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The events that sessions of one event loop have published and whose offsets are not known yet.
 * Such an event is delivered to this event loop even if no session follows its topic. One event
 * loop.
 */
public final class AwaitedNumbers {
  private final Map<UUID, Entry> byEvent = new HashMap<>();
  private final Map<String, Integer> topics = new HashMap<>();

  private static final class Entry {
    private final String topic;
    private Offset offset;
    private Consumer<Offset> handler;

    private Entry(String topic) {
      this.topic = topic;
    }
  }

  /** Waits for the offset of an event that is about to be stored, until {@link #forget}. */
  void await(UUID event, String topic) {
    byEvent.put(event, new Entry(topic));
    topics.merge(topic, 1, Integer::sum);
  }

  /** The event's offset; null while it is not known. */
  Offset offset(UUID event) {
    Entry entry = byEvent.get(event);
    return entry == null ? null : entry.offset;
  }

  /** Calls a handler once the offset is known, unless {@link #forget} comes first. */
  void onNumbered(UUID event, Consumer<Offset> handler) {
    Entry entry = byEvent.get(event);
    if (entry != null) entry.handler = handler;
  }

  /** Ends the wait; false when it had ended. */
  boolean forget(UUID event) {
    Entry entry = byEvent.remove(event);
    if (entry == null) return false;
    topics.computeIfPresent(entry.topic, (topic, count) -> count == 1 ? null : count - 1);
    return true;
  }

  /** Whether an event of one of these streams may be awaited. */
  public boolean awaitAny(List<String> streams) {
    if (topics.isEmpty()) return false;
    for (int i = 0; i < streams.size(); i++) {
      if (topics.containsKey(streams.get(i))) return true;
    }
    return false;
  }

  /** An event has its number. */
  public void numbered(EventMessage message) {
    if (byEvent.isEmpty()) return;
    UUID event = message.event().id();
    Entry entry = byEvent.get(event);
    if (entry == null) return;
    entry.offset = message.offset();
    if (entry.handler == null) return;
    forget(event);
    entry.handler.accept(entry.offset);
  }

  int size() {
    return byEvent.size();
  }
}
