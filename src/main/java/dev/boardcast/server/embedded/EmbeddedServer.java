package dev.boardcast.server.embedded;

/**
 * PostgreSQL or Redis in a process of its own. Calls block; {@link #start}, {@link #stop} and
 * {@link #kill} are not thread safe: callers hold the lock of the data directory.
 */
public abstract class EmbeddedServer {
  final EmbeddedEndpoints endpoints;
  final EmbeddedProcess process;
  final EmbeddedLog log;
  final EmbeddedCommand command;
  private final String name;

  EmbeddedServer(
      String name, EmbeddedEndpoints endpoints, EmbeddedProcess process, EmbeddedLog log) {
    this.name = name;
    this.endpoints = endpoints;
    this.process = process;
    this.log = log;
    this.command = new EmbeddedCommand(log);
  }

  public final String name() {
    return name;
  }

  /** Whether the process runs. Cheap; thread safe. */
  public final boolean isAlive() {
    return process.find().isPresent();
  }

  /**
   * Returns when the server answers; a running one is kept.
   *
   * @throws EmbeddedServerException if it does not answer within bounded time
   */
  public abstract void start();

  /** Returns when the process has ended with its data on disk. */
  abstract void stop();

  /** Ends the process as a crash does; returns when it has ended. */
  public abstract void kill();
}
