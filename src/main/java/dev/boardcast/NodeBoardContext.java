package dev.boardcast;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.bus.PrincipalChanged;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.AlertRules;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.Idempotency;
import dev.boardcast.spi.Ingest;
import dev.boardcast.spi.Notices;
import dev.boardcast.spi.Visibility;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;

/** The parts of a node that its boards may use. */
record NodeBoardContext(
    Vertx vertx,
    Pool pool,
    Clock clock,
    EventPublisher events,
    Idempotency idempotency,
    Ingest ingest,
    TypedBus bus,
    FactsHintPublisher hints,
    AlertRules alertRules,
    Notices notices,
    BoardRegistry registry)
    implements BoardContext {

  @Override
  public void factsCommitted(String board) {
    hints.committed(board);
  }

  @Override
  public void membershipsChanged(String user) {
    bus.publish(Addresses.PRINCIPAL_CHANGES, new PrincipalChanged(user));
  }

  @Override
  public Visibility visibilityOf(String name) {
    return registry.visibilityOf(name);
  }

  @Override
  public <R extends Record> R config(Class<R> type) {
    return registry.config(type);
  }
}
