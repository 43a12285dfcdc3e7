package dev.boardcast;

import dev.boardcast.cli.Cli;
import dev.boardcast.cli.Parts;
import io.vertx.core.Vertx;

/** The door for operators. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(Cli.run(parts(), arguments));
  }

  private static Parts parts() {
    return new Parts(
        dataDir -> {
          throw new IllegalStateException("pg and redis must be given");
        },
        Vertx::builder,
        (vertx, config, demo) ->
            io.vertx.core.Future.failedFuture("this build holds no node to deploy"));
  }
}
