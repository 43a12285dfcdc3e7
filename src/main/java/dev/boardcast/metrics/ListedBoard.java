package dev.boardcast.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardParameter;
import dev.boardcast.spi.BoardParts;
import java.util.List;
import java.util.Locale;

/**
 * A board in the list of boards.
 *
 * @param description of each board
 * @param parameters left out where there are none
 */
record ListedBoard(
    @JsonUnwrapped Object description,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Parameter> parameters) {
  static ListedBoard of(Object description, Board board) {
    List<BoardParameter> parameters = board.parts().map(BoardParts::parameters).orElse(List.of());
    return new ListedBoard(description, parameters.stream().map(Parameter::of).toList());
  }

  /**
   * A parameter of a board.
   *
   * @param pinned whether the token says which values there are
   */
  record Parameter(String name, String type, boolean required, boolean pinned) {
    static Parameter of(BoardParameter from) {
      return new Parameter(
          from.name(),
          from.type().name().toLowerCase(Locale.ROOT),
          from.isRequired(),
          from.claim().isPresent());
    }
  }
}
