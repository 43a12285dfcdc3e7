package dev.boardcast;

import dev.boardcast.cli.Cli;
import dev.boardcast.cli.Node;
import dev.boardcast.cli.Parts;
import dev.boardcast.cli.Servers;
import dev.boardcast.db.EmbeddedServers;
import dev.boardcast.ops.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;

/** The door for operators: a customer of {@link Boardcast} like any embedding application. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(Cli.run(new Parts(Main::servers, Meters::install, Main::node), arguments));
  }

  private static Future<Node> node(Vertx vertx, BoardcastConfig config, boolean demo) {
    var boards = new ArrayList<>(Boards.BUILT_IN);
    if (demo) boards.add(Demo.signIn(config));
    return Boardcast.deploy(vertx, config, boards)
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
