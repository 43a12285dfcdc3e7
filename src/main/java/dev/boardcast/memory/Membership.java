package dev.boardcast.memory;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The nodes that one node sees.
 *
 * @param reachable all of them, with the node itself
 * @param numbering those of them that may number: the others are about to leave
 */
record Membership(Set<String> reachable, Set<String> numbering) {
  Membership {
    reachable = Set.copyOf(reachable);
    numbering = Set.copyOf(numbering);
  }

  static Membership of(Collection<String> nodes) {
    return new Membership(new TreeSet<>(nodes), new TreeSet<>(nodes));
  }

  /**
   * The nodes that may number a shard, by rendezvous hashing: the first does, the second has the
   * copy. When a node comes or goes, no others change their places.
   */
  List<String> ranked(int shard) {
    return numbering.stream()
        .sorted(Comparator.comparingLong((String node) -> score(node, shard)).reversed())
        .toList();
  }

  private static long score(String node, int shard) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : (node + '/' + shard).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ each) * 0x100000001b3L;
    }
    // The last bytes must change all bits (the finalizer of MurmurHash3).
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}
