package dev.boardcast.web.audit;

import dev.boardcast.web.audit.AuditRow.Outcome;

/**
 * A token that was refused.
 *
 * @param user whose token it is, where its signature was valid; else null
 * @param address of the client
 * @param userAgent null if unknown
 * @param path that was asked for, without its query
 * @param status of the response, or the close code of a WebSocket
 * @param requestId of the request, or the session's id
 */
public record FailedLogin(
    String user,
    String address,
    String userAgent,
    String path,
    int status,
    String reason,
    String requestId) {
  /** The act. */
  public static final String ACTION = "login.failed";

  AuditRow row() {
    return new AuditRow(
        false,
        user,
        address,
        userAgent,
        ACTION,
        path,
        Outcome.REFUSED,
        status,
        reason,
        requestId,
        1);
  }
}
