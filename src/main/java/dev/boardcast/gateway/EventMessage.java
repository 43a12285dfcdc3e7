package dev.boardcast.gateway;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import java.util.List;

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

  /** The users whose own streams it is in. */
  List<String> streamsOfUsers() {
    return event.streams().stream()
        .filter(stream -> stream.startsWith("user."))
        .map(stream -> stream.substring(5))
        .toList();
  }

  Frame frame(Dialect dialect, String topic) {
    return encoded.frame(dialect, topic, () -> dialect.event(this, topic));
  }
}
