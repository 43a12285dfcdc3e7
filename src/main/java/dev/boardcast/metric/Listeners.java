package dev.boardcast.metric;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which boards have news when there are new facts of one. */
final class Listeners {
  private Listeners() {}

  /** By the name that a hint says: the names of those who listen. */
  static Map<String, List<String>> of(List<Board> boards) {
    Map<String, List<String>> listeners = new HashMap<>();
    for (Board hinted : boards) {
      listeners.put(
          hinted.name(),
          boards.stream()
              .filter(board -> hears(board, hinted))
              .map(Board::name)
              .collect(Collectors.toList()));
    }
    return listeners;
  }

  private static boolean hears(Board board, Board hinted) {
    return board.name().equals(hinted.name())
        || board.hints().contains(hinted.name())
        || !Collections.disjoint(board.facts(), hinted.facts());
  }
}
