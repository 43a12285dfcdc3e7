package dev.boardcast.database;

import dev.boardcast.server.embedded.EmbeddedOptions;
import dev.boardcast.server.embedded.EmbeddedServers;
import java.io.IOException;
import java.nio.file.Path;

/** A process that uses the servers of a data dir until its input ends or it is told to end. */
public final class EmbeddedNode {
  /** How the line begins that says the servers are up; other lines are log. */
  static final String UP = "up ";

  private EmbeddedNode() {}

  /**
   * @param arguments data dir, folder of programs
   */
  public static void main(String[] arguments) throws IOException {
    var servers =
        EmbeddedServers.start(
            new EmbeddedOptions(Path.of(arguments[0]), Path.of(arguments[1]), true, true, 16));
    Runtime.getRuntime().addShutdownHook(new Thread(servers::close));
    System.out.println(UP + servers.postgresUri() + " " + servers.redisUri());
    while (System.in.read() >= 0) continue;
  }
}
