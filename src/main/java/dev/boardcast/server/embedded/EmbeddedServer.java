package dev.boardcast.server.embedded;

/** PostgreSQL or Redis as a process of its own. Not thread safe: called inside the gate. */
public interface EmbeddedServer {
  String name();

  /** Whether the process runs; cheap, callable by anyone. */
  boolean alive();

  /**
   * Comes back when the server answers; one that runs already is kept.
   *
   * @throws EmbeddedFailure when it does not answer in bounded time
   */
  void start();

  /** Comes back when the process has gone; its data is on disk. */
  void stop();

  /** Ends the process as a crash would, and comes back when it has gone. */
  void kill();
}
