package dev.boardcast.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.LogLevelChange;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** Changes the levels of loggers for a time, for the role {@code admin}. */
public final class LogLevelRoutes implements Routes {
  private final TypedBus bus;
  private final NodeDirectory nodes;
  private final Supplier<String> self;

  /**
   * @param self the name of this node
   */
  public LogLevelRoutes(TypedBus bus, NodeDirectory nodes, Supplier<String> self) {
    this.self = self;
    this.bus = bus;
    this.nodes = nodes;
  }

  /**
   * The response.
   *
   * @param until when the level is as before; null where it is at once
   * @param nodes names of the nodes that were told
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Told(String logger, String level, Instant until, List<String> nodes) {}

  @Override
  public void mount(Router router) {
    AuditedRoute.on(router.put("/api/v1/admin/log-levels"), "log_level.changed")
        .setName("setLogLevel")
        .handler(this::set);
  }

  private void set(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.ADMIN);
    String node = QueryParameters.of(context, "node").text("node").orElse(null);
    if (node != null && !nodes.contains(node)) throw Problem.invalid("node", "a node's name");
    var wanted = JsonBody.read(context, NewLogLevel.class);
    LogLevelChange change = wanted.change(node);
    // What another node can do is known there alone.
    if (node == null || node.equals(self.get())) requirePossible(wanted);
    var audit = AuditLog.of(context);
    audit.target(node == null ? wanted.target() : wanted.target() + " on " + node);
    audit
        .begin()
        .onSuccess(
            recorded -> {
              bus.publish(Addresses.LOG_LEVELS, change);
              JsonResponse.json(context, 202, told(wanted, node));
            })
        .onFailure(context::fail);
  }

  private Told told(NewLogLevel wanted, String node) {
    List<String> names =
        node != null
            ? List.of(node)
            : nodes.all().stream().map(entry -> entry.beacon().node()).sorted().toList();
    return new Told(wanted.logger(), wanted.level(), wanted.isEnd() ? null : wanted.until(), names);
  }

  private static void requirePossible(NewLogLevel wanted) {
    if (!LogLevels.areChangeable()) {
      throw Problem.of(409, "Conflict", "this node does not log by logback");
    }
    if (!LogLevels.isKnown(wanted.logger())) {
      throw Problem.invalid("logger", "one that this node has used, or a package of such");
    }
    if (!wanted.isEnd() && !LogLevels.hasRoomFor(wanted.logger())) {
      throw Problem.of(
          409, "Conflict", LogLevels.MAX_CHANGED + " loggers have another level; wait, or end one");
    }
  }
}
