package dev.boardcast;

import dev.boardcast.board.BoardModule;
import dev.boardcast.cli.Cli;
import dev.boardcast.cli.Node;
import dev.boardcast.cli.Parts;
import dev.boardcast.cli.Servers;
import dev.boardcast.db.EmbeddedServers;
import dev.boardcast.ops.Meters;
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
  static int run(Clock clock, String... arguments) {
    Node.Starter node = (vertx, config, boards, demo) -> node(vertx, config, boards, demo, clock);
    return Cli.run(new Parts(Main::servers, Meters::install, node), arguments);
  }

  private static Future<Node> node(
      Vertx vertx, BoardcastConfig config, List<BoardModule> boards, boolean demo, Clock clock) {
    var all = new ArrayList<>(boards);
    if (demo) all.add(Demo.signIn(config));
    return Boardcast.deploy(vertx, config, all, clock)
        .compose(
            boardcast ->
                demo
                    ? Demo.start(vertx, config, boardcast).map(boardcast)
                    : Future.succeededFuture(boardcast))
        .map(Running::new);
  }

  private static Servers servers(Path dataDir) {
    return new Embedded(EmbeddedServers.start(dataDir));
  }

  private record Running(Boardcast boardcast) implements Node {
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

  private record Embedded(EmbeddedServers servers) implements Servers {
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
