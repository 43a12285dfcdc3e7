package dev.boardcast.memory;

import java.util.List;

/** Gets what has become of events that were to be numbered. */
@FunctionalInterface
interface AppendResult {
  /**
   * @param fresh for each event, whether it is new, once all are committed; null when this node
   *     does not number the shard, or not any more: then it is unknown which were stored
   */
  void done(List<Boolean> fresh);
}
