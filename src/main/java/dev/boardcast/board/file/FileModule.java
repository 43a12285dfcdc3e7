package dev.boardcast.board.file;

import dev.boardcast.auth.Visibility;
import dev.boardcast.board.BoardContext;
import dev.boardcast.board.BoardModule;
import dev.boardcast.http.Routes;
import dev.boardcast.metric.Board;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a file brings to a node: numbers of facts that others write. */
final class FileModule implements BoardModule {
  private final BoardFile file;
  private final Board board;

  FileModule(BoardFile file) {
    this.file = file;
    board = new FileBoard(file);
  }

  @Override
  public Optional<Board> board() {
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
  public void meet(Set<String> taken) {
    if (taken.contains(file.name())) {
      throw BadBoardFile.value(
          file.place(), "name", file.name(), "one that no other board, topic or stream has");
    }
    file.triggers()
        .hints()
        .forEach(
            (hint, place) -> {
              if (!taken.contains(hint)) {
                throw BadBoardFile.value(place, "hints", hint, "the name of another board");
              }
            });
  }

  @Override
  public Future<?> prepare(BoardContext context, boolean keepsNumbers) {
    return new FileCheck(file)
        .run(context.pool())
        .compose(
            types ->
                keepsNumbers
                    ? new InForce(file).put(context.pool(), types)
                    : Future.succeededFuture());
  }
}
