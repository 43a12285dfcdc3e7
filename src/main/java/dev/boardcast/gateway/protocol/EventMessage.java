package dev.boardcast.gateway.protocol;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import java.util.ArrayList;
import java.util.List;

/** An event to deliver, with its encoded frames. One event loop. */
public final class EventMessage {
  private static final String USER = "user.";

  private final int shard;
  private final Offset offset;
  private final LoggedEvent event;
  private final EncodedFrames encoded = new EncodedFrames();
  private EncodedFrames encodedOwn;

  public EventMessage(int shard, String epoch, LoggedEvent event) {
    this.shard = shard;
    this.offset = new Offset(epoch, event.sequence());
    this.event = event;
  }

  public int shard() {
    return shard;
  }

  public long sequence() {
    return offset.sequence();
  }

  /** Its position in its stream. */
  public Offset offset() {
    return offset;
  }

  public LoggedEvent event() {
    return event;
  }

  /** The users whose own streams contain the event. */
  public List<String> users() {
    return users(event.streams());
  }

  /** The users whose own streams are among these. */
  public static List<String> users(List<String> streams) {
    List<String> users = new ArrayList<>(0);
    for (String stream : streams) {
      if (stream.startsWith(USER)) users.add(stream.substring(USER.length()));
    }
    return users;
  }

  /** Whether that user has published it from a client. */
  public boolean isOf(String user) {
    return event.origin() != null && event.origin().user().equals(user);
  }

  /** The frame for sessions of the user who published it. */
  public Frame ownFrame(Dialect dialect, String topic) {
    if (encodedOwn == null) encodedOwn = new EncodedFrames();
    return encodedOwn.frame(
        dialect, topic, () -> dialect.ownEvent(this, topic, event.origin().id()));
  }

  public Frame frame(Dialect dialect, String topic) {
    return encoded.frame(dialect, topic, () -> dialect.event(this, topic));
  }
}
