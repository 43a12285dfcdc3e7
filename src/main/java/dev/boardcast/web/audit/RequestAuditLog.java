package dev.boardcast.web.audit;

import dev.boardcast.spi.AuditEntry;
import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.web.audit.AuditRow.Outcome;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows of one request. Confined to its event loop. */
final class RequestAuditLog implements AuditLog {
  private static final Logger LOG = LoggerFactory.getLogger(RequestAuditLog.class);
  private static final Set<String> BULK = Set.of(FACTS_ADDED, EVENTS_PUBLISHED);

  private final AuditTrail trail;
  private final RoutingContext context;
  private String action;
  private String target = "";
  private boolean written;
  private AuditTrail.Key begun;

  RequestAuditLog(AuditTrail trail, RoutingContext context) {
    this.trail = trail;
    this.context = context;
  }

  @Override
  public void declare(String declared, String on) {
    if (action != null) return;
    action = declared;
    target = on;
    context.addEndHandler(ended -> onEnd());
  }

  @Override
  public void target(String known) {
    target = known;
  }

  @Override
  public Future<Void> append(SqlClient transaction) {
    if (action == null || written) return Future.succeededFuture();
    written = true;
    return trail.write(transaction, row(action, target, Outcome.DONE, null)).mapEmpty();
  }

  @Override
  public Future<Void> append(SqlClient transaction, String other, String on) {
    return trail.write(transaction, row(other, on, Outcome.DONE, null)).mapEmpty();
  }

  @Override
  public Future<Void> begin() {
    if (action == null || written) return Future.succeededFuture();
    written = true;
    return trail
        .write(trail.pool(), row(action, target, Outcome.BEGUN, null))
        .map(
            key -> {
              begun = key;
              return null;
            });
  }

  @Override
  public Optional<AuditEntry> entry() {
    return action == null || written ? Optional.empty() : Optional.of(new Entry());
  }

  /** What was refused or failed is recorded now: a row of a transaction was rolled back. */
  private void onEnd() {
    // Without a response nobody knows what became of it.
    if (!context.response().headWritten()) return;
    int status = context.response().getStatusCode();
    Outcome outcome = Outcome.of(status);
    if (begun != null) {
      trail
          .end(begun, outcome, status, reason(outcome))
          .onFailure(
              failure ->
                  LOG.warn("the outcome of an act was not recorded: {}", failure.getMessage()));
    } else if (outcome != Outcome.DONE) {
      trail.refused(context, row(action, target, outcome, status));
    }
  }

  private AuditRow row(String what, String on, Outcome outcome, Integer status) {
    return new AuditRow(
        BULK.contains(what) && outcome == Outcome.DONE,
        RequestPrincipal.of(context).map(Principal::user).orElse(null),
        trail.address(context),
        context.request().getHeader(HttpHeaders.USER_AGENT),
        what,
        on == null ? "" : on,
        outcome,
        status,
        reason(outcome),
        RequestId.of(context),
        1);
  }

  private String reason(Outcome outcome) {
    boolean isTold = outcome == Outcome.REFUSED && context.failure() instanceof Problem;
    return isTold ? context.failure().getMessage() : null;
  }

  /** The row as a part of the statement that stores the first facts. */
  private final class Entry implements AuditEntry {
    @Override
    public String with(int parameters) {
      return trail.sql().with(parameters);
    }

    @Override
    public Tuple bind(Tuple parameters) {
      written = true;
      return trail.bind(parameters, row(action, target, Outcome.DONE, null));
    }

    @Override
    public Future<Void> append(SqlClient transaction) {
      return RequestAuditLog.this.append(transaction);
    }

    @Override
    public Future<Void> appendAlone() {
      return RequestAuditLog.this.append(trail.pool());
    }
  }
}
