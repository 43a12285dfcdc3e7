package dev.boardcast.example;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.FactTable;
import dev.boardcast.spi.Routes;
import java.util.List;
import java.util.Optional;

/** The board, the HTTP route of its facts, its settings and its migrations. */
public final class DeploysModule implements BoardModule {
  private static final FactTable<Deploy> DEPLOYS =
      FactTable.of("deploy", Deploy::eventId)
          .text("service", Deploy::service)
          .flag("succeeded", Deploy::succeeded)
          .decimal("seconds", Deploy::seconds)
          .time("finished_at", Deploy::finishedAt);

  @Override
  public Optional<Board> board(BoardContext context) {
    return Optional.of(new DeploysBoard(context.config(DeploysConfig.class)));
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    var deploys = context.ingest().handler(Deploy.class, DEPLOYS.sink(context, DeploysBoard.NAME));
    return List.of(router -> router.post("/deploys").setName("addDeploys").handler(deploys));
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(DeploysConfig.class);
  }

  @Override
  public Optional<String> migrations() {
    return Optional.of("db/deploys");
  }
}
