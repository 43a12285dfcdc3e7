package dev.boardcast.alerts;

import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardParameter;
import dev.boardcast.spi.BoardPart;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for the parts of boards that rules watch, as viewers do, so that they are computed: the one
 * part of a rule, and of a rule for each value those that it watches already, at most {@link
 * AlertEvaluation#MAX_VALUES} a rule. Thread safe.
 */
final class WantedParts {
  private static final Logger LOG = LoggerFactory.getLogger(WantedParts.class);
  private static final int MAX_PARTS = 10_000;

  private static final String SQL =
      """
      SELECT DISTINCT r.board, r.definition::text AS definition,
             CASE WHEN r.definition #>> '{with}' LIKE '%%"*"%%' THEN split_part(s.key, ' ', 1) END
               AS watched
      FROM alert_rule r LEFT JOIN alert_state s ON s.rule = r.id
      WHERE r.definition ? 'with' AND ($1 OR r.check_at IS NOT NULL)
      LIMIT %d"""
          .formatted(MAX_PARTS);

  private final Pool pool;
  private final Function<String, Optional<Board>> boards;
  private final SnapshotSource snapshots;

  /**
   * @param boards by name
   */
  WantedParts(Pool pool, Function<String, Optional<Board>> boards, SnapshotSource snapshots) {
    this.pool = pool;
    this.boards = boards;
    this.snapshots = snapshots;
  }

  /**
   * Asks for the parts of rules.
   *
   * @param all whether those of all rules; else of new and changed ones
   */
  Future<Void> ask(boolean all) {
    return pool.preparedQuery(SQL)
        .execute(Tuple.of(all))
        .compose(
            rows -> {
              Set<String> names = new LinkedHashSet<>();
              for (Row row : rows) name(row).ifPresent(names::add);
              return names.isEmpty() ? Future.succeededFuture() : ask(names);
            });
  }

  private Optional<String> name(Row row) {
    var watched = RulePart.of(Sql.json(row.getString("definition"), AlertRule.class));
    String values = row.getString("watched");
    if (watched.isMany() && values == null) return Optional.empty();
    BoardPart part = watched.partOf(values);
    // The parameters may be others than when the rule was made.
    return boards
        .apply(part.board())
        .flatMap(Board::parts)
        .map(parts -> parts.parameters().stream().map(BoardParameter::name))
        .filter(names -> names.collect(Collectors.toSet()).containsAll(part.values().keySet()))
        .map(known -> part.name());
  }

  private Future<Void> ask(Set<String> names) {
    return snapshots
        .versions(names)
        .compose(
            computed -> {
              List<String> missing = new ArrayList<>(names);
              missing.removeAll(computed.keySet());
              Future<Void> asked = Future.succeededFuture();
              for (String name : missing) asked = asked.compose(before -> make(name));
              return asked;
            });
  }

  private Future<Void> make(String name) {
    return snapshots
        .latest(name)
        .onFailure(
            cause ->
                LOG.warn("{} is not computed for its alert rules: {}", name, cause.getMessage()))
        .otherwiseEmpty()
        .mapEmpty();
  }
}
