package dev.boardcast.boards.tasks;

import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;

/** Declares changes of teams as acts of the audit trail: {@code team.…}, on {@code team:<id>}. */
final class TeamActs {
  private TeamActs() {}

  /**
   * Declares a route's act.
   *
   * @param change what happens to the team that the path names, if it does
   */
  static Route on(Route route, String change) {
    return AuditedRoute.on(
        route, new AuditedRoute.Act("team." + change, context -> targetOf(context)));
  }

  /** Names the target where the path does not. */
  static void target(RoutingContext context, String team, String... more) {
    String rest = more.length == 0 ? "" : " " + String.join(" ", more);
    AuditLog.of(context).target("team:" + team + rest);
  }

  private static String targetOf(RoutingContext context) {
    String team = context.pathParam("id");
    String user = context.pathParam("user");
    if (team == null) return "";
    return "team:" + team + (user == null ? "" : " user:" + user);
  }
}
