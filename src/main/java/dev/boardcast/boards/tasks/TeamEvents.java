package dev.boardcast.boards.tasks;

import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Creates the events of a team as a whole, for its members: on the stream {@code team.<id>}. They
 * name what changed; clients fetch the rest.
 */
final class TeamEvents {
  static final String UPDATED = "team_updated";
  static final String DELETED = "team_deleted";

  private TeamEvents() {}

  /**
   * The data.
   *
   * @param userId the user who made the change
   */
  record Data(String teamId, String name, String userId) {}

  /** The name, the members or their roles have changed. */
  static NewEvent updated(String actor, String id, String name) {
    return event(UPDATED, new Data(id, name, actor));
  }

  /** The members also get it as users: a session may learn first that the team is gone. */
  static NewEvent deleted(String actor, String id, String name, Collection<String> members) {
    return event(DELETED, new Data(id, name, actor), members);
  }

  private static NewEvent event(String type, Data data) {
    return event(type, data, List.of());
  }

  private static NewEvent event(String type, Data data, Collection<String> users) {
    List<String> streams =
        Stream.concat(
                Stream.of("team." + data.teamId()), users.stream().map(user -> "user." + user))
            .toList();
    return new NewEvent(UUID.randomUUID(), type, streams, RawJson.encode(data), Instant.now());
  }
}
