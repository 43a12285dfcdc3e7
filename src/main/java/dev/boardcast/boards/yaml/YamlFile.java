package dev.boardcast.boards.yaml;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads a YAML file into values that keep their positions. Blocks. */
final class YamlFile {
  private static final int MAX_BYTES = 256 * 1024;

  private final Path file;

  private YamlFile(Path file) {
    this.file = file;
  }

  /**
   * Reads the keys and values of a file.
   *
   * @throws InvalidBoardFileException when it is unreadable, not YAML, or has a key twice
   */
  static YamlValue.Keyed read(Path file) {
    return parse(file, bytes(file));
  }

  /**
   * Reads the bytes of a file.
   *
   * @throws InvalidBoardFileException when it is unreadable or too large
   */
  static byte[] bytes(Path file) {
    var start = new SourcePosition(file, 1);
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new InvalidBoardFileException(start, "is larger than " + MAX_BYTES + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new InvalidBoardFileException(start, "cannot be read: " + unreadable.getMessage());
    }
  }

  /**
   * As {@link #read} for the bytes of a file.
   *
   * @param file for messages
   */
  static YamlValue.Keyed parse(Path file, byte[] bytes) {
    var reader = new YamlFile(file);
    var start = new SourcePosition(file, 1);
    try {
      if (reader.entry(reader.compose(bytes)) instanceof YamlValue.Keyed keyed) return keyed;
      throw new InvalidBoardFileException(start, "expected keys with values");
    } catch (MarkedYAMLException broken) {
      throw new InvalidBoardFileException(
          reader.position(broken.getProblemMark()), broken.getProblem());
    } catch (YAMLException broken) {
      throw new InvalidBoardFileException(start, broken.getMessage());
    } catch (IOException unreadable) {
      throw new InvalidBoardFileException(start, "cannot be read: " + unreadable.getMessage());
    }
  }

  private Node compose(byte[] bytes) throws IOException {
    var options = new LoaderOptions();
    options.setNestingDepthLimit(20);
    refuseReferences(new Yaml(new SafeConstructor(options)), bytes);
    try (Reader text = reader(bytes)) {
      Node root = new Yaml(new SafeConstructor(options)).compose(text);
      if (root == null)
        throw new InvalidBoardFileException(new SourcePosition(file, 1), "is empty");
      return root;
    }
  }

  private static Reader reader(byte[] bytes) {
    return new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8);
  }

  /** Refuses aliases and merges, which could nest or multiply values without bound. */
  private void refuseReferences(Yaml yaml, byte[] bytes) throws IOException {
    try (Reader text = reader(bytes)) {
      for (Event event : yaml.parse(text)) {
        if (event instanceof AliasEvent alias) {
          throw new InvalidBoardFileException(
              position(event.getStartMark()),
              "*" + alias.getAnchor() + " is an alias, expected the value itself");
        }
        if (event instanceof ScalarEvent scalar
            && scalar.isPlain()
            && scalar.getValue().equals("<<")) {
          throw new InvalidBoardFileException(
              position(event.getStartMark()), "<< is a merge, expected the keys themselves");
        }
      }
    }
  }

  private YamlValue entry(Node node) {
    SourcePosition position = position(node.getStartMark());
    if (node instanceof ScalarNode scalar) return text(position, scalar);
    if (node instanceof SequenceNode sequence) {
      List<YamlValue> entries = new ArrayList<>();
      for (Node each : sequence.getValue()) entries.add(entry(each));
      return new YamlValue.Sequence(position, entries);
    }
    Map<String, YamlValue> entries = new LinkedHashMap<>();
    Map<String, SourcePosition> keys = new LinkedHashMap<>();
    for (NodeTuple tuple : ((MappingNode) node).getValue()) {
      SourcePosition at = position(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new InvalidBoardFileException(at, "a key is not plain text");
      }
      if (keys.put(key.getValue(), at) != null) {
        throw new InvalidBoardFileException(at, "\"" + key.getValue() + "\" occurs twice");
      }
      entries.put(key.getValue(), entry(tuple.getValueNode()));
    }
    return new YamlValue.Keyed(position, entries, keys);
  }

  private static YamlValue.Text text(SourcePosition position, ScalarNode scalar) {
    boolean isBlock =
        scalar.getScalarStyle() == ScalarStyle.LITERAL
            || scalar.getScalarStyle() == ScalarStyle.FOLDED;
    return new YamlValue.Text(
        position,
        isBlock ? position.down(1) : position,
        scalar.getValue(),
        scalar.getScalarStyle() == ScalarStyle.LITERAL);
  }

  private SourcePosition position(Mark mark) {
    return new SourcePosition(file, mark == null ? 1 : mark.getLine() + 1);
  }
}
