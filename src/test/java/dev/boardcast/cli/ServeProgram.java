package dev.boardcast.cli;

import dev.boardcast.BoardcastConfig;
import dev.boardcast.board.BoardModule;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;

/** The program with a node that only listens; it tells on standard error what is stopped. */
final class ServeProgram {
  private ServeProgram() {}

  public static void main(String[] arguments) {
    System.exit(
        Cli.run(
            new Parts(Fakes::new, options -> Vertx.builder().with(options), ServeProgram::node),
            arguments));
  }

  private static Future<Node> node(
      Vertx vertx, BoardcastConfig config, List<BoardModule> boards, boolean demo) {
    if (demo) return Future.failedFuture("no demo\nhere");
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.response().end(config.db().postgresUri()))
        .listen(config.httpPort(), config.host())
        .map(
            server ->
                new Node() {
                  @Override
                  public int httpPort() {
                    return server.actualPort();
                  }

                  @Override
                  public Future<Void> closed() {
                    return Promise.<Void>promise().future();
                  }

                  @Override
                  public Future<Void> close() {
                    System.err.println("node stopped");
                    return server.close();
                  }
                });
  }

  private record Fakes(Path dataDir) implements Servers {
    @Override
    public String postgresUri() {
      return "postgresql://embedded.example/test";
    }

    @Override
    public String redisUri() {
      return "redis://embedded.example";
    }

    @Override
    public void close() {
      System.err.println("servers stopped");
    }
  }
}
