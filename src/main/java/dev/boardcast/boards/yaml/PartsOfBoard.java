package dev.boardcast.boards.yaml;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardParameter;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.BoardParts;
import dev.boardcast.spi.FactRelation;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The parts of a declared board, by one version of its declaration. Immutable. */
final class PartsOfBoard implements BoardParts {
  private final DeclaredBoard whole;
  private final Declaration file;
  private final FactRelation facts;
  private final DeclaredSnapshot snapshot;

  PartsOfBoard(
      DeclaredBoard whole, Declaration file, FactRelation facts, DeclaredSnapshot snapshot) {
    this.whole = whole;
    this.file = file;
    this.facts = facts;
    this.snapshot = snapshot;
  }

  @Override
  public List<BoardParameter> parameters() {
    return new DeclaredParts(file).parameters(facts);
  }

  // Known before the facts are.
  @Override
  public boolean isPinned() {
    return file.parameters().stream().anyMatch(each -> each.claim().isPresent());
  }

  @Override
  public String changed() {
    return new DeclaredParts(file).changed(facts);
  }

  @Override
  public Instant changedAt(Instant now) {
    var windows = file.metrics().stream().map(DeclaredMetric::window).toList();
    if (windows.stream().anyMatch(MetricWindow::isMinutes)) {
      return now.truncatedTo(ChronoUnit.MINUTES);
    }
    if (windows.stream().allMatch(MetricWindow::isAll)) return Instant.EPOCH;
    return LocalDate.ofInstant(now, file.zone()).atStartOfDay(file.zone()).toInstant();
  }

  @Override
  public Future<List<RawJson>> read(SqlClient transaction, Instant now, List<List<String>> parts) {
    return snapshot.read(transaction, now, parts);
  }

  @Override
  public Board board(BoardPart part) {
    return new PartOfBoard(whole, part, part.valuesOf(parameters()));
  }
}
