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

/** What a file brings to a node: numbers of facts that others write. */
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
          file.place(), "name", file.name(), "one that no other board, topic or stream has");
    }
    file.triggers()
        .hints()
        .forEach(
            (hint, place) -> {
              if (!names.contains(hint)) {
                throw InvalidBoardFileException.value(
                    place, "hints", hint, "the name of another board");
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
                    ? new ActiveBoardFile(file).put(context.pool(), types)
                    : Future.succeededFuture());
  }
}
