package dev.boardcast.boards.yaml;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Visibility;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The module of one board file: metrics over facts of other boards. */
final class YamlBoardModule implements BoardModule {
  private final BoardFile file;
  private final Board board;

  YamlBoardModule(BoardFile file) {
    this.file = file;
    board = new YamlBoard(file);
  }

  @Override
  public Optional<Board> board(BoardContext context) {
    return Optional.of(board);
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    return List.of();
  }

  @Override
  public Optional<Visibility> visibility() {
    return file.visibility();
  }

  @Override
  public void validate(Set<String> names) {
    if (names.contains(file.name())) {
      throw InvalidBoardFileException.value(
          file.position(), "name", file.name(), "a name that no other board, topic or stream has");
    }
    file.triggers()
        .hints()
        .forEach(
            (hint, position) -> {
              if (!names.contains(hint)) {
                throw InvalidBoardFileException.value(
                    position, "hints", hint, "the name of another board");
              }
            });
  }

  @Override
  public Future<?> prepare(BoardContext context, boolean computesMetrics) {
    return new BoardFileCheck(file)
        .run(context.pool())
        .compose(
            types ->
                computesMetrics
                    ? new ActiveBoardFile(file)
                        .activate(
                            context.pool(),
                            types,
                            tx -> context.alertRules().declare(tx, board, List.of()))
                    : Future.succeededFuture());
  }
}
