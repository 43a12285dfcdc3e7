package dev.boardcast.web.audit;

import dev.boardcast.web.audit.AuditRow.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/** Records what a command of the program does, whose user is one of the machine. */
public final class CommandAudit {
  private static final String NODE = "command";
  private static final String ADDRESS = "local";

  private CommandAudit() {}

  /**
   * Writes a row.
   *
   * @param transaction of the act
   */
  public static Future<Void> append(
      SqlClient transaction, AuditTrailConfig config, String action, String target) {
    String actor = "(command) " + System.getProperty("user.name", "");
    var row =
        new AuditRow(
            false, actor, ADDRESS, null, action, target, Outcome.DONE, null, null, null, 1);
    return transaction
        .preparedQuery(new AuditSql(config.streams()).write())
        .execute(row.bind(Tuple.tuple(), NODE))
        .mapEmpty();
  }
}
