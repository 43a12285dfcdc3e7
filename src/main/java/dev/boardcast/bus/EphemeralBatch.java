package dev.boardcast.bus;

import java.util.List;

/** Ephemeral messages of one node, in the order in which they were published. */
public record EphemeralBatch(List<EphemeralMessage> messages) {
  public EphemeralBatch {
    messages = List.copyOf(messages);
  }
}
