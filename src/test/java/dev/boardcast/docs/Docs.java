package dev.boardcast.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the Markdown files of the project. */
final class Docs {
  static final Path README = Path.of("README.md");
  static final Path HOME = Path.of("src/docs");
  static final Path GUIDE = HOME.resolve("GUIDE.md");

  private static final Path GITHUB = Path.of(".github");
  private static final Path CLIENT =
      Path.of("src/main/resources/dev/boardcast/web/client/README.md");

  private static final Pattern BLOCK =
      Pattern.compile("(?:<!-- (\\S+) -->\n)?```(\\w+)\n(.*?)\n```", Pattern.DOTALL);
  private static final Pattern ROW = Pattern.compile("^\\|(.+)\\|$", Pattern.MULTILINE);

  private Docs() {}

  /**
   * A fenced block.
   *
   * @param source what the comment before it says it is taken from; empty where nothing is said
   */
  record Block(Path file, String source, String language, String text) {}

  /** README first. */
  static List<Path> files() {
    try (var docs = Files.walk(HOME);
        var github = Files.walk(GITHUB)) {
      var others = Stream.concat(docs, github).filter(file -> file.toString().endsWith(".md"));
      return Stream.concat(Stream.of(README, CLIENT), others.sorted()).toList();
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  static List<Block> blocks(Path file) {
    return BLOCK
        .matcher(text(file))
        .results()
        .map(
            block ->
                new Block(
                    file,
                    block.group(1) == null ? "" : block.group(1),
                    block.group(2),
                    block.group(3)))
        .toList();
  }

  /** The only block of that language. */
  static String only(Path file, String language) {
    var found = blocks(file).stream().filter(block -> block.language().equals(language)).toList();
    if (found.size() != 1) throw new AssertionError(found.size() + " blocks " + language);
    return found.get(0).text();
  }

  /** The cells of every table row, without the marks of code. */
  static List<List<String>> rows(Path file) {
    return ROW.matcher(text(file))
        .results()
        .map(row -> row.group(1).replace("\\|", "\u0000").split("\\|", -1))
        .map(Docs::cells)
        .toList();
  }

  private static List<String> cells(String[] raw) {
    var cells = new ArrayList<String>();
    for (String cell : raw) cells.add(cell.replace('\u0000', '|').replace("`", "").strip());
    return cells;
  }
}
