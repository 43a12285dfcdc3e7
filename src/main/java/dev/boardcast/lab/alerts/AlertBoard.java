package dev.boardcast.lab.alerts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The board whose values cross bounds: the latest level of each signal. */
public final class AlertBoard {
  public static final String NAME = "signals";

  /** A signal is beyond its bound above this level. */
  static final int BOUND = 5;

  static final String FACTS = "/api/v1/boards/" + NAME + "/facts";

  private static final String FILE =
      """
      version: 2
      name: signals
      title: Signals
      facts: {signal: text, level: decimal, at: time}
      time: at
      dimensions: [signal]
      metrics:
        level: {last: level, by: signal, top: 200, label: Level}
        recent: {avg: level, where: signal = 'nothing', window: 15m, label: Of no signal}
      """;

  private AlertBoard() {}

  /** Writes its file into a directory of boards. */
  public static void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(NAME + ".yaml"), FILE);
  }
}
