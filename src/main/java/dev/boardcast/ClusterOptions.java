package dev.boardcast;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a node finds its cluster.
 *
 * @param name only nodes of one name join each other
 * @param host the address other nodes reach this one at; bound for the cluster and its event bus
 * @param port where the cluster listens; 0 for any free one, which only others' lists can name
 * @param members {@code host:port} of nodes to look for; none for the nodes on this machine, which
 *     share {@link #LOCAL_PORTS} ports from {@code port} on
 * @param kubernetesDns a headless service whose addresses are the members, instead of a list
 * @param busPort where the event bus listens on {@code host}; 0 for any free one
 * @param base a Hazelcast XML file to start from; the one inside the jar when empty
 */
public record ClusterOptions(
    String name,
    String host,
    int port,
    List<String> members,
    Optional<String> kubernetesDns,
    int busPort,
    Optional<Path> base) {
  /** How many nodes of one machine find each other without a list. */
  public static final int LOCAL_PORTS = 10;

  public ClusterOptions {
    members = List.copyOf(members);
    if (name.isBlank()) throw new IllegalArgumentException("cluster-name must not be blank");
    if (port < 0 || port > 65_535 - LOCAL_PORTS) {
      throw new IllegalArgumentException(
          "cluster-port must be 0 to " + (65_535 - LOCAL_PORTS) + ", was " + port);
    }
    if (!members.isEmpty() && kubernetesDns.isPresent()) {
      throw new IllegalArgumentException(
          "cluster-members must be empty when cluster-kubernetes is set, was " + members);
    }
  }

  /** Nodes of this machine. */
  public static ClusterOptions local(String name, int port) {
    return new ClusterOptions(
        name, "127.0.0.1", port, List.of(), Optional.empty(), 0, Optional.empty());
  }

  /** Whether a taken port may be stepped over: only where the neighbours look for it there too. */
  public boolean sharesPorts() {
    return members.isEmpty() && kubernetesDns.isEmpty() && port != 0;
  }
}
