package dev.boardcast.spi;

import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;

/** What a node offers its boards. Thread safe; one instance serves all boards of a node. */
public interface BoardContext {
  /** The Vert.x instance that the node runs on. */
  Vertx vertx();

  /** Connections to the node's database, for requests. The node closes it. */
  Pool pool();

  /** The clock to use in place of the system's; tests set it. */
  Clock clock();

  /** Writes events to streams, in the transaction of the change that they report. */
  EventPublisher events();

  /** Runs writes of HTTP requests in one transaction each, with {@code Idempotency-Key}. */
  Idempotency idempotency();

  /** Reads facts from HTTP requests: a JSON object, a JSON array, or NDJSON of any length. */
  Ingest ingest();

  /** The alert rules that boards declare. */
  default AlertRules alertRules() {
    return AlertRules.NONE;
  }

  /** Sends messages by the channels of alerts. */
  default Notices notices() {
    return Notices.NONE;
  }

  /**
   * Reports that facts of a board were committed, so that it is computed soon. A lost report costs
   * time only: the next one, or the next scheduled computation, includes the facts. Costs next to
   * nothing, however often it is called.
   *
   * @param board a board's {@link Board#name}
   */
  void factsCommitted(String board);

  /**
   * Reports that the team memberships of a user have changed, so that open sessions of that user
   * are checked again. Call it after the commit of a transaction that wrote an event of type {@link
   * TeamMemberships#CHANGED} to the stream {@code user.<id>}. That event makes the check certain,
   * and in order with all other events; this call has it made within a second where the event takes
   * longer. A lost call costs time only. Without the event it is the only report of the change:
   * lost, as messages between nodes may be, open sessions keep the teams that they had.
   *
   * @param user the {@link Principal#user} concerned
   */
  void membershipsChanged(String user);

  /** Who may see a board or a stream of this name, by configuration or by the board's default. */
  Visibility visibilityOf(String name);

  /**
   * The configuration of a board.
   *
   * @param type a record listed by {@link BoardModule#settings}
   * @throws IllegalArgumentException when no module lists it
   */
  <R extends Record> R config(Class<R> type);
}
