package dev.boardcast.spi;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What may be done with the application streams of one pattern. Immutable.
 *
 * @param streams which streams
 * @param subscribe who receives messages as they are published; one grant is enough, here and below
 * @param publish who publishes
 * @param presence who sees who else is there
 * @param history who reads earlier events: over HTTP, by asking on a socket, and by resuming after
 *     an offset
 * @param messages which messages can be published
 * @param maxBytes most bytes of the data of one message
 * @param messagesPerSecond most messages of one publisher to one stream in a second, on one node
 */
public record StreamRule(
    StreamPattern streams,
    List<StreamGrant> subscribe,
    List<StreamGrant> publish,
    List<StreamGrant> presence,
    List<StreamGrant> history,
    Messages messages,
    int maxBytes,
    int messagesPerSecond) {
  /** Which messages can be published to a stream. */
  public enum Messages {
    /** Events: stored, in order, delivered exactly once. */
    @JsonProperty("durable")
    DURABLE,
    /** Messages that are delivered at most once and never stored. */
    @JsonProperty("ephemeral")
    EPHEMERAL,
    /** Both. */
    @JsonProperty("both")
    BOTH
  }

  /** What a principal may do with a stream. */
  public enum Right {
    SUBSCRIBE,
    PUBLISH,
    PRESENCE,
    HISTORY
  }

  public StreamRule {
    subscribe = checked("subscribe", subscribe, streams);
    publish = checked("publish", publish, streams);
    presence = checked("presence", presence, streams);
    history = checked("history", history, streams);
  }

  /** Who has a right. */
  public List<StreamGrant> grants(Right right) {
    return switch (right) {
      case SUBSCRIBE -> subscribe;
      case PUBLISH -> publish;
      case PRESENCE -> presence;
      case HISTORY -> history;
    };
  }

  /** Whether events can be published. */
  public boolean isDurable() {
    return messages != Messages.EPHEMERAL;
  }

  /** Whether messages that are not stored can be published. */
  public boolean isEphemeral() {
    return messages != Messages.DURABLE;
  }

  private static List<StreamGrant> checked(
      String field, List<StreamGrant> grants, StreamPattern streams) {
    for (StreamGrant grant : grants) {
      if (!grant.variable().isEmpty() && !streams.variables().contains(grant.variable())) {
        throw new IllegalArgumentException(
            "%s: expected a variable of %s, not {%s}".formatted(field, streams, grant.variable()));
      }
    }
    return List.copyOf(grants);
  }
}
