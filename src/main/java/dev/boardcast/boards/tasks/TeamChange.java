package dev.boardcast.boards.tasks;

import dev.boardcast.spi.NewEvent;
import java.util.List;

/**
 * The result of a change of a team.
 *
 * @param result what the response shows
 * @param events to be appended in the transaction of the change; empty if nothing changed
 * @param users whose memberships changed
 */
record TeamChange<T>(T result, List<NewEvent> events, List<String> users) {
  TeamChange {
    events = List.copyOf(events);
    users = List.copyOf(users);
  }

  static <T> TeamChange<T> none(T result) {
    return new TeamChange<>(result, List.of(), List.of());
  }

  boolean isChanged() {
    return !events.isEmpty();
  }
}
