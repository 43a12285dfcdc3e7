package dev.boardcast.database;

import io.vertx.pgclient.PgException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why PostgreSQL cannot be used, where an operator must do something about it or must know which
 * server it is about.
 */
public enum DatabaseFailure {
  READ_ONLY(
      "read-only",
      "takes no writes: it is a standby, or default_transaction_read_only is on; name the server"
          + " that takes them, or all servers separated by commas"),
  LOGIN_REFUSED("login refused", "refuses user \"%user\": check user and password in pg"),
  NO_DATABASE(
      "database missing", "has no database \"%database\": create it, or name another one in pg"),
  NO_CONNECTION(
      "no free connection",
      "has no free connection: raise its max_connections or the limit of user \"%user\", or lower"
          + " pg-pool-size of the nodes"),
  NOT_ALLOWED("right missing", "does not allow user \"%user\" what Boardcast needs"),
  START_PARAMETER(
      "pooler refuses parameters",
      "is a pooler that refuses the start-up parameters of Boardcast: connect to PostgreSQL itself,"
          + " or see \"Poolers\" in OPERATIONS"),
  STARTING("starting or stopping", "is starting or stopping"),
  UNKNOWN_HOST("host unknown", "has no address: check the host in pg"),
  UNREACHABLE("away", "cannot be reached: check host and port in pg, and whether it runs");

  private final String summary;
  private final String sentence;

  DatabaseFailure(String summary, String sentence) {
    this.summary = summary;
    this.sentence = sentence;
  }

  /** In a few words, without addresses. */
  public String summary() {
    return summary;
  }

  /** The failure of the database that is among the causes of a failure. */
  public static Optional<DatabaseFailure> of(Throwable failure) {
    List<Throwable> causes =
        Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(16).toList();
    Optional<DatabaseFailure> byState =
        causes.stream().flatMap(cause -> byState(cause).stream()).findFirst();
    if (causes.stream().anyMatch(UnknownHostException.class::isInstance)) {
      return Optional.of(UNKNOWN_HOST);
    }
    boolean isUnreachable =
        causes.stream()
            .anyMatch(
                cause ->
                    cause instanceof ConnectException || cause instanceof SocketTimeoutException);
    return byState.isEmpty() && isUnreachable ? Optional.of(UNREACHABLE) : byState;
  }

  /**
   * One line for the operator, without the password.
   *
   * @param server what the setting {@code pg} names
   */
  String message(PostgresAddress server, Throwable failure) {
    String user = server.login().isEmpty() ? "" : server.login().get(0);
    String text =
        "pg "
            + server.hostAndPort()
            + " "
            + sentence.replace("%user", user).replace("%database", server.database());
    return this == UNREACHABLE || this == UNKNOWN_HOST ? text : text + detail(failure);
  }

  private static String detail(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .limit(16)
        .filter(SQLException.class::isInstance)
        .map(cause -> " (" + cause.getMessage() + ")")
        .reduce("", (outer, inner) -> inner);
  }

  private static Optional<DatabaseFailure> byState(Throwable cause) {
    if (cause instanceof WriterLocator.NoWriterException none) {
      return Optional.of(none.isReadOnly() ? READ_ONLY : UNREACHABLE);
    }
    if (cause instanceof PgException pg) return byState(pg.getSqlState(), pg.getMessage());
    if (cause instanceof SQLException sql) return byState(sql.getSQLState(), sql.getMessage());
    return Optional.empty();
  }

  private static Optional<DatabaseFailure> byState(String state, String message) {
    if (state == null) return Optional.empty();
    if (String.valueOf(message).contains("targetServerType")) return Optional.of(READ_ONLY);
    return switch (state) {
      case "25006" -> Optional.of(READ_ONLY);
      case "28P01", "28000", "08004" -> Optional.of(LOGIN_REFUSED);
      case "3D000" -> Optional.of(NO_DATABASE);
      case "42501" -> Optional.of(NOT_ALLOWED);
      case "57P01", "57P02", "57P03" -> Optional.of(STARTING);
      case "08P01" ->
          String.valueOf(message).contains("startup parameter")
              ? Optional.of(START_PARAMETER)
              : Optional.empty();
      default ->
          state.startsWith("53")
              ? Optional.of(NO_CONNECTION)
              : state.startsWith("08") ? Optional.of(UNREACHABLE) : Optional.empty();
    };
  }
}
