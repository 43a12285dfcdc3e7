package dev.boardcast.testing;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.bus.PrincipalChanged;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.config.Settings;
import dev.boardcast.events.Outbox;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.TransactionalIdempotency;
import dev.boardcast.http.ingest.IngestService;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.Idempotency;
import dev.boardcast.spi.Ingest;
import dev.boardcast.spi.Visibility;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * The services of a node for boards, without the node. Ingest requires the role {@code ingest}, and
 * boards have their default configuration, unless a method says otherwise.
 */
public final class TestBoardContext implements BoardContext {
  private final Vertx vertx;
  private final Pool pool;
  private final TypedBus bus;
  private final EventPublisher events;
  private final FactsHintPublisher hints;
  private final Map<Class<?>, Record> configs = new HashMap<>();
  private Ingest ingest;
  private Clock clock = Clock.systemUTC();
  private Visibility visibility = Visibility.PUBLIC;

  public TestBoardContext(Vertx vertx, Pool pool) {
    this(vertx, pool, new TypedBus(vertx), HttpConfig.DEFAULTS);
  }

  TestBoardContext(Vertx vertx, Pool pool, TypedBus bus, HttpConfig http) {
    this.vertx = vertx;
    this.pool = pool;
    this.bus = bus;
    events = new Outbox(vertx, bus);
    hints = new FactsHintPublisher(vertx, bus);
    ingest = new IngestService(http, true);
  }

  public TestBoardContext clock(Clock other) {
    clock = other;
    return this;
  }

  public TestBoardContext visibility(Visibility other) {
    visibility = other;
    return this;
  }

  public TestBoardContext ingest(Ingest other) {
    ingest = other;
    return this;
  }

  /** Sets the configuration of a board. */
  public TestBoardContext config(Record config) {
    configs.put(config.getClass(), config);
    return this;
  }

  @Override
  public Vertx vertx() {
    return vertx;
  }

  @Override
  public Pool pool() {
    return pool;
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public EventPublisher events() {
    return events;
  }

  @Override
  public Idempotency idempotency() {
    return new TransactionalIdempotency(pool, HttpConfig.DEFAULTS.idempotencyKeep());
  }

  @Override
  public Ingest ingest() {
    return ingest;
  }

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
    return visibility;
  }

  @Override
  public <R extends Record> R config(Class<R> type) {
    Record config = configs.get(type);
    return type.cast(config == null ? Settings.defaults(type) : config);
  }
}
