package dev.boardcast.gateway;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;

/** An event on its way to sessions, with its frames. One event loop. */
final class EventMessage {
  private final int shard;
  private final Offset offset;
  private final LoggedEvent event;
  private final Encoded encoded = new Encoded();

  EventMessage(int shard, String epoch, LoggedEvent event) {
    this.shard = shard;
    this.offset = new Offset(epoch, event.sequence());
    this.event = event;
  }

  int shard() {
    return shard;
  }

  long sequence() {
    return offset.sequence();
  }

  Offset offset() {
    return offset;
  }

  LoggedEvent event() {
    return event;
  }

  Frame frame(Dialect dialect, String topic) {
    return encoded.frame(dialect, topic, () -> dialect.event(this, topic));
  }
}
