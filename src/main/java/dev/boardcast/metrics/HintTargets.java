package dev.boardcast.metrics;

import dev.boardcast.spi.Board;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the boards that a facts hint concerns. */
final class HintTargets {
  private HintTargets() {}

  /** Maps the name in a hint to the names of the boards to update. */
  static Map<String, Set<String>> of(List<Board> boards) {
    Map<String, Set<String>> targets = new HashMap<>();
    for (Board board : boards) {
      for (Board hinted : boards) {
        if (sharesFacts(board, hinted)) add(targets, hinted.name(), board);
      }
      // Such a hint may name something that is no board here.
      for (String hint : board.triggers()) add(targets, hint, board);
      // Facts that no board writes, those of sources, are reported by their table.
      for (String table : board.facts()) add(targets, table, board);
    }
    return targets;
  }

  private static boolean sharesFacts(Board board, Board hinted) {
    return board.name().equals(hinted.name())
        || !Collections.disjoint(board.facts(), hinted.facts());
  }

  private static void add(Map<String, Set<String>> targets, String hint, Board board) {
    targets.computeIfAbsent(hint, first -> new LinkedHashSet<>()).add(board.name());
  }
}
