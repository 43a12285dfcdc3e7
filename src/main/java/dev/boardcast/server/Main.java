package dev.boardcast.server;

import dev.boardcast.Boardcast;
import dev.boardcast.BoardcastOptions;
import dev.boardcast.admin.NodeMeters;
import dev.boardcast.server.demo.DemoStarter;
import dev.boardcast.server.embedded.EmbeddedServers;
import dev.boardcast.spi.BoardModule;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** The door for operators: a customer of {@link Boardcast} like any embedding application. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(Clock.systemUTC(), arguments));
  }

  /**
   * Runs one command to its end.
   *
   * @param clock by which a node tells what is now
   * @return the exit code
   */
  public static int run(Clock clock, String... arguments) {
    RunningNode.Starter node =
        (vertx, config, boards, demo) -> node(vertx, config, boards, demo, clock);
    return Cli.run(new Bootstrap(Main::servers, NodeMeters::install, node), arguments);
  }

  private static Future<RunningNode> node(
      Vertx vertx, BoardcastOptions config, List<BoardModule> boards, boolean demo, Clock clock) {
    var all = new ArrayList<>(boards);
    if (demo) all.add(DemoStarter.signIn(config));
    return Boardcast.deploy(vertx, config, all, clock)
        .compose(
            boardcast ->
                demo
                    ? DemoStarter.start(vertx, config, boardcast).map(boardcast)
                    : Future.succeededFuture(boardcast))
        .map(Running::new);
  }

  private static LocalServers servers(Path dataDir) {
    return new Embedded(EmbeddedServers.start(dataDir));
  }

  private record Running(Boardcast boardcast) implements RunningNode {
    @Override
    public int httpPort() {
      return boardcast.httpPort();
    }

    @Override
    public Future<Void> closed() {
      return boardcast.closed();
    }

    @Override
    public Future<Void> close() {
      return boardcast.close();
    }
  }

  private record Embedded(EmbeddedServers servers) implements LocalServers {
    @Override
    public String postgresUri() {
      return servers.postgresUri();
    }

    @Override
    public String redisUri() {
      return servers.redisUri();
    }

    @Override
    public void close() {
      servers.close();
    }
  }
}
