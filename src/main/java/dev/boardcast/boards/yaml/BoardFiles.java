package dev.boardcast.boards.yaml;

import dev.boardcast.spi.BoardModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the board files of a directory: every file that ends in .yaml, .yml or .json. */
public final class BoardFiles {
  private BoardFiles() {}

  /**
   * Reads the files in the order of their names. Blocks.
   *
   * @param directory if it does not exist, there are no boards
   * @throws InvalidBoardFileException for the first file that is not valid. What only the database
   *     can check is checked when a node starts
   */
  public static List<BoardModule> read(Path directory) {
    if (!Files.exists(directory)) return List.of();
    Map<String, SourcePosition> byName = new HashMap<>();
    return files(directory).stream().map(path -> read(path, byName)).toList();
  }

  private static BoardModule read(Path path, Map<String, SourcePosition> byName) {
    byte[] text = YamlFile.bytes(path);
    var content = YamlFile.parse(path, text);
    if (DeclarationReader.reads(content)) {
      Declaration file = DeclarationReader.read(content, text);
      requireNew(file.name(), file.position(), byName);
      return new DeclaredModule(file, text);
    }
    BoardFile file = BoardFileReader.read(content);
    requireNew(file.name(), file.position(), byName);
    return new YamlBoardModule(file);
  }

  private static void requireNew(
      String name, SourcePosition position, Map<String, SourcePosition> byName) {
    SourcePosition other = byName.put(name, position);
    if (other == null) return;
    throw InvalidBoardFileException.value(
        position, "name", name, "a name other than that of " + other);
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
      throw new InvalidBoardFileException(start, "is not a readable directory");
    }
  }
}
