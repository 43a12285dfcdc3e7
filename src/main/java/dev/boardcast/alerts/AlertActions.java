package dev.boardcast.alerts;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** What people do with an open alert, each in the caller's transaction. Thread safe. */
final class AlertActions {
  private static final String ACKNOWLEDGE =
      """
      UPDATE alert_state SET acknowledged_by = $2, acknowledged_at = $3, note = $4, repeat_at = NULL
      WHERE alert = $1 AND status <> 'ok' AND ($5 OR acknowledged_at IS NULL)""";

  private static final String UNMUTE = "DELETE FROM alert_silence WHERE alert = $1";

  // Told soon, if nobody knows of it yet.
  private static final String WAKE =
      """
      UPDATE alert_state SET repeat_at = $2
      WHERE alert = $1 AND status <> 'ok' AND acknowledged_at IS NULL AND $3""";

  private final AlertQueries queries;
  private final SilenceStore silences;
  private final TransitionWriter transitions;

  AlertActions(AlertQueries queries, SilenceStore silences, TransitionWriter transitions) {
    this.queries = queries;
    this.silences = silences;
    this.transitions = transitions;
  }

  /** The data of the event {@code alert_acknowledged}. */
  record Acknowledged(UUID alert, String board, String by, String note, Instant at) {}

  /** The data of the event {@code alert_muted}. */
  record Muted(UUID alert, String board, String by, String note, Instant until, Instant at) {}

  /** The data of the event {@code alert_unmuted}: an end that is not that of the time. */
  record Unmuted(UUID alert, String board, String by, Instant at) {}

  /**
   * Acknowledges an alert: it is not repeated any more.
   *
   * @param note null for none
   * @param again whether in place of a former acknowledgement
   * @return what to do after the commit; empty if there is nothing to acknowledge
   */
  Future<Optional<Runnable>> acknowledge(
      SqlClient tx, UUID alert, String by, String note, boolean again) {
    Instant now = Instant.now();
    return tx.preparedQuery(ACKNOWLEDGE)
        .execute(Tuple.of(alert, by, Sql.utc(now), note, again))
        .compose(
            rows ->
                rows.rowCount() == 0
                    ? Future.succeededFuture(Optional.empty())
                    : tell(
                            tx,
                            AlertEvents.ACKNOWLEDGED,
                            alert,
                            board -> new Acknowledged(alert, board, by, note, now))
                        .map(Optional::of));
  }

  /**
   * Silences one alert until a time, in place of a former one.
   *
   * @return what to do after the commit
   */
  Future<Runnable> mute(SqlClient tx, UUID alert, Instant until, String note, String by) {
    var silence = Silence.ofAlert(alert, until, note, by);
    return silences
        .replace(tx, silence)
        .compose(
            muted ->
                tell(
                    tx,
                    AlertEvents.MUTED,
                    alert,
                    board -> new Muted(alert, board, by, note, until, silence.createdAt())));
  }

  /**
   * Ends the silences of one alert; it is told again if it still fires.
   *
   * @return what to do after the commit
   */
  Future<Runnable> unmute(SqlClient tx, UUID alert, String by) {
    Instant now = Instant.now();
    return tx.preparedQuery(UNMUTE)
        .execute(Tuple.of(alert))
        .compose(
            ended -> {
              boolean wasMuted = ended.rowCount() > 0;
              var woken = tx.preparedQuery(WAKE).execute(Tuple.of(alert, Sql.utc(now), wasMuted));
              if (!wasMuted) return woken.map(done -> () -> {});
              return woken.compose(
                  done ->
                      tell(
                          tx,
                          AlertEvents.UNMUTED,
                          alert,
                          board -> new Unmuted(alert, board, by, now)));
            });
  }

  /** Writes an event about an open alert, with data that names its board. */
  private Future<Runnable> tell(
      SqlClient tx, String type, UUID alert, Function<String, Object> data) {
    return queries
        .boardOf(tx, alert)
        .map(Optional::orElseThrow)
        .compose(board -> transitions.tell(tx, type, board, data.apply(board)));
  }
}
