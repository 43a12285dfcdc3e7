package dev.boardcast.server.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A process that uses the servers of a data directory until its input ends or a signal comes. */
final class EmbeddedNode {
  /** Prefix of the line with the addresses; other lines are log. */
  static final String UP = "up ";

  private EmbeddedNode() {}

  /**
   * @param arguments data directory, directory of the programs
   */
  public static void main(String[] arguments) throws IOException {
    var servers =
        EmbeddedServers.start(
            new EmbeddedServers.Options(
                Path.of(arguments[0]), Path.of(arguments[1]), true, true, 16, List.of()));
    Runtime.getRuntime().addShutdownHook(new Thread(servers::close));
    System.out.println(UP + servers.postgresUri() + " " + servers.redisUri());
    while (System.in.read() >= 0) continue;
  }
}
