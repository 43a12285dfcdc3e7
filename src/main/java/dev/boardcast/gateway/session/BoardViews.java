package dev.boardcast.gateway.session;

import dev.boardcast.engine.SnapshotComparisons;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The views of boards that subscriptions with options have, by board. One event loop. */
final class BoardViews {
  private final Map<String, List<BoardView>> views = new HashMap<>();
  private final SnapshotBases bases = new SnapshotBases();
  private final SnapshotComparisons comparisons;
  private final GatewayLoop loop;

  BoardViews(SnapshotComparisons comparisons, GatewayLoop loop) {
    this.comparisons = comparisons;
    this.loop = loop;
  }

  void add(ChosenBoardSubscription subscription) {
    BoardView view = view(subscription);
    view.subscribers().add(subscription);
    subscription.see(view);
  }

  private BoardView view(ChosenBoardSubscription subscription) {
    List<BoardView> all = views.computeIfAbsent(subscription.board(), first -> new ArrayList<>(1));
    for (BoardView view : all) {
      if (view.isFor(subscription.options())) return view;
    }
    var view = new BoardView(subscription.options(), bases, comparisons, loop);
    all.add(view);
    return view;
  }

  void remove(ChosenBoardSubscription subscription) {
    List<BoardView> all = views.getOrDefault(subscription.board(), List.of());
    for (BoardView view : List.copyOf(all)) {
      view.remove(subscription);
      if (!view.subscribers().isEmpty()) continue;
      all.remove(view);
      bases.remove(view);
    }
    if (all.isEmpty()) views.remove(subscription.board());
  }

  boolean has(String board) {
    return views.containsKey(board);
  }

  /** The subscriptions of a board. */
  List<ChosenBoardSubscription> of(String board) {
    if (views.isEmpty()) return List.of();
    return views.getOrDefault(board, List.of()).stream()
        .flatMap(view -> view.subscribers().stream())
        .toList();
  }

  /**
   * @param newOnly only to subscribers that have received no snapshot yet
   */
  void snapshot(SnapshotMessage message, boolean newOnly) {
    for (BoardView view : views.getOrDefault(message.snapshot().board(), List.of())) {
      for (ChosenBoardSubscription subscriber : view.subscribers()) {
        if (!newOnly || !subscriber.hasSnapshot()) subscriber.send(message);
      }
    }
  }
}
