package dev.boardcast.boards.tasks;

import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.Principal;
import io.vertx.ext.web.RoutingContext;

/**
 * Which writes of tasks are acts of the audit trail: those that change who may do what with a task,
 * or end it, and all others of admins, whose role lets them.
 */
final class TaskActs {
  private TaskActs() {}

  /** Declares an act of anyone. */
  static void declare(RoutingContext context, String action, String target) {
    AuditLog.of(context).declare(action, target);
  }

  /** Declares an act, if the caller is an admin and the request has none. */
  static void declare(RoutingContext context, Principal caller, String action, String target) {
    if (caller.hasRole(Principal.ADMIN)) AuditLog.of(context).declare(action, target);
  }
}
