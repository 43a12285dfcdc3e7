package dev.boardcast.boards.yaml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The text of a valid board file, and variants of it. */
record BoardFileText(String text) {
  static final Path EXAMPLE = Path.of("conf/boards/llm_spend.yaml.example");

  /** Line numbers of tests are those of this text. */
  static final BoardFileText GOOD =
      new BoardFileText(
          """
          name: spend
          title: Spend
          triggers:
            facts: [routing_decision]
          numbers: |
            SELECT count(*) AS calls,
                   sum(cost) AS cost
            FROM routing_decision
          groups:
            by_provider: |
              SELECT provider, count(*)
              FROM routing_decision GROUP BY provider
          metrics:
            calls: {label: Calls, unit: count, kind: counter}
            cost: {label: Cost, unit: usd, kind: counter}
            by_provider.*: {label: By provider, unit: count, kind: share}
          """);

  /** The example file of the project. */
  static BoardFileText example() throws IOException {
    return new BoardFileText(Files.readString(EXAMPLE));
  }

  BoardFileText with(String there, String instead) {
    if (!text.contains(there)) throw new AssertionError("no " + there);
    return new BoardFileText(text.replace(there, instead));
  }

  /** Reads the file, and creates the board without a database. */
  BoardFile in(Path directory) throws IOException {
    return BoardFileReader.read(at(directory));
  }

  Path at(Path directory) throws IOException {
    return Files.writeString(directory.resolve("board.yaml"), text);
  }
}
