package dev.boardcast.gateway.session;

import dev.boardcast.spi.RawJson;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The snapshots that clients were sent and that changes are made from, the newest {@value
 * #MAX_CHARACTERS} characters of them. Where one is gone, its clients get a whole snapshot. One
 * event loop.
 */
final class SnapshotBases {
  static final int MAX_CHARACTERS = 8 << 20;

  private record Key(BoardView view, long number) {}

  private final Map<Key, RawJson> bases = new LinkedHashMap<>();
  private int characters;

  /**
   * @param number of the snapshot among those of its view
   */
  void put(BoardView view, long number, RawJson data) {
    if (bases.putIfAbsent(new Key(view, number), data) != null) return;
    characters += data.text().length();
    Iterator<RawJson> oldest = bases.values().iterator();
    while (characters > MAX_CHARACTERS) {
      characters -= oldest.next().text().length();
      oldest.remove();
    }
  }

  /** The snapshot of that number; null when it is gone. */
  RawJson get(BoardView view, long number) {
    return bases.get(new Key(view, number));
  }

  /** A view has no subscribers any more. */
  void remove(BoardView view) {
    bases
        .entrySet()
        .removeIf(
            base -> {
              if (base.getKey().view() != view) return false;
              characters -= base.getValue().text().length();
              return true;
            });
  }
}
