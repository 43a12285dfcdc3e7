package dev.boardcast.boards.tasks;

import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.Principal;
import io.vertx.ext.web.RoutingContext;

/** Which writes of tasks are acts of the audit trail: those of admins, whose role lets them. */
final class TaskActs {
  private TaskActs() {}

  static void declare(RoutingContext context, Principal caller, String action, String target) {
    if (caller.hasRole(Principal.ADMIN)) AuditLog.of(context).declare(action, target);
  }
}
