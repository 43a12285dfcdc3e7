package dev.boardcast.boards.tasks;

import dev.boardcast.spi.AuditedSums;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StreamRules;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.spi.Visibility;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tasks, teams and team memberships, and the board that counts tasks. */
public final class TasksModule implements BoardModule {
  @Override
  public Optional<Board> board(BoardContext context) {
    return Optional.of(
        new TaskBoard(
            new Reminders(context.events(), context.notices(), context.config(TasksConfig.class))));
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(TasksConfig.class);
  }

  /** It counts tasks of all users, by assignee too. */
  @Override
  public Optional<Visibility> visibility() {
    return Optional.of(Visibility.AUTHENTICATED);
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    return List.of(new TaskRoutes(context), new TeamRoutes(context), new InvitationRoutes(context));
  }

  @Override
  public Optional<AuditedSums> auditedSums() {
    return Optional.of(new TaskAudit());
  }

  @Override
  public Set<String> eventTypes() {
    var types = new HashSet<>(TaskEvents.TYPES);
    types.addAll(Set.of(TeamMemberships.CHANGED, InvitationEvent.TYPE));
    types.addAll(Set.of(TeamEvents.UPDATED, TeamEvents.DELETED));
    return types;
  }

  /**
   * The pages show the members of a team who of them is on which task. Nothing is published there.
   */
  @Override
  public StreamRules streamRules() {
    return StreamRules.parse(
        """
        [{"streams": "tasks.team.{id}", "subscribe": "team:{id}", "presence": "team:{id}"}]""");
  }

  @Override
  public Optional<TeamMemberships> memberships(BoardContext context) {
    return Optional.of(new StoredMemberships(context.pool()));
  }
}
