package dev.boardcast.gateway.presence;

import dev.boardcast.gateway.protocol.PresenceDelta;
import dev.boardcast.gateway.protocol.PresenceList;

/**
 * What the watchers of a topic see from now on.
 *
 * @param version counts the updates of the topic on this node
 * @param delta from the version before; null where the whole must be sent
 */
public record PresenceUpdate(long version, PresenceList list, PresenceDelta delta) {
  public String topic() {
    return list.topic();
  }
}
