package dev.boardcast.boards.yaml;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What types of a board in other languages are made of. */
record BoardTypes(
    String name, String title, MetricShape.Members shape, List<Parameter> parameters) {
  /** What values of a parameter are. */
  enum Kind {
    TEXT,
    INTEGER,
    BOOLEAN,
    /** Of a source: known to the database alone. */
    UNKNOWN
  }

  /**
   * A parameter of a board.
   *
   * @param isRequired whether it must be given: no claim brings it
   */
  record Parameter(String name, Kind type, boolean isRequired) {}

  /**
   * Reads a board file. Blocks.
   *
   * @throws InvalidBoardFileException which names line, field and expectation
   */
  static BoardTypes read(Path file) {
    byte[] text = YamlFile.bytes(file);
    var content = YamlFile.parse(file, text);
    if (!DeclarationReader.reads(content)) {
      BoardFile board = BoardFileReader.read(content);
      return new BoardTypes(board.name(), board.title(), MetricShape.of(board), List.of());
    }
    Declaration board = DeclarationReader.read(content, text);
    var parameters =
        board.parameters().stream()
            .map(
                each ->
                    new Parameter(
                        each.name(),
                        kind(board, each),
                        each.isRequired() && each.claim().isEmpty()))
            .toList();
    return new BoardTypes(board.name(), board.title(), MetricShape.of(board), parameters);
  }

  private static Kind kind(Declaration board, DeclaredParameter parameter) {
    return Optional.ofNullable(board.columns().get(parameter.column()))
        .map(
            column ->
                switch (column.type()) {
                  case TEXT -> Kind.TEXT;
                  case INTEGER -> Kind.INTEGER;
                  case BOOLEAN -> Kind.BOOLEAN;
                  default -> Kind.UNKNOWN;
                })
        .orElse(Kind.UNKNOWN);
  }
}
