package dev.boardcast.metrics.seal;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.InvalidSettingException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Tells whose facts may be dropped. */
public final class SealableBoards {
  private SealableBoards() {}

  /** Why facts of a board must stay; empty if they need not. */
  public static Optional<String> obstacle(Board board, Collection<Board> all) {
    if (board.sealing().isEmpty()) {
      return Optional.of("board %s needs all its facts".formatted(board.name()));
    }
    List<String> readers =
        all.stream()
            .filter(other -> !other.name().equals(board.name()))
            .filter(other -> !Collections.disjoint(other.facts(), board.facts()))
            .map(Board::name)
            .sorted()
            .toList();
    return readers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "facts of board %s are read by %s".formatted(board.name(), String.join(", ", readers)));
  }

  /**
   * Checks the boards that are named in the settings.
   *
   * @throws InvalidSettingException when facts of one of them must stay
   */
  public static void require(SealConfig config, Collection<Board> all) {
    var possible = new TreeSet<String>();
    for (Board board : all) {
      if (obstacle(board, all).isEmpty()) possible.add(board.name());
    }
    for (String name : config.boards()) {
      if (possible.contains(name)) continue;
      String reason =
          all.stream()
              .filter(board -> board.name().equals(name))
              .findFirst()
              .flatMap(board -> obstacle(board, all))
              .orElse("there is no board " + name);
      throw new InvalidSettingException(
          "facts-keep",
          "boards whose facts may be dropped, %s: %s"
              .formatted(String.join(", ", possible), reason));
    }
  }
}
