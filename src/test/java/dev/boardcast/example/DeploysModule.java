package dev.boardcast.example;

import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.http.ingest.Ingest;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
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
    var hints = new FactsHintPublisher(context.vertx(), context.bus(), board.name());
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
                        RequestPrincipal.requireRole(request, Principal.INGEST);
                      }
                      ingest.handle(request);
                    }));
  }

  @Override
  public Optional<String> migrations() {
    return Optional.of("db/deploys");
  }
}
