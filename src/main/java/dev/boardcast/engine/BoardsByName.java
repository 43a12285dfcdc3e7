package dev.boardcast.engine;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardPart;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds boards, and parts of boards, by their names. Immutable. */
public final class BoardsByName {
  private final Map<String, Board> boards;

  public BoardsByName(Collection<? extends Board> boards) {
    this.boards = boards.stream().collect(Collectors.toMap(Board::name, Function.identity()));
  }

  /** The board of that name, or the part of one; empty if there is none. */
  public Optional<Board> find(String name) {
    return BoardPart.parse(name).flatMap(this::find);
  }

  private Optional<Board> find(BoardPart part) {
    Optional<Board> whole = Optional.ofNullable(boards.get(part.board()));
    return part.values().isEmpty()
        ? whole
        : whole.flatMap(Board::parts).map(parts -> parts.board(part));
  }
}
