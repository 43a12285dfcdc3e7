package dev.boardcast.boards.yaml;

import dev.boardcast.spi.BoardModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The boards of a directory: each file in it that ends in .yaml, .yml or .json is one. */
public final class BoardFiles {
  private BoardFiles() {}

  /**
   * Reads them, in the order of their names. Blocks.
   *
   * @param directory none there is the same as an empty one
   * @throws InvalidBoardFileException for the first that is not as it should be, as far as that can
   *     be told without a database; the rest is told when a node is deployed with them
   */
  public static List<BoardModule> read(Path directory) {
    if (!Files.exists(directory)) return List.of();
    Map<String, BoardFile> byName = new HashMap<>();
    return files(directory).stream()
        .map(
            path -> {
              BoardFile file = BoardFileReader.read(path);
              BoardFile other = byName.put(file.name(), file);
              if (other == null) return (BoardModule) new YamlBoardModule(file);
              throw InvalidBoardFileException.value(
                  file.place(), "name", file.name(), "another than that of " + other.place());
            })
        .toList();
  }

  private static List<Path> files(Path directory) {
    var start = new SourcePosition(directory, 1);
    try (var entries = Files.list(directory)) {
      List<Path> files =
          entries
              .filter(path -> path.getFileName().toString().matches(".+\\.(yaml|yml|json)"))
              .sorted()
              .toList();
      BoardFileLimits.atMost(BoardFileLimits.MAX_FILES, files.size(), "boards", start);
      return files;
    } catch (IOException unreadable) {
      throw new InvalidBoardFileException(start, "is no directory that can be read");
    }
  }
}
