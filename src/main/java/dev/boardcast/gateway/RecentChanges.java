package dev.boardcast.gateway;

import java.util.LinkedHashMap;
import java.util.Map;

/** Whose teams changed lately: enough to notice a change that falls into a check of a token. */
final class RecentChanges {
  private static final int MOST = 10_000;

  private final Map<String, Long> last =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST;
        }
      };
  private long count;

  void add(String user) {
    last.remove(user);
    last.put(user, ++count);
  }

  /** How many there were. */
  long count() {
    return count;
  }

  boolean hasSince(long earlier, String user) {
    return last.getOrDefault(user, 0L) > earlier;
  }
}
