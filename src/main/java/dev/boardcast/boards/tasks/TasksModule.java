package dev.boardcast.boards.tasks;

import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.spi.AuditedSums;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.TeamMemberships;
import java.util.List;
import java.util.Optional;

/** Tasks, teams and who belongs to them. */
public final class TasksModule implements BoardModule {
  @Override
  public List<Routes> routes(BoardContext context) {
    var facts = new FactsHintPublisher(context.vertx(), context.bus(), TaskAudit.NAME);
    return List.of(
        new TaskRoutes(
            context.http(), context.pool(), context.outbox(), facts, context.idempotency()),
        new TeamRoutes(context.pool(), context.idempotency(), context.outbox(), context.bus()));
  }

  @Override
  public Optional<AuditedSums> audited() {
    return Optional.of(new TaskAudit());
  }

  @Override
  public Optional<TeamMemberships> memberships(BoardContext context) {
    return Optional.of(new StoredMemberships(context.pool()));
  }
}
