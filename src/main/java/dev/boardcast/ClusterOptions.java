package dev.boardcast;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Says how a node finds its cluster. Immutable; the constructor throws {@link
 * IllegalArgumentException} with the setting's key for a value out of bounds.
 *
 * @param name only nodes with the same name join each other
 * @param host the address at which other nodes reach this one; the cluster and the event bus listen
 *     on it
 * @param port of the cluster, 0 to 65525; 0 takes any free one, which only other nodes' {@code
 *     members} can name
 * @param members {@code host:port} of the nodes to look for; when empty, the nodes on this machine,
 *     which share {@link #LOCAL_PORTS} ports from {@code port} on
 * @param kubernetesDns a headless service whose addresses are the members; excludes {@code members}
 * @param busPort of the event bus on {@code host}; 0 takes any free one
 * @param base a Hazelcast XML file to start from; when empty, the one in the jar
 */
public record ClusterOptions(
    String name,
    String host,
    int port,
    List<String> members,
    Optional<String> kubernetesDns,
    int busPort,
    Optional<Path> base) {
  /** The number of nodes on one machine that find each other without a list. */
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

  /** A cluster of nodes on this machine, on the loopback address. */
  public static ClusterOptions local(String name, int port) {
    return new ClusterOptions(
        name, "127.0.0.1", port, List.of(), Optional.empty(), 0, Optional.empty());
  }

  /** Whether a port in use may be skipped: only when the other nodes try the next ones too. */
  public boolean sharesPorts() {
    return members.isEmpty() && kubernetesDns.isEmpty() && port != 0;
  }
}
