package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Who is present on a topic.
 *
 * @param users in the order in which they came; none where they are too many
 * @param count how many users there are
 * @param countsOnly true where they are too many to be listed, else null
 * @param partial true where there may be users on nodes that this one does not reach, else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PresenceList(
    String topic, List<PresentUser> users, int count, Boolean countsOnly, Boolean partial) {
  public PresenceList {
    users = List.copyOf(users);
  }
}
