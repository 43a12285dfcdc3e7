package dev.boardcast.board.tasks;

import dev.boardcast.auth.Memberships;
import dev.boardcast.board.BoardContext;
import dev.boardcast.board.BoardModule;
import dev.boardcast.bus.FactsHints;
import dev.boardcast.http.Routes;
import dev.boardcast.metric.Audited;
import java.util.List;
import java.util.Optional;

/** Tasks, teams and who belongs to them. */
public final class TasksModule implements BoardModule {
  @Override
  public List<Routes> routes(BoardContext context) {
    var facts = new FactsHints(context.vertx(), context.bus(), TaskAudit.NAME);
    return List.of(
        new TaskRoutes(
            context.http(), context.pool(), context.outbox(), facts, context.idempotency()),
        new TeamRoutes(context.pool(), context.idempotency(), context.outbox(), context.bus()));
  }

  @Override
  public Optional<Audited> audited() {
    return Optional.of(new TaskAudit());
  }

  @Override
  public Optional<Memberships> memberships(BoardContext context) {
    return Optional.of(new TeamMemberships(context.pool()));
  }
}
