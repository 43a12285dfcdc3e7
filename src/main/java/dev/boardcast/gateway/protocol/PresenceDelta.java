package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * How the users on a topic differ from what was sent before.
 *
 * @param updated users whose data has changed; null for none
 * @param left the ids of users
 * @param count how many users there are now
 * @param countsOnly true where they are too many to be listed, else null
 * @param partial true where there may be users on nodes that this one does not reach, else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PresenceDelta(
    String topic,
    List<PresentUser> joined,
    List<PresentUser> updated,
    List<String> left,
    int count,
    Boolean countsOnly,
    Boolean partial) {
  public PresenceDelta {
    joined = List.copyOf(joined);
    left = List.copyOf(left);
  }
}
