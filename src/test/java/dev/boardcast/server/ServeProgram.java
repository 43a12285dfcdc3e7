package dev.boardcast.server;

import dev.boardcast.BoardcastOptions;
import dev.boardcast.spi.BoardModule;
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
            new Bootstrap(Fakes::new, options -> Vertx.builder().with(options), ServeProgram::node),
            arguments));
  }

  private static Future<RunningNode> node(
      Vertx vertx, BoardcastOptions config, List<BoardModule> boards, boolean demo) {
    if (demo) return Future.failedFuture("no demo\nhere");
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.response().end(config.db().postgresUri()))
        .listen(config.httpPort(), config.host())
        .map(
            server ->
                new RunningNode() {
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

  private record Fakes(Path dataDir) implements LocalServers {
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
