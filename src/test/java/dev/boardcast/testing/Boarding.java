package dev.boardcast.testing;

import dev.boardcast.bus.TypedBus;
import dev.boardcast.events.Outbox;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.Idempotency;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.Visibility;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;

/** What a board gets of a node, without the node. */
public final class Boarding {
  private Boarding() {}

  /** Has no snapshots to lend. */
  public static BoardContext context(Vertx vertx, Pool pool) {
    var bus = new TypedBus(vertx);
    return new BoardContext(
        vertx,
        pool,
        bus,
        new Outbox(vertx, bus),
        null,
        new Idempotency(pool),
        HttpConfig.DEFAULTS,
        true,
        name -> Visibility.PUBLIC,
        Clock.systemUTC());
  }
}
