package dev.boardcast.gateway;

import dev.boardcast.gateway.session.SessionPermit;
import dev.boardcast.web.limits.AcceptedConnections;
import dev.boardcast.web.limits.ClientLimits;
import dev.boardcast.web.limits.RateLimit;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * The permit of an event stream: its connection has a valid token once the session has a user, and
 * not before, and a refusal for too many tokens names the limit in its header. Event loop of the
 * request.
 */
record StreamPermit(SessionPermit permit, HttpServerRequest request, ClientLimits limits)
    implements SessionPermit {
  @Override
  public boolean assignTo(String user) {
    if (!permit.assignTo(user)) return false;
    AcceptedConnections.counted(request);
    return true;
  }

  @Override
  public boolean isOverRefusedTokens() {
    Optional<RateLimit> limit = limits.failures().count(limits.address(request));
    limit.ifPresent(over -> over.refuse(request.response(), "too many invalid tokens"));
    return limit.isPresent();
  }

  @Override
  public void release() {
    permit.release();
  }
}
