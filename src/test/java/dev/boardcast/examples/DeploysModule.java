package dev.boardcast.examples;

import dev.boardcast.auth.Principal;
import dev.boardcast.board.BoardContext;
import dev.boardcast.board.BoardModule;
import dev.boardcast.bus.FactsHints;
import dev.boardcast.http.Caller;
import dev.boardcast.http.Ingest;
import dev.boardcast.http.Routes;
import dev.boardcast.metric.Board;
import java.util.List;
import java.util.Optional;

/** The board, the path its facts come in by, and its tables. */
public final class DeploysModule implements BoardModule {
  private final Board board = new DeploysBoard();

  @Override
  public Optional<Board> board() {
    return Optional.of(board);
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    var hints = new FactsHints(context.vertx(), context.bus(), board.name());
    var store = new DeployStore(context.pool(), hints);
    var ingest = new Ingest<>(context.http(), Deploy.class, store::add);
    return List.of(
        router ->
            router
                .post("/deploys")
                .setName("addDeploys")
                .handler(
                    request -> {
                      if (context.ingestNeedsRole()) {
                        Caller.requireRole(request, Principal.INGEST);
                      }
                      ingest.handle(request);
                    }));
  }

  @Override
  public Optional<String> migrations() {
    return Optional.of("db/deploys");
  }
}
