package dev.boardcast.metrics;

import dev.boardcast.spi.Board;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which boards have news when there are new facts of one. */
final class FactListeners {
  private FactListeners() {}

  /** By the name that a hint says: the names of those who listen. */
  static Map<String, Set<String>> of(List<Board> boards) {
    Map<String, Set<String>> listeners = new HashMap<>();
    for (Board board : boards) {
      for (Board hinted : boards) {
        if (sharesFacts(board, hinted)) add(listeners, hinted.name(), board);
      }
      // Some say it who have no numbers to broadcast.
      for (String hint : board.hints()) add(listeners, hint, board);
    }
    return listeners;
  }

  private static boolean sharesFacts(Board board, Board hinted) {
    return board.name().equals(hinted.name())
        || !Collections.disjoint(board.facts(), hinted.facts());
  }

  private static void add(Map<String, Set<String>> listeners, String hint, Board board) {
    listeners.computeIfAbsent(hint, first -> new LinkedHashSet<>()).add(board.name());
  }
}
