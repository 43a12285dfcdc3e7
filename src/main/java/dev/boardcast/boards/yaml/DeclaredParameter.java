package dev.boardcast.boards.yaml;

import dev.boardcast.spi.BoardParameter;
import dev.boardcast.spi.BoardParameter.Type;
import dev.boardcast.spi.FactRelation;
import java.util.Map;
import java.util.Optional;

/**
 * A parameter of a declared board: viewers choose a value of a column, and see the facts with it.
 *
 * @param claim of a token, which pins the parameter to its values
 * @param isRequired whether the board is shown with a value only
 */
record DeclaredParameter(
    SourcePosition position,
    String name,
    String column,
    Optional<String> claim,
    boolean isRequired) {
  private static final Map<String, Type> TYPES =
      Map.of(
          "text", Type.TEXT,
          "character varying", Type.TEXT,
          "smallint", Type.INTEGER,
          "integer", Type.INTEGER,
          "bigint", Type.INTEGER,
          "boolean", Type.BOOLEAN,
          "uuid", Type.UUID);

  /**
   * The parameter as viewers find it.
   *
   * @throws InvalidBoardFileException if the facts have no such column, or it is of another type
   */
  BoardParameter of(FactRelation facts) {
    String sql = facts.columns().get(column);
    Type type = sql == null ? null : TYPES.get(sql.replaceFirst("\\(.*", ""));
    if (type != null) return new BoardParameter(name, type, claim, isRequired);
    throw InvalidBoardFileException.value(
        position,
        "a parameter",
        sql == null ? column : column + " " + sql,
        "a column of facts of type text, integer, boolean or uuid");
  }

  /** The same wherever it stands in a file. */
  DeclaredParameter withoutPosition() {
    return new DeclaredParameter(null, name, column, claim, isRequired);
  }

  /**
   * The value of a fact as an SQL expression, written as {@link BoardParameter#canonical} writes
   * it; NULL where no viewer can ask for it.
   */
  String value() {
    String text = FileRollup.quoted(column) + "::text";
    return "CASE WHEN octet_length(%1$s) BETWEEN 1 AND %2$d THEN %1$s END"
        .formatted(text, BoardParameter.MAX_BYTES);
  }
}
