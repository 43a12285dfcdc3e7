package dev.boardcast.boards.tasks;

import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

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

  static NewEvent deleted(String actor, String id, String name) {
    return event(DELETED, new Data(id, name, actor));
  }

  private static NewEvent event(String type, Data data) {
    return new NewEvent(
        UUID.randomUUID(),
        type,
        List.of("team." + data.teamId()),
        RawJson.encode(data),
        Instant.now());
  }
}
