package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.SqlClient;
import java.util.Optional;

/**
 * Writes the audit trail of one HTTP request: who, from where, what, on what, with which outcome,
 * and the request's id. The node gives one to each request; the event loop of the request.
 *
 * <p>Routes declare their act with {@link AuditedRoute}; a request of {@link Ingest#authorize} is
 * the act {@value #FACTS_ADDED}. The node writes the row of a declared act itself, except where the
 * act has a transaction of its own, or none: {@link #append(SqlClient)} and {@link #begin}.
 */
public interface AuditLog {
  /** The act of writing facts. */
  String FACTS_ADDED = "facts.added";

  /** The act of publishing to an application stream. */
  String EVENTS_PUBLISHED = "events.published";

  /** The audit log of a request; one that writes nothing where the node keeps none. */
  static AuditLog of(RoutingContext context) {
    AuditLog own = context.get(AuditKey.KEY);
    return own == null ? NoAuditLog.INSTANCE : own;
  }

  /** Gives a request its log; called by the node. */
  static void set(RoutingContext context, AuditLog log) {
    context.put(AuditKey.KEY, log);
  }

  /** Declares what the request does, unless that is declared. */
  void declare(String action, String target);

  /** Names the target of the declared act, where it is known during the act only. */
  void target(String target);

  /**
   * Writes the row of the declared act, if there is one and it was not written yet.
   *
   * @param transaction of the act: the row is committed with it, or not at all
   */
  Future<Void> append(SqlClient transaction);

  /**
   * Writes one more row, of an act that is not the declared one.
   *
   * @param transaction of the act
   * @param action such as {@code team.created}
   * @param target such as a team's id
   */
  Future<Void> append(SqlClient transaction, String action, String target);

  /**
   * Writes the row of the declared act before an act that has no transaction, with the outcome
   * {@code begun}; the outcome follows with the response.
   *
   * @return fails when the row cannot be written: the act must not happen then
   */
  Future<Void> begin();

  /** The row of the declared act for a {@link FactSink}; empty when it was written, or if none. */
  Optional<AuditEntry> entry();
}
